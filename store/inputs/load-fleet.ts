import { realpath } from 'node:fs/promises';
import type { AgentsFile } from '../../contracts/agents-file.ts';
import { parseAgentsFile } from '../../contracts/agents-file.ts';
import { BadInputError } from '../../contracts/bad-input.ts';
import { shown } from '../../contracts/zod-problems.ts';
import { DatasetFolder } from './dataset-folder.ts';
import { readJsonFile } from './json-file.ts';

const AGENTS_FILE = 'phase22/agents.json';

/** The fleet file; null where there is none. A bad one is an error: nobody should run on another fleet than asked for. */
export async function readFleet(folder: DatasetFolder): Promise<AgentsFile | null> {
  const at = await folder.locate(AGENTS_FILE);
  if (at.kind === 'missing') return null;
  const document =
    at.kind === 'inside'
      ? await readJsonFile(at.path, (value) => ({ ok: true, value }))
      : { kind: 'rejected' as const, rejected: { reason: at.reason, raw: '' } };
  if (document.kind === 'missing') return null;
  if (document.kind === 'rejected') {
    const { reason, raw } = document.rejected;
    throw new BadInputError([
      { field: AGENTS_FILE, value: shown(raw), expected: `one JSON document; it is ${reason}` },
    ]);
  }
  const parsed = parseAgentsFile(document.value);
  if (parsed.ok) return parsed.file;
  throw new BadInputError(
    parsed.problems.map((problem) => ({ ...problem, field: `${AGENTS_FILE}: ${problem.field}` })),
  );
}

/** The fleet of the data set in this folder; see `readFleet`. */
export async function loadFleet(root: string): Promise<AgentsFile | null> {
  return readFleet(new DatasetFolder(await realpath(root)));
}
