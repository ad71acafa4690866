/** Promises on metrics, anomalies, health and strategies (24–43). */
import { figure } from '../../../domain/metrics/figure.ts';
import type { AnomalyType, StrategyName } from '../../../domain/model/records.ts';
import type { MetricName } from '../../../domain/model/targets.ts';
import { METRIC_NAMES } from '../../../domain/model/targets.ts';
import { followers, waveName } from '../findings.ts';
import { eligibleIn } from './adaptation.ts';
import type { Verdict, WrittenPromise } from './promise.ts';
import { restsOn } from './promise.ts';
import type { Findings } from '../findings.ts';

/** Recorded values are those computed again, and at least one wave had something to measure. */
function measured(name: MetricName) {
  return restsOn(['measures', 'evidence'], ({ waves }) => {
    const values = waves.flatMap(({ metrics }) =>
      metrics.flatMap(({ metric_name, value }) => (metric_name === name && value !== null ? [value] : [])),
    );
    return values.length === 0 ? null : `computed again in ${values.length} wave(s): ${values.map(figure).join(', ')}`;
  });
}

/** Raised exactly where the metric is below its target: `checkMeasures` has compared that. */
function raised(type: AnomalyType, metric: MetricName) {
  return restsOn(['measures'], ({ waves }) => {
    const judged = waves.filter(({ metrics }) =>
      metrics.some((one) => one.metric_name === metric && one.value !== null),
    );
    const at = waves.filter(({ anomalies }) => anomalies.some(({ anomaly_type }) => anomaly_type === type));
    if (at.length > 0) return `raised in ${at.map(waveName).join(', ')}`;
    return judged.length === 0 ? null : `rightly not raised in ${judged.length} wave(s)`;
  });
}

/** Shown where a wave that follows another chose the strategy: its trigger must have been met. */
function triggered(strategy: StrategyName) {
  return ({ waves }: Findings): Verdict => {
    let kept: Verdict = null;
    for (const { wave, before } of followers(waves)) {
      const eligible = eligibleIn(wave, before);
      const { recommendation } = wave;
      const adjusted = Object.keys(recommendation?.adjustments ?? {}).length > 0;
      if (eligible === null || recommendation?.strategy !== strategy || !adjusted) continue;
      if (!eligible.includes(strategy)) {
        return { kept: false, where: `${waveName(wave)} has ${strategy}, but the wave before did not miss its target` };
      }
      kept ??= { kept: true, where: `${waveName(wave)}, after a wave that missed the target` };
    }
    return kept;
  };
}

const METRICS: readonly [number, MetricName, string, WrittenPromise['test']][] = [
  [
    27,
    'success_rate',
    'Success is completed tasks among those let run; target 0.90.',
    'test/domain/metrics/success-rate.test.ts › divides completed tasks by released ones: failed, cancelled and never run count against it',
  ],
  [
    28,
    'throughput',
    'Throughput is completed tasks per second of the real makespan; target 35.',
    'test/domain/metrics/throughput.test.ts › divides completed tasks by the makespan in seconds',
  ],
  [
    29,
    'agent_utilization',
    'Utilisation is busy among offered slot-time; target 0.70.',
    'test/domain/metrics/agent-utilization.test.ts › divides busy by offered slot-time, retries included',
  ],
  [
    30,
    'confidence_trajectory',
    'The trajectory is one plus the mean change of calibrated confidence; target 0.95.',
    'test/domain/metrics/confidence-trajectory.test.ts › is 1 plus the mean change over executed tasks, one change per task',
  ],
  [
    31,
    'schedule_adherence',
    'Adherence is the share done in time by the agent first planned; target 0.95.',
    'test/domain/metrics/schedule-adherence.test.ts › counts failed, moved, unplanned and never run tasks against it',
  ],
  [
    32,
    'learning_impact',
    'Learning impact is how far signals moved what they meant to move; target 0.90.',
    'test/domain/metrics/learning-impact.test.ts › is the move towards the target over half the gap, held within 0–1',
  ],
  [
    33,
    'optimization_efficiency',
    'Efficiency is how much of a simulated gain came true; target 0.90.',
    'test/domain/metrics/optimization-efficiency.test.ts › divides what came true by what was promised, over all measured waves',
  ],
];

const ANOMALY_TEST = 'test/domain/anomalies/detect.test.ts › raises all five in the contract’s order and severity';
const ANOMALIES: readonly [number, AnomalyType, MetricName, string][] = [
  [34, 'high_failure', 'success_rate', 'high_failure is raised when success is below 0.90.'],
  [35, 'schedule_drift', 'schedule_adherence', 'schedule_drift is raised when adherence is below 0.95.'],
  [36, 'confidence_drop', 'confidence_trajectory', 'confidence_drop is raised when the trajectory is below 0.95.'],
  [
    37,
    'excessive_retries',
    'throughput',
    'excessive_retries is raised when throughput is below 35, and gives the retry rate.',
  ],
  [
    38,
    'optimization_failure',
    'optimization_efficiency',
    'optimization_failure is raised when efficiency is below 0.90.',
  ],
];

const STRATEGY_TEST =
  'test/domain/strategy/eligibility.test.ts › finds each strategy by its own measure alone, just past the limit';
const STRATEGIES: readonly [number, StrategyName, string][] = [
  [39, 'maximize_success', 'maximize_success answers success below its target.'],
  [40, 'maximize_throughput', 'maximize_throughput answers throughput below its target.'],
  [41, 'balance_load', 'balance_load answers uneven load.'],
  [42, 'minimize_retries', 'minimize_retries answers too many retries.'],
  [43, 'maximize_confidence', 'maximize_confidence answers a falling confidence.'],
];

export const MEASURING: readonly WrittenPromise[] = [
  {
    number: 24,
    words: 'Seven metrics are measured in every wave, none of them a constant.',
    test: 'test/domain/metrics/measure-wave.test.ts › measures a small wave in full',
    check: restsOn(['measures'], ({ waves }) =>
      waves.length === 0 ? null : `${METRIC_NAMES.length} in each of ${waves.length} wave(s), computed again`,
    ),
  },
  {
    number: 25,
    words: 'Five kinds of anomaly are found where they are, and nowhere else.',
    test: ANOMALY_TEST,
    check: restsOn(['measures'], ({ waves }) => {
      const found = waves.reduce((sum, wave) => sum + wave.anomalies.length, 0);
      return waves.length === 0 ? null : `${found} in ${waves.length} wave(s), as computed again`;
    }),
  },
  {
    number: 26,
    words: 'Health is one number from 0 to 100.',
    test: 'test/domain/health/score.test.ts › weighs how far each metric reached its target',
    check: restsOn(['measures'], ({ waves }) => {
      const scores = waves.flatMap(({ score }) => (score === null ? [] : [figure(score)]));
      return scores.length === 0 ? null : `computed again: ${scores.join(', ')}`;
    }),
  },
  ...METRICS.map(([number, name, words, test]) => ({ number, words, test, check: measured(name) })),
  ...ANOMALIES.map(([number, type, metric, words]) => ({
    number,
    words,
    test: ANOMALY_TEST as WrittenPromise['test'],
    check: raised(type, metric),
  })),
  ...STRATEGIES.map(([number, strategy, words]) => ({
    number,
    words,
    test: STRATEGY_TEST as WrittenPromise['test'],
    check: triggered(strategy),
  })),
];
