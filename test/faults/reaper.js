/**
 * Outlives the campaign for a moment, however that ended: reads `+pid` and `-pid` lines, and when its standard input closes
 * kills every process that was added and not taken off, stopped ones too. Plain JavaScript, so that it starts at once.
 */
import { createInterface } from 'node:readline';

const living = new Set();
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) living.add(pid);
  else living.delete(pid);
});
lines.on('close', () => {
  for (const pid of living) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
});
// Ctrl-C in the terminal reaches the whole group; the campaign decides, and this must come after it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
