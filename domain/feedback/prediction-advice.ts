import { isBelow } from '../metrics/metric-value.ts';
import type { Metric } from '../model/records.ts';
import type { AgentError } from './agent-errors.ts';

/** Expected calibration errors above this are worth a correction upstream. */
const ECE_MAX = 0.1;
/** Times off by more than this factor, over so many attempts at least, are worth one too. */
const TIME_FACTOR_MAX = 1.2;
const TIMED_MIN = 5;
const AGENTS_NAMED = 3;

/** What phase 20 should do about its predictions after a wave, in sentences; at least one. */
export function predictionAdvice(
  confidence: Metric,
  success: Metric,
  calibrationError: { brier: number; ece: number } | null,
  agents: readonly AgentError[],
): string[] {
  const advice: string[] = [];
  if (missesTarget(confidence)) {
    advice.push('Lower the declared success probabilities: the evidence of this wave lowered the calibrated ones.');
  }
  if (missesTarget(success)) {
    advice.push('Raise the risk, or lower the success probability, of tasks like those that failed.');
  }
  if (calibrationError !== null && calibrationError.ece > ECE_MAX) {
    const percent = Math.round(calibrationError.ece * 100);
    advice.push(`Recalibrate: predicted and observed success differ by ${percent} points on average.`);
  }
  const factors = timeFactors(agents);
  if (factors.length > 0) {
    const named = factors.slice(0, AGENTS_NAMED).map(({ agent, factor }) => `${agent} × ${factor.toFixed(2)}`);
    const more = factors.length - named.length;
    advice.push(`Correct the predicted times: ${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}.`);
  }
  return advice.length > 0 ? advice : ['Keep the predictions as they are.'];
}

/** Observed ÷ declared time of the agents whose predictions are far off, farthest first; over risk levels by their attempts. */
function timeFactors(agents: readonly AgentError[]): { agent: string; factor: number }[] {
  const logs = new Map<string, { n: number; sum: number }>();
  for (const { agent_id, timed, declared_time_ms: declared, observed_time_ms: observed } of agents) {
    if (declared === null || observed === null) continue;
    const { n, sum } = logs.get(agent_id) ?? { n: 0, sum: 0 };
    logs.set(agent_id, { n: n + timed, sum: sum + timed * Math.log(observed / declared) });
  }
  return [...logs]
    .filter(([, { n, sum }]) => n >= TIMED_MIN && Math.abs(sum / n) > Math.log(TIME_FACTOR_MAX))
    .map(([agent, { n, sum }]) => ({ agent, factor: Math.exp(sum / n) }))
    .sort((a, b) => Math.abs(Math.log(b.factor)) - Math.abs(Math.log(a.factor)));
}

function missesTarget(metric: Metric): boolean {
  return metric.value !== null && isBelow(metric.value, metric.target_value);
}
