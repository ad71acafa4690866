import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { BadInputError } from '../../contracts/bad-input.ts';
import { DATASET_NAME } from '../../contracts/run-input.ts';
import { shown } from '../../contracts/zod-problems.ts';

/** True where `path` is `root` or lies below it; both already resolved. */
export function liesBelow(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === path);
}

function refuse(name: string, expected: string): never {
  throw new BadInputError([{ field: 'dataset', value: shown(name), expected }]);
}

/** Names of the data sets below the data root, sorted. */
export function listDatasets(dataRoot: string): string[] {
  try {
    return readdirSync(dataRoot, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && DATASET_NAME.test(entry.name))
      .map((entry) => entry.name)
      .sort();
  } catch {
    return [];
  }
}

/**
 * The real folder of a data set. Throws `BadInputError` for a name off the pattern, a data set that does not exist (the
 * message lists those that do), and one that leads out of the data root, by symbolic link too.
 */
export function resolveDataset(dataRoot: string, name: string): string {
  if (!DATASET_NAME.test(name)) refuse(name, `a folder name that matches ${DATASET_NAME.source}`);
  let root: string;
  let folder: string;
  try {
    root = realpathSync(dataRoot);
    folder = realpathSync(join(root, name));
    if (!statSync(folder).isDirectory()) throw new Error('not a folder');
  } catch {
    const known = listDatasets(dataRoot);
    const choice = known.length === 0 ? 'there are none yet' : `there are ${known.join(', ')}`;
    return refuse(name, `a data set below ${dataRoot}: ${choice}`);
  }
  if (!liesBelow(root, folder))
    refuse(name, `a folder inside the data root ${dataRoot}; a link may not lead out of it`);
  return folder;
}
