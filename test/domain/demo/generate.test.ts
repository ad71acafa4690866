import assert from 'node:assert/strict';
import { parseAgentsFile } from '../../../contracts/agents-file.ts';
import * as input from '../../../contracts/input-records.ts';
import { outcomeSchema } from '../../../contracts/outcome-row.ts';
import { demoFleet } from '../../../domain/demo/fleet.ts';
import { DEMO_DEFAULTS, generateDemo } from '../../../domain/demo/generate.ts';
import type { Json } from '../../../domain/model/task.ts';

type Row = Record<string, Json>;
const files = generateDemo(DEMO_DEFAULTS);
const records = (path: string, from = files) => {
  const file = from.find((one) => one.path === path);
  assert.ok(file, `${path} is missing`);
  return file.records;
};
const rows = (path: string, from = files) => records(path, from) as Row[];
const keys = (row: Row | undefined) => Object.keys(row ?? {}).join(' ');

/** The key order of examples.md, file by file. */
const SHAPES: [path: RegExp, keys: string][] = [
  [
    /^phase20\/(wave_\d+\/agent_\d+\/)?predicted_tasks\.jsonl$/,
    'task_id agent_id predicted_success_probability confidence_delta_estimate predicted_execution_time risk_assessment reasoning timestamp',
  ],
  [
    /^phase20\/(wave_\d+\/agent_\d+\/)?predicted_schedule\.jsonl$/,
    'task_id agent_id wave predicted_start_time predicted_end_time predicted_success_probability predicted_confidence_delta priority status timestamp',
  ],
  [/^phase20\/metrics\.jsonl$/, 'metric_name value unit target_value threshold_min threshold_max status timestamp'],
  [
    /^phase20\/anomalies\.jsonl$/,
    'anomaly_id anomaly_type severity description affected_waves affected_agents recommendation timestamp',
  ],
  [
    /^phase20\/learning_signals\.jsonl$/,
    'feedback_id feedback_type confidence description recommendation supporting_evidence timestamp',
  ],
  [
    /^phase21\/execution_outcomes\.jsonl$/,
    'task_id agent_id wave predicted_success actual_success predicted_vs_actual_error retries timestamp',
  ],
  [
    /^phase21\/wave_1\/agent_\d+\/execution_outcomes\.jsonl$/,
    'task_id wave status initial_confidence final_confidence confidence_delta execution_time_ms attempts heuristics_applied error_message timestamp',
  ],
  [
    /^phase21\/wave_2\/agent_\d+\/execution_outcomes\.jsonl$/,
    'task_id agent_id wave status start_time end_time retry_count success error_msg',
  ],
  [/^phase21\/metrics\.jsonl$/, 'metric_name wave value unit target_value timestamp'],
  [/^phase21\/wave_\d+\/learning_signals\.jsonl$/, 'signal_type target_phase content confidence generated_at wave'],
  [
    /^phase16\/heuristics\.jsonl$/,
    'heuristic_id category name description rule confidence applicability expected_improvement timestamp',
  ],
];

const SCHEMAS: [path: RegExp, schema: { safeParse(value: unknown): { success: boolean } }][] = [
  [/predicted_tasks\.jsonl$/, input.predictedTaskSchema],
  [/predicted_schedule\.jsonl$/, input.predictedScheduleSchema],
  [/^phase20\/metrics\.jsonl$/, input.predictionMetricSchema],
  [/^phase20\/anomalies\.jsonl$/, input.predictionAnomalySchema],
  [/^phase20\/learning_signals\.jsonl$/, input.predictionSignalSchema],
  [/execution_outcomes\.jsonl$/, outcomeSchema],
  [/^phase21\/metrics\.jsonl$/, input.executionMetricSchema],
  [/^phase21\/.*learning_signals\.jsonl$/, input.executionSignalSchema],
  [/^phase16\/heuristics\.jsonl$/, input.heuristicSchema],
];

