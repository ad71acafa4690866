/** What a wave read, as records: `inputs.json` and the quarantined lines. */
import type { InputsRecord, QuarantineRecord } from '../contracts/output-files.ts';
import { shortened } from '../domain/control/shortened.ts';
import type { applyHeuristics } from '../domain/heuristics/apply.ts';
import { effectText } from '../domain/heuristics/effect.ts';
import type { DatasetInputs } from '../store/inputs/load-dataset.ts';
import { WaveFiles } from '../store/waves/wave-files.ts';
import { acknowledgementCounts, type Acknowledgements } from './acknowledgements.ts';
import type { LoadInputsArgs, WaveRef } from './interface.ts';

/** So many quarantined lines, or heuristics, are named in a sentence. */
const NAMED_MAX = 3;
/** And each is cut to so many characters: upstream may have written a megabyte. */
const CHARS_MAX = 300;

export function inputsRecord(
  { ref, config, at }: Pick<LoadInputsArgs, 'ref' | 'config' | 'at'>,
  inputs: DatasetInputs,
  said: Acknowledgements,
  heuristics: ReturnType<typeof applyHeuristics>,
): InputsRecord {
  const notes = [
    ...heuristics.needsConfirmation,
    ...heuristics.widened,
    ...(inputs.agents === null
      ? ['phase22/agents.json is missing: agents are simulated, named as in the predictions.']
      : []),
    ...(ref.dry_run && config.rerun ? ['Tasks that are done already are forecast as if they were to run again.'] : []),
  ];
  return {
    execution_id: ref.execution_id,
    dry_run: ref.dry_run,
    wave: ref.wave,
    files: inputs.facts.files,
    joins: inputs.facts.joins,
    heuristics: {
      applied: heuristics.applied.map(
        ({ heuristic_id, rows, effect }) => `${heuristic_id}: ${effectText(rows, effect)}`,
      ),
      skipped: heuristics.skipped.map(({ heuristic_id, reason }) => `${heuristic_id}: ${reason}`),
      misread: heuristics.misread,
    },
    acknowledgements: acknowledgementCounts(said),
    notes,
    timestamp: new Date(at).toISOString(),
  };
}

/** What became of the heuristics, in a sentence; null: there are none. */
export function heuristicsText({ heuristics: { applied, skipped } }: InputsRecord): string | null {
  if (applied.length + skipped.length === 0) return null;
  const list = (texts: readonly string[]) => (texts.length === 0 ? 'none' : namedText(texts, 'inputs.json'));
  return `Heuristics applied: ${list(applied)}. Not applied: ${list(skipped)}`;
}

/** Which heuristics cannot be used, and why, in a sentence; null: all can. */
export function misreadText(misread: readonly string[]): string | null {
  if (misread.length === 0) return null;
  const counted = misread.length === 1 ? '1 heuristic is' : `${misread.length} heuristics are`;
  return `${counted} not used: ${namedText(misread, 'inputs.json')}`;
}

/** The lines that were refused and that no earlier wave of the run has recorded. */
export async function quarantineRecords(
  files: WaveFiles,
  ref: WaveRef,
  inputs: DatasetInputs,
  args: Pick<LoadInputsArgs, 'waves' | 'at'>,
): Promise<QuarantineRecord[]> {
  const known = new Set<string>();
  for (const wave of args.waves.filter((number) => number !== ref.wave)) {
    const { quarantine } = new WaveFiles(files.store, files.root, { ...ref, wave });
    if (await quarantine.exists()) for (const record of await quarantine.read()) known.add(keyOf(record));
  }
  const timestamp = new Date(args.at).toISOString();
  return inputs.quarantine
    .map(({ file, line, reason, raw }) => ({
      execution_id: ref.execution_id,
      dry_run: ref.dry_run,
      file,
      line,
      reason,
      raw,
      timestamp,
    }))
    .filter((record) => !known.has(keyOf(record)));
}

/** Which lines were not used, and why, in a sentence; null: all were. */
export function quarantineText(records: readonly QuarantineRecord[]): string | null {
  if (records.length === 0) return null;
  const named = records.map(({ file, line, reason }) => `${file} line ${line} (${reason})`);
  const counted = records.length === 1 ? '1 input line was' : `${records.length} input lines were`;
  return `${counted} not used: ${namedText(named, 'quarantine.jsonl')}`;
}

/** The first few; `file`: where all are. */
function namedText(all: readonly string[], file: string): string {
  const more = all.length > NAMED_MAX ? `; and ${all.length - NAMED_MAX} more, see ${file}` : '';
  const named = all.slice(0, NAMED_MAX).map((text) => shortened(text, CHARS_MAX));
  return `${named.join('; ')}${more}`;
}

function keyOf({ file, line, raw }: Pick<QuarantineRecord, 'file' | 'line' | 'raw'>): string {
  return `${file}\u0000${line}\u0000${raw}`;
}
