import assert from 'node:assert/strict';
import type { RiskLevel } from '../../../domain/model/task.ts';
import { NO_PLAN, rememberPlan, reportPlan } from '../../../domain/wave/plan-memory.ts';
import { estimator, settings, task, tasks } from '../../simulation/small-wave.ts';
import { book, FLEET, planAndGate, planInput } from './stage-fixture.ts';

const APPROVED = { verdict: 'approved', approver: 'ops', verified: false, reason: 'seen', override: false } as const;
const sure = (confidence: number) => estimator({ declared: confidence, predicted_success: confidence });
const of = (risk_level: RiskLevel) => [task('t1', { risk_level })];

describe('gate stage', () => {
  for (const [risk, threshold] of [
    ['LOW', 0.5],
    ['MEDIUM', 0.75],
  ] as const) {
    it(`releases ${risk} at ${threshold}, and defers it below`, () => {
      const at = planAndGate(planInput({ tasks: of(risk), estimate: sure(threshold) })).gate;
      assert.deepEqual(
        at.lanes.flatMap(({ rows }) => rows.map((row) => [row.task_id, row.threshold, row.override])),
        [['t1', threshold, false]],
      );
      assert.equal(at.newlyReleased.length, 1);
      const below = planAndGate(planInput({ tasks: of(risk), estimate: sure(threshold - 0.001) })).gate;
      assert.ok(below.lanes.every(({ rows }) => rows.length === 0));
      assert.deepEqual(below.settled, { t1: 'deferred' });
      assert.equal(below.decisions[0]?.approval, 'deferred');
    });
  }

  for (const risk of ['HIGH', 'UNKNOWN'] as const) {
    it(`never releases ${risk} without an answer, however sure: it asks, defers on silence, and obeys a refusal`, () => {
      const input = planInput({ tasks: of(risk), estimate: sure(1) });
      const asked = planAndGate(input).gate;
      assert.ok(asked.lanes.every(({ rows }) => rows.length === 0));
      assert.deepEqual([asked.decisions, asked.settled], [[], {}]);
      assert.deepEqual(
        asked.requests.map((group) => [group.risk_level, group.tasks.length, group.below_threshold]),
        [[risk, 1, 0]],
      );
      const silent = planAndGate({ ...input, answers: { [risk]: { verdict: 'expired' } } }).gate;
      assert.deepEqual([silent.settled, silent.requests], [{ t1: 'deferred' }, []]);
      const refused = planAndGate({ ...input, answers: { [risk]: { ...APPROVED, verdict: 'rejected' } } }).gate;
      assert.deepEqual(refused.settled, { t1: 'rejected' });
      assert.equal(refused.decisions[0]?.approver, 'ops');
    });
  }

  it('releases HIGH when it was approved and is sure enough; below, with an override only', () => {
    const at = (confidence: number, override: boolean) =>
      planAndGate(
        planInput({ tasks: of('HIGH'), estimate: sure(confidence), answers: { HIGH: { ...APPROVED, override } } }),
      ).gate;
    assert.deepEqual(
      at(0.9, false).decisions.map(({ approval, override }) => [approval, override]),
      [['approved', false]],
    );
    assert.deepEqual(
      at(0.89, false).decisions.map(({ approval, override }) => [approval, override]),
      [['deferred', false]],
    );
    const passed = at(0.89, true);
    assert.deepEqual(
      passed.decisions.map(({ approval, override }) => [approval, override]),
      [['approved', true]],
    );
    assert.equal(passed.lanes.flatMap(({ rows }) => rows)[0]?.override, true);
  });

  it('tasks that need no person do not wait for those that do', () => {
    const { gate } = planAndGate(planInput({ tasks: [task('t1'), task('t2', { risk_level: 'HIGH' })] }));
    assert.deepEqual(
      gate.newlyReleased.map(({ task_id }) => task_id),
      ['t1'],
    );
    assert.equal(gate.requests.length, 1);
  });

  it('counts a task as newly released once', () => {
    const { gate } = planAndGate(planInput({ version: 2, tasks: tasks(2) }), ['t1']);
    assert.deepEqual(
      gate.newlyReleased.map(({ task_id }) => task_id),
      ['t2'],
    );
    assert.equal(gate.decisions.length, 2);
  });

  it("decides on a task's next attempt", () => {
    const { gate } = planAndGate(planInput({ tasks: tasks(1), book: book({ t1: [['a', 'retry']] }) }));
    assert.deepEqual(
      gate.decisions.map(({ attempt }) => attempt),
      [2],
    );
  });
});

