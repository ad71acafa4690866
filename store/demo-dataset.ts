/** Writes the demo data set to a folder. */
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DEMO_DEFAULTS, generateDemo, type DemoFile, type DemoOptions } from '../domain/demo/generate.ts';
import { ensureFolder, syncFolder, TEMP_PREFIX } from './artifacts/durable-file.ts';
import { isErrno } from './artifacts/rooted-path.ts';
import { pythonJson } from './python-json.ts';

const FLEET_PATH = 'phase22/agents.json';

export type DemoWritten = { kind: 'written'; files: number } | { kind: 'exists' };

/**
 * Makes the data set in a temporary folder beside `folder`, then gives it its name in one step: nobody sees half of it.
 * `exists` where something has that name already, which stays as it is; of several processes one writes.
 */
export async function writeDemoDataset(folder: string, options: DemoOptions): Promise<DemoWritten> {
  if (await isThere(folder)) return { kind: 'exists' };
  const parent = dirname(folder);
  await ensureFolder(parent);
  const temp = await mkdtemp(join(parent, `${TEMP_PREFIX}${basename(folder)}-`));
  try {
    const files = generateDemo(options);
    for (const file of files) {
      const path = join(temp, file.path);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content(file), { flag: 'wx', flush: true });
    }
    await rename(temp, folder);
    await syncFolder(parent);
    return { kind: 'written', files: files.length };
  } catch (error) {
    await rm(temp, { recursive: true, force: true });
    // Another process was faster: a folder that is not empty is never replaced by a rename.
    if (isErrno(error, 'ENOTEMPTY') || isErrno(error, 'EEXIST')) return { kind: 'exists' };
    throw error;
  }
}

/** The data set `demo` below the data root, with the default options, where there is none yet. */
export async function ensureDemoDataset(dataRoot: string): Promise<void> {
  await writeDemoDataset(join(dataRoot, 'demo'), DEMO_DEFAULTS);
}

function content(file: DemoFile): string {
  // The fleet is our own file, for people to edit; all others look as upstream writes them.
  if (file.path === FLEET_PATH) return `${JSON.stringify(file.records, null, 2)}\n`;
  if (file.kind === 'json') return `${pythonJson(file.records)}\n`;
  return file.records.map((record) => `${pythonJson(record)}\n`).join('');
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
}
