/** The wave gate: after the commit of a wave, may the run go on? */
import { figureBeside } from '../metrics/figure.ts';
import type { Anomaly, Health } from '../model/records.ts';
import type { OnUnhealthy } from '../model/run.ts';

export interface WaveGateInput {
  health: Health;
  anomalies: Anomaly[];
  /** 0–100; a score below it is unhealthy. */
  minHealth: number;
  onUnhealthy: OnUnhealthy;
  dryRun: boolean;
}

export interface WaveVerdict {
  verdict: 'healthy' | 'unhealthy' | 'no_data';
  /** `ask`: a person decides. A dry run always goes on. */
  action: 'next' | 'pause' | 'abort' | 'ask';
  reason: string;
}

const ACTIONS = { pause: 'pause', continue: 'next', abort: 'abort' } as const;

export function waveGate(input: WaveGateInput): WaveVerdict {
  const { verdict, reason } = judge(input);
  if (input.dryRun || verdict === 'healthy') return { verdict, action: 'next', reason };
  return { verdict, action: verdict === 'no_data' ? 'ask' : ACTIONS[input.onUnhealthy], reason };
}

function judge({ health, anomalies, minHealth }: WaveGateInput): Pick<WaveVerdict, 'verdict' | 'reason'> {
  const failure = anomalies.find((one) => one.anomaly_type === 'high_failure' && one.conclusiveness === 'conclusive');
  if (failure) {
    const { value, target } = failure.evidence;
    return {
      verdict: 'unhealthy',
      reason: `success_rate ${figureBeside(target, value)} is conclusively below ${target}`,
    };
  }
  const score = health.overall_health_score;
  if (score === null) return { verdict: 'no_data', reason: 'no metric has data: a person must decide' };
  if (score < minHealth) {
    return { verdict: 'unhealthy', reason: `health ${score.toFixed(1)} is below minHealth ${minHealth}` };
  }
  return { verdict: 'healthy', reason: `health ${score.toFixed(1)} reaches minHealth ${minHealth}` };
}
