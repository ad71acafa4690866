/** A supervised child for tests: `ready` says so and stays, `stubborn` ignores SIGTERM, `fall` ends with 3, `silent` waits. */
import { exitWithParent } from '../../../workers/supervisor/exit-with-parent.ts';

exitWithParent(500);
const mode = process.argv[2];
if (mode === 'fall') {
  console.error('out of luck');
  process.exit(3);
}
if (mode === 'stubborn') process.on('SIGTERM', () => undefined);
if (mode !== 'silent') console.log(`ready ${process.pid}`);
setInterval(() => undefined, 1000);
