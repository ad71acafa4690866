/** The browser of the tests: a Chromium that is installed; none is downloaded. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** What to do where there is none. */
export const NO_CHROMIUM =
  'No Chromium was found. Install it (on Debian with `apt-get install chromium`), or set CHROMIUM_PATH to the program.';

/** Path of the program: CHROMIUM_PATH, else the first of its usual names on PATH; null when there is none. */
export function findChromium(env: NodeJS.ProcessEnv): string | null {
  const setting = env.CHROMIUM_PATH ?? '';
  if (setting !== '') return setting;
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
