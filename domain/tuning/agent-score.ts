import type { AgentResult } from '../metrics/agent-results.ts';
import type { Targets } from '../model/targets.ts';

/** A fall of the score by more than this is a worse result; less is noise. */
export const SCORE_NOISE = 0.02;

/**
 * An agent's result as one number, 0–1: its part of the wave's health. Σ weight × min(1, value ÷ target) ÷ Σ weight over
 * success of its attempts (.30), its completed tasks per second against an even share of the throughput target (.15),
 * and its utilisation (.15); the weights are those of the health score. Null where the agent decided no attempt, for
 * then nothing can be said of its parameters. `success`: the share to take for its success, the measured one by default.
 */
export function agentScore(
  result: AgentResult,
  targets: Targets,
  fleetSize: number,
  success: number | null = result.success_rate,
): number | null {
  if (success === null) return null;
  const parts: [weight: number, value: number | null, target: number][] = [
    [0.3, success, targets.success_rate],
    [0.15, result.throughput, targets.throughput / fleetSize],
    [0.15, result.utilization, targets.agent_utilization],
  ];
  let sum = 0;
  let weights = 0;
  for (const [weight, value, target] of parts) {
    if (value === null) continue;
    sum += weight * Math.min(1, value / target);
    weights += weight;
  }
  return sum / weights;
}
