import { parseRunInput } from '../../contracts/run-input.ts';
import { invariant } from '../../domain/model/invariant.ts';
import type { RunConfig } from '../../domain/model/run.ts';

export type RunInputOverrides = Record<string, unknown>;

/** A run's configuration from an input as people write it. */
export function runConfig(input: RunInputOverrides): RunConfig {
  const parsed = parseRunInput(input);
  invariant(parsed.ok, parsed.ok ? '' : JSON.stringify(parsed.problems));
  return parsed.config;
}
