import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder for the Temporal program, its databases and logs; git ignores it. */
export const WORKING_FOLDER = resolve(fileURLToPath(new URL('../.temporal', import.meta.url)));