describe('gate stage: a confidence that fell', () => {
  const penalties = [{ risk_levels: ['MEDIUM' as const], confidence_penalty: -0.05, max_retries: 3 }];
  const strict = settings(FLEET, {
    gate: { mediumNeedsApproval: false, highRiskThreshold: null, retryPenalties: penalties },
  });
  const regated = (estimate: ReturnType<typeof estimator>) =>
    planAndGate(planInput({ settings: strict, tasks: of('MEDIUM'), estimate, book: book({ t1: [['a', 'regate']] }) }));

  it('defers a task that came back because its confidence fell below the threshold', () => {
    // 0.78 less 0.05 for one failure is 0.73.
    const { gate } = regated(sure(0.78));
    assert.deepEqual(gate.settled, { t1: 'deferred' });
    assert.ok(Math.abs(gate.decisions[0]!.confidence - 0.73) < 1e-12);
  });

  it('lets it go on where its confidence still reaches the threshold', () => {
    const { gate } = regated(sure(0.81));
    assert.equal(gate.lanes.flatMap(({ rows }) => rows).length, 1);
  });

  it('sends it to an agent on which it still passes, if there is one', () => {
    const { gate } = regated(
      estimator({}, (_, agentId) => {
        const p = agentId === 'c' ? 0.85 : 0.78;
        return { declared: p, predicted_success: p, predicted_ms: agentId === 'c' ? 9_000 : 100 };
      }),
    );
    assert.deepEqual(
      gate.lanes.flatMap(({ rows }) => rows.map(({ agent_id }) => agent_id)),
      ['c'],
    );
  });
});

describe('plan memory', () => {
  it('keeps the first place of each task, counts ends over versions, and reports the new ones alone', () => {
    const low = tasks(2);
    const high = task('high', { risk_level: 'HIGH' });
    const first = planInput({ tasks: [...low, high], settings: settings(FLEET.slice(0, 1)) });
    const one = planAndGate(first);
    const memory = rememberPlan(NO_PLAN, one.planned, one.gate, 0);
    assert.deepEqual([memory.version, memory.released, memory.settled], [1, ['t1', 't2'], {}]);
    const ends = memory.firstPlan.map(({ end_ms }) => end_ms);
    assert.deepEqual(ends.length, 2);
    assert.equal(memory.firstPlanMakespanMs, Math.max(...ends));
    assert.equal(
      reportPlan(memory, one.planned, one.gate, [], 3, first.settings).lanes[0]?.totalMs,
      2_105,
      'two seconds, and repeats',
    );

    const two = planAndGate(
      {
        ...first,
        version: 2,
        reason: 'admission',
        book: book({ t1: [['a', 'completed']] }),
        covered: new Set(['t2']),
        assigned: memory.assigned,
        settled: memory.settled,
        answers: { HIGH: APPROVED },
      },
      memory.released,
    );
    const later = rememberPlan(memory, two.planned, two.gate, 30_000);
    assert.deepEqual(later.released, ['t1', 't2', 'high']);
    assert.deepEqual(later.firstPlan.slice(0, 2), memory.firstPlan);
    assert.equal(later.firstPlanMakespanMs, later.firstPlan[2]!.end_ms);
    assert.ok(later.firstPlan[2]!.end_ms > 30_000);
    const report = reportPlan(later, two.planned, two.gate, [], 3, first.settings);
    assert.deepEqual([report.version, report.released, report.deferred, report.moves], [2, 3, 0, 0]);
  });

  it('settles what silence deferred and what nobody can take', () => {
    const input = planInput({
      tasks: [task('high', { risk_level: 'HIGH' }), task('odd', { capabilities: ['none'] })],
      answers: { HIGH: { verdict: 'expired' } },
    });
    const { planned, gate } = planAndGate(input);
    const memory = rememberPlan(NO_PLAN, planned, gate, 0);
    assert.deepEqual(memory.settled, { high: 'deferred', odd: 'dead' });
    const report = reportPlan(memory, planned, gate, [], 3, input.settings);
    assert.deepEqual([report.deferred, report.dead, report.released], [1, 1, 0]);
  });
});
