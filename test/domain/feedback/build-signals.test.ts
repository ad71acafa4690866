import assert from 'node:assert/strict';
import type { AgentError } from '../../../domain/feedback/agent-errors.ts';
import { buildSignals, type FeedbackQuestion, type MeasuredWave } from '../../../domain/feedback/build-signals.ts';
import type { JudgedHeuristic } from '../../../domain/heuristics/judge.ts';
import type { AgentResult } from '../../../domain/metrics/agent-results.ts';
import { toMetric } from '../../../domain/metrics/metric-value.ts';
import { startParameters } from '../../../domain/model/agent.ts';
import type { Metric } from '../../../domain/model/records.ts';
import { DEFAULT_TARGETS, type MetricName } from '../../../domain/model/targets.ts';
import { anomaly } from './anomaly-fixture.ts';

const metric = (name: MetricName, value: number | null, interval: [number, number] | null = null): Metric =>
  toMetric(name, { value, sample_size: 30, interval }, DEFAULT_TARGETS);
const parameters = startParameters(4);
type Change = Partial<MeasuredWave & Pick<FeedbackQuestion, 'acknowledgements'>>;
const result: AgentResult = {
  attempts: 4,
  decided: 4,
  succeeded: 3,
  completed_tasks: 3,
  failed_tasks: 0,
  success_rate: 0.75,
  interval: null,
  retry_rate: 0.25,
  utilization: 0.5,
  throughput: 1,
  mean_attempt_ms: 120,
  slowdown: 1,
};
const agentError: AgentError = {
  agent_id: 'a',
  risk_level: 'LOW',
  attempts: 4,
  declared_success: 0.9,
  observed_success: 0.75,
  timed: 3,
  declared_time_ms: 100,
  observed_time_ms: 120,
};
const judged: JudgedHeuristic = {
  heuristic_id: 'H',
  category: 'confidence_elevation',
  rows: 2,
  effect: { kind: 'probability', risk_levels: ['LOW'], min: 0.7, max: 0.75, amount: 0.05 },
  attempts: 0,
  without: null,
  with: null,
  observed: null,
  verdict: 'unmeasured',
};
const question = ({ acknowledgements = [], ...change }: Change = {}): FeedbackQuestion => ({
  execution_id: 'run-1',
  wave: 2,
  recommendation: {
    strategy: 'maximize_success',
    adjustments: { retry_threshold: 1 },
    expected_impact: null,
    confidence: 0.5,
    rationale: 'why',
  },
  measured: {
    metrics: [
      metric('success_rate', 0.8, [0.65, 0.9]),
      metric('agent_utilization', 0.63),
      metric('schedule_adherence', 0.76, [0.6, 0.875]),
      metric('confidence_trajectory', 0.97),
    ],
    side: { load_balance: 0.8, retry_rate: 0.2 },
    anomalies: [anomaly('high_failure'), anomaly('schedule_drift')],
    results: { a: result },
    calibrationError: { brier: 0.2, ece: 0.15 },
    agentErrors: [agentError],
    heuristics: [judged],
    ...change,
  },
  actions: [
    {
      agent_id: 'a',
      before: parameters,
      after: { ...parameters, retry_threshold: 4 },
      reason: 'r',
      expected_impact: 'e',
    },
    { agent_id: 'b', before: parameters, after: { ...parameters }, reason: 'Unchanged.', expected_impact: 'none' },
  ],
  acknowledgements,
  targets: DEFAULT_TARGETS,
});
const signals = (change: Change = {}) => {
  const [heuristic, coordination, prediction] = buildSignals(question(change));
  assert.ok(heuristic && coordination && prediction);
  return { heuristic, coordination, prediction };
};

