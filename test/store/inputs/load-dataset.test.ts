import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { BadInputError } from '../../../contracts/bad-input.ts';
import { loadDataset, requireTasks } from '../../../store/inputs/load-dataset.ts';
import { DatasetFixture, GOOD_ROWS } from './dataset-fixture.ts';

const predicted = (task_id: string, agent_id: string | undefined, fields: object = {}) => ({
  task_id,
  ...(agent_id === undefined ? {} : { agent_id }),
  predicted_success_probability: 0.5,
  predicted_execution_time: 10,
  ...fields,
});

describe('load data set', () => {
  let dataset: DatasetFixture;
  beforeEach(() => void (dataset = new DatasetFixture()));
  afterEach(() => dataset.remove());
  const load = () => loadDataset(dataset.root);

  it('says of every file of an empty data set that it is missing', async () => {
    const inputs = await load();
    assert.deepEqual(
      inputs.facts.files.map(({ path }) => path),
      [
        'phase16/heuristics.jsonl',
        'phase16/phase22_ack.jsonl',
        'phase18/multi_agent_summary.json',
        'phase18/phase22_ack.jsonl',
        'phase20/anomalies.jsonl',
        'phase20/learning_signals.jsonl',
        'phase20/metrics.jsonl',
        'phase20/phase22_ack.jsonl',
        'phase20/predicted_schedule.jsonl',
        'phase20/predicted_tasks.jsonl',
        'phase21/execution_outcomes.jsonl',
        'phase21/metrics.jsonl',
        'phase21/wave_N/learning_signals.jsonl',
        'phase21/wave_N/system_health.json',
      ],
    );
    assert.ok(inputs.facts.files.every(({ present, records, rejected }) => !present && records + rejected === 0));
    assert.equal(inputs.agents, null);
    assert.throws(() => requireTasks(inputs), /phase20\/predicted_tasks.jsonl: found no task at all/);
  });

  it('names the first refused line when no task is valid', async () => {
    dataset.write('phase20/predicted_tasks.jsonl', [predicted('t', 'a', { predicted_success_probability: 7 })]);
    const inputs = await load();
    assert.throws(() => requireTasks(inputs), /predicted_tasks.jsonl line 1: predicted_success_probability: found 7/);
  });

  it('merges predictions and schedule into tasks', async () => {
    dataset
      .write('phase20/predicted_tasks.jsonl', [
        predicted('t1', 'a', { risk_level: 'LOW', priority: 4, payload: { x: 1 }, capabilities: ['gpu', 'cpu'] }),
        predicted('t1', 'b', { risk_level: 'MEDIUM', predicted_execution_time: 12 }),
        predicted('t2', undefined, { task_type: 'build', priority: 4 }),
      ])
      .write('phase20/predicted_schedule.jsonl', [
        { task_id: 't1', agent_id: 'a', wave: 1, priority: 1 },
        { task_id: 't1', agent_id: 'a', wave: 2, priority: 2 },
        { task_id: 'ghost', wave: 1 },
      ]);
    const inputs = await load();
    assert.deepEqual(inputs.tasks, [
      {
        task_id: 't1',
        wave: 2,
        priority: 2,
        risk_level: 'MEDIUM',
        task_type: null,
        capabilities: ['cpu', 'gpu'],
        payload: { x: 1 },
        generation: 1,
      },
      {
        task_id: 't2',
        wave: null,
        priority: 4,
        risk_level: 'UNKNOWN',
        task_type: 'build',
        capabilities: [],
        payload: null,
        generation: 1,
      },
    ]);
    const p = { success_probability: 0.5, confidence_delta: 0 };
    assert.deepEqual(inputs.predictions, [
      { task_id: 't1', agent_id: 'a', ...p, execution_time_ms: 10 },
      { task_id: 't1', agent_id: 'b', ...p, execution_time_ms: 12 },
      { task_id: 't2', agent_id: null, ...p, execution_time_ms: 10 },
    ]);
    assert.equal(inputs.facts.joins.scheduled_without_prediction, 1);
    requireTasks(inputs);
  });

  it('reads both layouts, waves and agents by number, and lets the later row of a task and agent win', async () => {
    const time = (ms: number) => ({ predicted_execution_time: ms });
    dataset
      .write('phase20/wave_10/agent_0/predicted_tasks.jsonl', [predicted('t', 'a', time(4)), predicted('t10', 'a')])
      .write('phase20/wave_2/agent_10/predicted_tasks.jsonl', [predicted('t2b', 'a')])
      .write('phase20/wave_2/agent_9/predicted_tasks.jsonl', [predicted('t', 'a', time(3)), predicted('t2a', 'a')])
      .write('phase20/notes/agent_0/predicted_tasks.jsonl', [predicted('never', 'a')])
      .write('phase20/predicted_tasks.jsonl', [predicted('t', 'a', time(1)), predicted('t', 'a', time(2))]);
    const inputs = await load();
    assert.deepEqual(
      inputs.predictions.map(({ task_id, execution_time_ms }) => [task_id, execution_time_ms]),
      [
        ['t', 4],
        ['t2a', 10],
        ['t2b', 10],
        ['t10', 10],
      ],
    );
    assert.equal(inputs.facts.joins.prediction_rows_replaced, 3);
  });

  it('takes seconds where the fleet file says so', async () => {
    dataset
      .write('phase22/agents.json', '{"executionTimeUnit":"s","agents":[{"agent_id":"a","kind":"simulated"}]}')
      .write('phase20/predicted_tasks.jsonl', [predicted('t', 'a', { predicted_execution_time: 1.5 })])
      .write('phase21/execution_outcomes.jsonl', [
        { task_id: 't', agent_id: 'a', actual_success: 1, execution_time: 2, retries: 0 },
        { task_id: 'u', agent_id: 'a', status: 'success', execution_time_ms: 7 },
      ]);
    const inputs = await load();
    assert.equal(inputs.predictions[0]?.execution_time_ms, 1500);
    assert.deepEqual(
      inputs.observations.map(({ execution_time_ms, declared_ms }) => [execution_time_ms, declared_ms]),
      [
        [2000, 1500],
        [7, null],
      ],
    );
  });

  it('joins outcomes with predictions, and counts what found nothing', async () => {
    dataset
      .write('phase20/predicted_tasks.jsonl', [predicted('t', 'a', { risk_level: 'HIGH' })])
      .write('phase21/execution_outcomes.jsonl', [
        { task_id: 't', agent_id: 'a', status: 'failed', attempts: 1 },
        { task_id: 't', agent_id: 'a', status: 'success', attempts: 1, execution_time_ms: 31 },
        { task_id: 'other', agent_id: 'b', status: 'failed', retries: 2 },
        { task_id: 'nobody', status: 'success' },
        { task_id: 'held', agent_id: 'a', status: 'deferred' },
      ])
      .write('phase21/wave_1/agent_7/execution_outcomes.jsonl', [{ task_id: 'seven', status: 'success' }]);
    const inputs = await load();
    const unknown = { risk_level: 'UNKNOWN', execution_time_ms: null, declared_ms: null };
    const common = { task_type: null, speed_multiplier: 1 };
    assert.deepEqual(inputs.observations, [
      {
        ...common,
        agent_id: 'a',
        risk_level: 'HIGH',
        attempts: 2,
        success: true,
        execution_time_ms: 31,
        declared_ms: 10,
      },
      { ...common, ...unknown, agent_id: 'b', attempts: 3, success: false },
      { ...common, ...unknown, agent_id: 'agent_7', attempts: 1, success: true },
    ]);
    assert.deepEqual(inputs.facts.joins, {
      prediction_rows_replaced: 0,
      scheduled_without_prediction: 0,
      outcomes_joined: 1,
      outcomes_unmatched: 4,
      outcomes_without_agent: 1,
      outcomes_deferred: 1,
    });
  });

  it('does not count a success of an earlier run as an attempt of this one', async () => {
    dataset.write('phase21/execution_outcomes.jsonl', [
      { task_id: 't', agent_id: 'a', status: 'success' },
      { task_id: 't', agent_id: 'a', status: 'success' },
    ]);
    assert.equal((await load()).observations[0]?.attempts, 1);
  });

  it('aggregates phase 20 and phase 21 for reinforcement', async () => {
    for (const [file, row] of Object.entries(GOOD_ROWS)) dataset.write(file, [row]);
    dataset
      .write('phase21/metrics.jsonl', [
        { metric_name: 'retry_rate', wave: 1, value: 0.9 },
        { metric_name: 'retry_rate', wave: 1, value: 0.1 },
        { metric_name: 'retry_rate', wave: 2, value: 0.3 },
        { metric_name: 'throughput', wave: 1, value: 20 },
      ])
      .write('phase21/wave_1/system_health.json', '[{"health_score":80,"success_rate":0.75,"load_balance":0.5}]')
      .write('phase21/wave_2/system_health.json', '{"health_score":80,"success_rate":0.25,"load_balance":1}');
    const { reinforcement, heuristics, acks, quarantine } = await load();
    assert.deepEqual(quarantine, []);
    assert.deepEqual(reinforcement, {
      phase20_metrics: { prediction_accuracy: 0.78 },
      phase20_anomalies: [{ anomaly_type: 'prediction_drift', severity: 'high' }],
      phase20_signals: [{ feedback_type: 'heuristic_effectiveness', confidence: 0.81 }],
      phase21: {
        success_rate: 0.5,
        failure_rate: 0.5,
        throughput: 20,
        load_balance: 0.75,
        load_imbalance: 0.25,
        retry_rate: 0.2,
        confidence_trajectory: 1.16,
      },
    });
    assert.deepEqual(
      heuristics.map(({ heuristic_id }) => heuristic_id),
      ['H16_002'],
    );
    assert.deepEqual(acks, {
      phase16: [{ signal_id: 's1', status: 'applied', effect: 'raised' }],
      phase18: [],
      phase20: [],
    });
  });

  it('reads the multi-agent summary, and quarantines a broken document as line 1', async () => {
    dataset.write(
      'phase18/multi_agent_summary.json',
      '{"total_agents": 1, "success_rate": 0.93, "agent_performance": {"agent_0": {"success_rate": 0.9, "tasks": 15}}}',
    );
    assert.deepEqual((await load()).summary, {
      total_agents: 1,
      success_rate: 0.93,
      avg_execution_time_ms: null,
      retry_rate: null,
      agent_performance: { agent_0: { success_rate: 0.9, retry_rate: null, avg_confidence_delta: null } },
    });
    dataset.write('phase18/multi_agent_summary.json', '{"success_rate": 7}');
    const inputs = await load();
    assert.equal(inputs.summary, null);
    assert.deepEqual(inputs.quarantine, [
      {
        file: 'phase18/multi_agent_summary.json',
        line: 1,
        reason: 'success_rate: found 7, expected a number from 0 to 1',
        raw: '{"success_rate": 7}',
      },
    ]);
  });

  it('ends with an error that names file and field where the fleet file is bad', async () => {
    for (const [content, message] of [
      ['{"agents": [', /phase22\/agents.json: .*one JSON document/],
      ['{"agents":[{"agent_id":"a","kind":"http","url":"http://a"}]}', /phase22\/agents.json: agents\[0\]\.url/],
      ['[]', /phase22\/agents.json: input/],
    ] as const) {
      dataset.write('phase22/agents.json', content);
      await assert.rejects(load, (error) => error instanceof BadInputError && message.test(error.message));
    }
  });

  it('follows no link out of the data set, of file or folder', async () => {
    const outside = new DatasetFixture();
    try {
      outside
        .write('tasks.jsonl', [predicted('stolen', 'a')])
        .write('agent_0/predicted_tasks.jsonl', [predicted('stolen', 'a')])
        .write('agents.json', '{"agents":[{"agent_id":"a","kind":"simulated"}]}');
      dataset.write('phase20/inside.jsonl', [predicted('mine', 'a')]).write('phase22/x', '');
      symlinkSync(join(outside.root, 'tasks.jsonl'), join(dataset.root, 'phase20/predicted_tasks.jsonl'));
      symlinkSync(outside.root, join(dataset.root, 'phase20/wave_1'));
      symlinkSync('inside.jsonl', join(dataset.root, 'phase20/metrics.jsonl'));
      const inputs = await load();
      assert.deepEqual(inputs.tasks, []);
      const refused = inputs.quarantine.find(({ file }) => file === 'phase20/predicted_tasks.jsonl');
      assert.deepEqual([refused?.line, refused?.raw], [1, '']);
      assert.match(refused?.reason ?? '', /link that leaves the data set/);
      const folder = inputs.quarantine.find(({ file }) => file === 'phase20/wave_1');
      assert.match(folder?.reason ?? '', /link that leaves the data set/);
      // The link that stays inside is followed: its rows are refused for what they hold.
      const inside = inputs.quarantine.find(({ file }) => file === 'phase20/metrics.jsonl');
      assert.match(inside?.reason ?? '', /^metric_name/);

      symlinkSync(join(outside.root, 'agents.json'), join(dataset.root, 'phase22/agents.json'));
      await assert.rejects(load, /link that leaves the data set/);
    } finally {
      outside.remove();
    }
  });
});