describe('the demo data set', () => {
  it('has every row in the shape and key order of its phase, and valid', () => {
    for (const file of files) {
      if (file.kind === 'json') continue;
      const shape = SHAPES.find(([path]) => path.test(file.path))?.[1];
      const schema = SCHEMAS.find(([path]) => path.test(file.path))?.[1];
      assert.ok(shape !== undefined && schema !== undefined, `no shape is known of ${file.path}`);
      assert.ok(file.records.length > 0, `${file.path} is empty`);
      for (const row of file.records as Row[]) {
        // `capabilities` and `payload`, before the timestamp, are the demo's own.
        assert.equal(keys(row).replace(' capabilities', '').replace(' payload', ''), shape, file.path);
        assert.ok(schema.safeParse(row).success, `${file.path}: ${JSON.stringify(row)}`);
      }
    }
  });

  it('has the four documents', () => {
    const summary = records('phase18/multi_agent_summary.json') as Row;
    assert.equal(
      keys(summary),
      'total_agents total_tasks total_waves success_rate avg_execution_time_ms avg_confidence_delta retry_rate agent_performance timestamp',
    );
    assert.ok(input.multiAgentSummarySchema.safeParse(summary).success);
    assert.equal(
      keys(records('phase20/system_health.json') as Row),
      'overall_health_score health_status components detected_anomalies timestamp',
    );
    const health = rows('phase21/wave_1/system_health.json');
    assert.equal(health.length, 1);
    assert.equal(
      keys(health[0]),
      'wave health_score health_status success_rate availability accuracy load_balance timestamp',
    );
    const fleet = parseAgentsFile(records('phase22/agents.json'));
    assert.ok(fleet.ok);
    assert.equal(fleet.file.agents.length, 6);
    assert.ok(fleet.file.agents.every((agent) => agent.kind === 'simulated' && agent.slots === 4));
  });

  it('predicts each task for every agent and schedules it once', () => {
    assert.equal(rows('phase20/predicted_tasks.jsonl').length, 3 * 240 * 6);
    const schedule = rows('phase20/predicted_schedule.jsonl');
    assert.equal(new Set(schedule.map((row) => row.task_id)).size, 720);
    assert.equal(schedule.length, 720);
    assert.deepEqual(
      [1, 2, 3].map((wave) => schedule.filter((row) => row.wave === wave).length),
      [240, 240, 240],
    );
    assert.equal(schedule[0]?.task_id, 'task_1_001');
    assert.ok(schedule.some((row) => row.task_id === 'task_3_240'));
  });

  it('says the same in both layouts', () => {
    for (const name of ['predicted_tasks.jsonl', 'predicted_schedule.jsonl']) {
      const split = files.filter(({ path }) => path.startsWith('phase20/wave_') && path.endsWith(name));
      assert.equal(split.length, 18);
      for (const { path, records: own } of split) {
        assert.ok((own as Row[]).every((row) => path.split('/')[2] === row.agent_id));
      }
      const text = (all: Json[]) => all.map((row) => JSON.stringify(row)).sort();
      assert.deepEqual(text(split.flatMap((file) => file.records as Json[])), text(rows(`phase20/${name}`)));
    }
  });

  it('runs the schedule of an agent on over all waves, without gaps', () => {
    for (const { agent_id } of demoFleet(6, 22)) {
      let end = 0;
      for (const row of rows('phase20/predicted_schedule.jsonl').filter((one) => one.agent_id === agent_id)) {
        assert.equal(row.predicted_start_time, end);
        end = row.predicted_end_time as number;
      }
      assert.ok(end > 0);
    }
  });

  it('gives the same bytes for the same seed, and others for another', () => {
    const text = (seed: number) => JSON.stringify(generateDemo({ waves: 2, tasks: 30, agents: 3, seed }));
    assert.equal(text(22), text(22));
    const ofTasks = (seed: number) =>
      rows('phase20/predicted_tasks.jsonl', generateDemo({ waves: 1, tasks: 5, agents: 1, seed })).map(
        (row) => row.predicted_execution_time,
      );
    assert.notDeepEqual(ofTasks(22), ofTasks(23));
  });

  it('has some 70 % LOW, 22 % MEDIUM and 8 % HIGH tasks, in every wave', () => {
    const own = rows('phase20/predicted_tasks.jsonl').filter((row) => row.agent_id === 'agent_0');
    for (const wave of [1, 2, 3]) {
      const ofWave = own.filter((row) => (row.task_id as string).startsWith(`task_${wave}_`));
      const share = (risk: string) => ofWave.filter((row) => row.risk_assessment === risk).length / 240;
      // Three standard errors of a share of 240.
      assert.ok(Math.abs(share('LOW') - 0.7) < 0.09, `LOW ${share('LOW')}`);
      assert.ok(Math.abs(share('MEDIUM') - 0.22) < 0.081, `MEDIUM ${share('MEDIUM')}`);
      assert.ok(Math.abs(share('HIGH') - 0.08) < 0.053, `HIGH ${share('HIGH')}`);
    }
  });

  it('declares a median time of 350–450 ms, the same for all agents, with a heavy tail', () => {
    const all = rows('phase20/predicted_tasks.jsonl');
    const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
    for (const { agent_id } of demoFleet(6, 22)) {
      const times = all.filter((row) => row.agent_id === agent_id).map((row) => row.predicted_execution_time as number);
      assert.ok(median(times) > 350 && median(times) < 450, `${agent_id}: ${median(times)}`);
      const longest = Math.max(...times);
      assert.ok(longest > 1000 && longest < 2500, `${agent_id}: ${longest}`);
    }
  });

  it('has phase 21 speak of other tasks, with few attempts per agent', () => {
    const predicted = new Set(rows('phase20/predicted_tasks.jsonl').map((row) => row.task_id));
    const outcomes = files.filter(({ path }) => path.endsWith('execution_outcomes.jsonl'));
    assert.equal(outcomes.length, 1 + 6 + 6);
    const all = outcomes.flatMap((file) => file.records as Row[]);
    assert.ok(all.every((row) => !predicted.has(row.task_id ?? '')));
    // Two tasks per agent in each family, a second attempt of the flaky agent, and the task that a gate stopped.
    assert.equal(all.length, 6 * 6 + 1 + 1);
  });

  it('refuses sizes below one', () => {
    assert.throws(() => generateDemo({ ...DEMO_DEFAULTS, agents: 0 }), /agents is 0, expected ≥ 1/);
  });

  it('gives a small fleet somebody for every capability', () => {
    const small = generateDemo({ waves: 1, tasks: 40, agents: 1, seed: 22 });
    const wanted = rows('phase20/predicted_tasks.jsonl', small).flatMap((row) => (row.capabilities ?? []) as string[]);
    assert.deepEqual([...new Set(wanted)].sort(), ['long_context', 'vision']);
    assert.equal(rows('phase20/predicted_schedule.jsonl', small).length, 40);
  });
});