describe('buildSignals', () => {
  it('sends one signal to each of the phases 16, 18 and 20, with ids of run and wave', () => {
    assert.deepEqual(
      buildSignals(question()).map(({ signal_id, target_phase }) => [signal_id, target_phase]),
      [
        ['run-1/w2/heuristic_feedback', 16],
        ['run-1/w2/coordination_refinement', 18],
        ['run-1/w2/prediction_tuning', 20],
      ],
    );
  });

  it('names the metric it means to move and which way', () => {
    const { heuristic, prediction } = signals();
    const { wave, metric: name, direction, value, target } = heuristic.content;
    assert.deepEqual(
      { wave, name, direction, value, target },
      { wave: 2, name: 'success_rate', direction: 'raise', value: 0.8, target: 0.9 },
    );
    assert.equal(prediction.content.metric, 'schedule_adherence');
    assert.equal(prediction.content.direction, 'raise');
    assert.equal(
      signals({ anomalies: [anomaly('schedule_drift', 'schedule_adherence')] }).heuristic.content.metric,
      'schedule_adherence',
    );
    const inVain = anomaly('optimization_failure', 'optimization_efficiency');
    for (const anomalies of [[], [inVain]])
      assert.equal(signals({ anomalies }).heuristic.content.metric, 'success_rate');
  });

  it('holds a metric that equals its target', () => {
    const { heuristic } = signals({ metrics: [metric('success_rate', 0.9)] });
    assert.equal(heuristic.content.direction, 'hold');
  });

  it('tells phase 20 by what to multiply predicted times that are far off, on enough attempts', () => {
    const off = (agent_id: string, timed: number, observed_time_ms: number) => ({
      ...agentError,
      agent_id,
      timed,
      declared_time_ms: 1000,
      observed_time_ms,
    });
    const advice = (...agentErrors: (typeof agentError)[]) =>
      signals({ metrics: [], calibrationError: null, agentErrors }).prediction.content['recommendations'];
    assert.deepEqual(advice(off('near', 20, 1150), off('rare', 4, 5000)), ['Keep the predictions as they are.']);
    assert.deepEqual(advice(off('slow', 5, 2000), off('slow', 5, 500), off('fast', 9, 400), off('late', 9, 2000)), [
      'Correct the predicted times: fast × 0.40, late × 2.00.',
    ]);
    const many = ['a', 'b', 'c', 'd'].map((id) => off(id, 6, 3000));
    assert.deepEqual(advice(...many), ['Correct the predicted times: a × 3.00, b × 3.00, c × 3.00, and 1 more.']);
  });

  it('refines coordination by the metric furthest below its target', () => {
    // 0.63 ÷ 0.7 is 0.9; 0.76 ÷ 0.95 is 0.8.
    assert.equal(signals().coordination.content.metric, 'schedule_adherence');
    const metrics = [metric('agent_utilization', 0.35), metric('schedule_adherence', 0.76)];
    assert.equal(signals({ metrics }).coordination.content.metric, 'agent_utilization');
    const partly = [metric('agent_utilization', null), metric('schedule_adherence', 0.99)];
    assert.equal(signals({ metrics: partly }).coordination.content.metric, 'schedule_adherence');
  });

  it('is as sure as its metric is known', () => {
    assert.ok(Math.abs(signals().heuristic.confidence - 0.75) < 1e-12);
    assert.ok(Math.abs(signals().prediction.confidence - 0.725) < 1e-12);
    assert.equal(signals({ metrics: [] }).heuristic.confidence, 0);
  });

  it('says hold, and no value, where a wave measured nothing', () => {
    for (const { content } of buildSignals(question({ metrics: [], calibrationError: null }))) {
      assert.equal(content.value, null);
      assert.equal(content.direction, 'hold');
    }
  });

  it('tells each phase what it needs', () => {
    const { heuristic, coordination, prediction } = signals();
    assert.equal(heuristic.content['strategy'], 'maximize_success');
    assert.deepEqual(heuristic.content['adjustments'], { retry_threshold: 1 });
    assert.deepEqual(heuristic.content['metrics'], {
      success_rate: 0.8,
      agent_utilization: 0.63,
      schedule_adherence: 0.76,
      confidence_trajectory: 0.97,
    });
    assert.equal(coordination.content['load_balance'], 0.8);
    assert.deepEqual(coordination.content['tuning_actions'], [
      { agent_id: 'a', before: parameters, after: { ...parameters, retry_threshold: 4 }, reason: 'r' },
    ]);
    assert.deepEqual(prediction.content['calibration_error'], { brier: 0.2, ece: 0.15 });
    assert.deepEqual(prediction.content['recommendations'], [
      'Raise the risk, or lower the success probability, of tasks like those that failed.',
      'Recalibrate: predicted and observed success differ by 15 points on average.',
    ]);
  });

  it('tells phase 20 of each agent what was declared and what was seen, and phase 16 what became of its heuristics', () => {
    const { heuristic, coordination, prediction } = signals();
    assert.deepEqual(prediction.content['agents'], [agentError]);
    assert.deepEqual(heuristic.content['heuristics'], [judged]);
    assert.deepEqual(coordination.content['agents'], [
      { agent_id: 'a', attempts: 4, success_rate: 0.75, retry_rate: 0.25, utilization: 0.5, mean_attempt_ms: 120 },
    ]);
  });

  it('names the latest acknowledgement of its phase that the wave had read', () => {
    const { heuristic, prediction } = signals({
      acknowledgements: [
        { phase: 20, signal_id: 'x', status: 'applied' },
        { phase: 20, signal_id: 'y', status: 'rejected' },
      ],
    });
    assert.equal(prediction.content.acknowledged, 'y');
    assert.equal(heuristic.content.acknowledged, null);
  });

  it('is JSON, the same each time', () => {
    const built = buildSignals(question());
    assert.deepEqual(JSON.parse(JSON.stringify(built)), built);
    assert.equal(JSON.stringify(built), JSON.stringify(buildSignals(question())));
  });
});
