import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ID_PATTERN } from '../../contracts/identifiers.ts';
import { liesBelow } from './dataset-path.ts';

export type Located = { kind: 'inside'; path: string } | { kind: 'missing' } | { kind: 'refused'; reason: string };

const byNumber = new Intl.Collator('en', { numeric: true });
function numerically(a: string, b: string): number {
  return byNumber.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

const WAVE_FOLDER = /^wave_\d{1,9}$/;

/** The wave and the agent that a path of the per-agent layout names; null where it names none. */
export function placeOf(path: string): { wave: number | null; agent_id: string | null } {
  const [, wave, agent] = /^phase\d+\/wave_(\d{1,9})(?:\/([^/]+))?\/[^/]+$/.exec(path) ?? [];
  return { wave: wave === undefined || Number(wave) < 1 ? null : Number(wave), agent_id: agent ?? null };
}

/** A data set's folder, `root` already resolved. Symbolic links that leave it are refused, for folders as for files. */
export class DatasetFolder {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Where a path below the data set really lies. */
  async locate(path: string): Promise<Located> {
    let real: string;
    try {
      real = await realpath(join(this.root, path));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
      return { kind: 'refused', reason: `cannot be reached (${code})` };
    }
    if (liesBelow(this.root, real)) return { kind: 'inside', path: real };
    return { kind: 'refused', reason: 'a symbolic link that leaves the data set; not followed' };
  }

  /** `phase/wave_N/<name>`, by wave; only such files as exist, refused links included. */
  async waveFiles(phase: string, name: string): Promise<string[]> {
    return this.#existing((await this.#folders(phase, WAVE_FOLDER)).map((folder) => `${folder}/${name}`));
  }

  /**
   * `phase/wave_N/agent_M/<name>`, by wave, then by agent; only such files as exist, refused links included. A wave's
   * folder that is refused stands for its files.
   */
  async agentFiles(phase: string, name: string): Promise<string[]> {
    const files: string[] = [];
    for (const wave of await this.#folders(phase, WAVE_FOLDER)) {
      if ((await this.locate(wave)).kind === 'refused') files.push(wave);
      for (const agent of await this.#folders(wave, ID_PATTERN)) files.push(`${agent}/${name}`);
    }
    return this.#existing(files);
  }

  async #existing(paths: readonly string[]): Promise<string[]> {
    const existing: string[] = [];
    for (const path of paths) {
      if ((await this.locate(path)).kind !== 'missing') existing.push(path);
    }
    return existing;
  }

  async #folders(parent: string, pattern: RegExp): Promise<string[]> {
    const at = await this.locate(parent);
    if (at.kind !== 'inside' || !(await isFolder(at.path))) return [];
    const folders: string[] = [];
    for (const name of (await readdir(at.path)).filter((entry) => pattern.test(entry)).sort(numerically)) {
      const path = `${parent}/${name}`;
      const child = await this.locate(path);
      // A refused folder stays in the list: its files are refused one by one, and so are seen.
      if (child.kind === 'refused' || (child.kind === 'inside' && (await isFolder(child.path)))) folders.push(path);
    }
    return folders;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}
