/** A parent to be killed: supervises one child of the mode given and prints its process id. */
import { fileURLToPath } from 'node:url';
import { superviseProcess } from '../../../workers/supervisor/processes.ts';

const child = await superviseProcess({
  name: 'child',
  command: process.execPath,
  args: ['--import', 'tsx', fileURLToPath(new URL('./child.ts', import.meta.url)), process.argv[2] ?? 'ready'],
  env: process.env,
  restart: true,
  ready: /^ready/,
  logFile: process.argv[3] ?? 'child.log',
});
console.log(child.pid());
