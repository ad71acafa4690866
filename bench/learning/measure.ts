/** Runs the policies on a fleet, seed by seed: every policy has the same tasks, natures and noise. */
import type { RunFigures, Size } from './experiment.ts';
import { measureRun, runInput } from './experiment.ts';
import type { DrawnName } from './fleets.ts';
import { drawFleet } from './fleets.ts';
import type { PolicyName } from './policies.ts';
import { underPolicy } from './policies.ts';

/** `onRun` hears of every run as it ends. */
export function measureFleet(
  name: DrawnName,
  policies: readonly PolicyName[],
  seeds: readonly number[],
  size: Size,
  onRun?: (policy: PolicyName, seed: number, figures: RunFigures) => void,
): Partial<Record<PolicyName, RunFigures[]>> {
  const runs: Partial<Record<PolicyName, RunFigures[]>> = {};
  for (const seed of seeds) {
    const fleet = drawFleet(name, seed, size);
    const input = runInput(fleet, size, seed);
    for (const policy of policies) {
      const figures = measureRun(underPolicy(policy, input, fleet));
      (runs[policy] ??= []).push(figures);
      onRun?.(policy, seed, figures);
    }
  }
  return runs;
}
