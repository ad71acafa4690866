/** What a wave read, as records: `inputs.json` and the quarantined lines. */
import type { InputsRecord, QuarantineRecord } from '../contracts/output-files.ts';
import type { applyHeuristics } from '../domain/heuristics/apply.ts';
import { effectText } from '../domain/heuristics/effect.ts';
import type { RunConfig } from '../domain/model/run.ts';
import type { DatasetInputs } from '../store/inputs/load-dataset.ts';
import { WaveFiles } from '../store/waves/wave-files.ts';
import type { LoadInputsArgs, WaveRef } from './interface.ts';

/** So many quarantined lines are named in a sentence. */
const NAMED_MAX = 3;

export function inputsRecord(
  ref: WaveRef,
  inputs: DatasetInputs,
  heuristics: ReturnType<typeof applyHeuristics>,
  config: RunConfig,
  at: number,
): InputsRecord {
  const notes = [
    ...heuristics.needsConfirmation,
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
        ({ heuristic_id, rows, effect }) => `${heuristic_id}: ${rows} row(s), ${effectText(effect)}`,
      ),
      skipped: heuristics.skipped.map(({ heuristic_id, reason }) => `${heuristic_id}: ${reason}`),
    },
    notes,
    timestamp: new Date(at).toISOString(),
  };
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
  const named = records.slice(0, NAMED_MAX).map(({ file, line, reason }) => `${file} line ${line} (${reason})`);
  const more = records.length > NAMED_MAX ? `; and ${records.length - NAMED_MAX} more, see quarantine.jsonl` : '';
  const counted = records.length === 1 ? '1 input line was' : `${records.length} input lines were`;
  return `${counted} not used: ${named.join('; ')}${more}`;
}

function keyOf({ file, line, raw }: Pick<QuarantineRecord, 'file' | 'line' | 'raw'>): string {
  return `${file}\u0000${line}\u0000${raw}`;
}
