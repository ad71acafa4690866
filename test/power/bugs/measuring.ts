import type { Bug } from '../bug.ts';

/** What a wave is said to have been. */
export const MEASURING_BUGS: readonly Bug[] = [
  {
    name: 'target-reached-is-anomaly',
    breaks: 'a metric that just reaches its target raises an anomaly',
    file: 'domain/metrics/metric-value.ts',
    find: 'value < bound - bound * ROUNDING',
    replace: 'value <= bound',
    caughtBy: ['test/domain/anomalies/detect.test.ts', 'test/domain/metrics/metric-value.test.ts'],
  },
  {
    name: 'health-weight',
    breaks: 'the weights of the health score do not sum to 1',
    file: 'domain/health/score.ts',
    find: 'schedule_adherence: 0.1,',
    replace: 'schedule_adherence: 0.15,',
    caughtBy: ['test/domain/health/score.test.ts'],
  },
  {
    name: 'throughput-counts-pauses',
    breaks: 'a wave that was paused is said to have been slow',
    file: 'domain/metrics/window.ts',
    find: 'lengthWithout([window], wave.pauses)',
    replace: 'lengthWithout([window], [])',
    caughtBy: ['test/domain/metrics/throughput.test.ts'],
  },
  {
    name: 'final-twice',
    breaks: 'a task that failed over has two final outcomes',
    file: 'domain/wave/measure-stage.ts',
    find: 'final: last.get(line.task_id) === index,',
    replace: "final: line.verdict !== 'retry',",
    caughtBy: ['test/domain/wave/measure-stage.test.ts'],
  },
  {
    name: 'unreleased-count',
    breaks: 'released tasks that never ran do not count against the success rate',
    file: 'domain/metrics/success-rate.ts',
    find: 'const total = evidence.released;',
    replace: 'const total = attempts.filter((attempt) => attempt.final).length;',
    caughtBy: ['test/domain/metrics/success-rate.test.ts'],
  },
  {
    name: 'first-attempt-is-retry',
    breaks: "a task's first attempt counts as a retry",
    file: 'domain/metrics/retry-rate.ts',
    find: 'attempt.attempt > 1',
    replace: 'attempt.attempt >= 1',
    caughtBy: ['test/domain/metrics/retry-rate.test.ts'],
  },
];
