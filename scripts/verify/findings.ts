/** Everything that a verification found: what the promises are judged by. */
import type { InputsRecord } from '../../contracts/output-files.ts';
import type { Problem } from './problem.ts';
import type { WaveFacts } from './wave-facts.ts';

export interface RunFacts {
  execution_id: string;
  /** As the run was closed; null: it is open, or was ended from outside. */
  status: string | null;
  inputs: InputsRecord | null;
}

export interface Findings {
  records: number;
  problems: Problem[];
  /** In the order of their commits. */
  waves: WaveFacts[];
  runs: RunFacts[];
  /** Files of the dataset's dry runs, by execution id. */
  dryRuns: Map<string, string[]>;
}

/** Waves that follow another wave of the same run, with that one. */
export function followers(waves: readonly WaveFacts[]): { wave: WaveFacts; before: WaveFacts }[] {
  const last = new Map<string, WaveFacts>();
  return waves.flatMap((wave) => {
    const before = last.get(wave.place.execution_id);
    last.set(wave.place.execution_id, wave);
    return before ? [{ wave, before }] : [];
  });
}

/** For example `wave 2 of run-demo-7`. */
export function waveName({ place }: WaveFacts): string {
  return `wave ${place.wave} of ${place.execution_id}`;
}
