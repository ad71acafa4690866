import assert from 'node:assert/strict';
import type { AttemptLine } from '../../../domain/model/outcome.ts';
import type { PlanStageInput } from '../../../domain/wave/plan-stage.ts';
import { planStage } from '../../../domain/wave/plan-stage.ts';
import { agent, estimator, settings, task, tasks } from '../../simulation/small-wave.ts';
import { availabilities, book, FLEET, placed, planInput } from './stage-fixture.ts';

const tried = (count: number, agentId: string, last: AttemptLine['verdict']): [string, AttemptLine['verdict']][] =>
  Array.from({ length: count }, (_, index) => [agentId, index === count - 1 ? last : 'retry']);

describe('plan stage', () => {
  it('plans every task once, evenly, on a first plan', () => {
    const result = planStage(planInput());
    assert.deepEqual(Object.keys(placed(result)).sort(), ['t1', 't2', 't3']);
    assert.deepEqual(
      result.plan.lanes.map(({ agent_id, rows }) => [agent_id, rows.length]),
      [
        ['a', 1],
        ['b', 1],
        ['c', 1],
      ],
    );
    assert.deepEqual([result.plan.moves, result.stranded, result.dead], [[], [], []]);
  });

  it('leaves out what ended, is in an open chunk, left the wave, or waits for a person', () => {
    const input = planInput({
      tasks: [...tasks(5), task('high', { risk_level: 'HIGH' })],
      book: book({ t1: [['a', 'completed']], t2: tried(3, 'a', 'dead') }),
      covered: new Set(['t3']),
      settled: { t4: 'deferred' },
    });
    assert.deepEqual(Object.keys(placed(planStage(input))), ['t5']);
  });

  it('takes a task in once a person approved it, and never one that was refused or not answered', () => {
    const high = [task('high', { risk_level: 'HIGH' })];
    const approved = { verdict: 'approved' as const, approver: 'ops', verified: false, reason: null, override: false };
    const at = (answers: Parameters<typeof planInput>[0]) =>
      Object.keys(placed(planStage(planInput({ tasks: high, ...answers }))));
    assert.deepEqual(at({ answers: {} }), []);
    assert.deepEqual(at({ answers: { HIGH: { verdict: 'expired' } } }), []);
    assert.deepEqual(at({ answers: { HIGH: { ...approved, verdict: 'rejected' } } }), []);
    assert.deepEqual(at({ answers: { UNKNOWN: approved } }), []);
    assert.deepEqual(at({ answers: { HIGH: approved } }), ['high']);
  });

  it('tells the rows how often the task was tried, in all and here', () => {
    const input = planInput({ tasks: tasks(1), book: book({ t1: [...tried(3, 'a', 'exhausted'), ['b', 'retry']] }) });
    const row = planStage({ ...input, agents: availabilities(['c']) }).plan.lanes.flatMap(({ rows }) => rows)[0];
    assert.deepEqual([row?.agent_id, row?.attempts_used, row?.attempts_here], ['b', 4, 1]);
  });

  for (const [what, tries, down, reason] of [
    ['the agent is lost', [], ['a'], 'failover_reassignment'],
    ['the agent is lost in the middle of the task', [['a', 'retry']], ['a'], 'failover_reassignment'],
    ['it used up its attempts there', tried(3, 'a', 'exhausted'), [], 'retries_exhausted'],
    ['it used up its attempts there and the agent is lost', tried(3, 'a', 'exhausted'), ['a'], 'retries_exhausted'],
  ] as [string, [string, AttemptLine['verdict']][], string[], string][]) {
    it(`moves a task as ${reason} when ${what}`, () => {
      const input = planInput({
        version: 2,
        reason: 'failover',
        tasks: tasks(1),
        book: book({ t1: tries }),
        assigned: { t1: 'a' },
        agents: availabilities(down),
      });
      const { moves } = planStage(input).plan;
      assert.equal(moves.length, 1);
      assert.deepEqual(
        { ...moves[0], to_agent: '' },
        {
          task_id: 't1',
          from_agent: 'a',
          to_agent: '',
          reason,
          plan_version: 2,
        },
      );
    });
  }

  it('calls a later move of such a task what it is', () => {
    // Used up on a, then planned on b, which is now lost.
    const input = planInput({
      version: 3,
      tasks: tasks(1),
      book: book({ t1: tried(3, 'a', 'exhausted') }),
      assigned: { t1: 'b' },
      agents: availabilities(['b']),
    });
    assert.deepEqual(
      planStage(input).plan.moves.map(({ from_agent, to_agent, reason }) => [from_agent, to_agent, reason]),
      [['b', 'c', 'failover_reassignment']],
    );
  });

  it('never goes back where the attempts are used up, however fast that agent is', () => {
    const input = planInput({
      tasks: tasks(1),
      book: book({ t1: tried(3, 'a', 'exhausted') }),
      assigned: { t1: 'a' },
      estimate: estimator({}, (_, agentId) => ({ predicted_ms: agentId === 'a' ? 1 : 60_000 })),
    });
    assert.notEqual(placed(planStage(input))['t1'], 'a');
  });

  it('moves load only for a gain above the threshold', () => {
    const at = (knob: number) => {
      const base = settings(FLEET);
      const input = planInput({
        settings: { ...base, knobs: { ...base.knobs, rebalance_threshold: knob } },
        version: 2,
        reason: 'load_rebalance',
        tasks: tasks(4),
        assigned: { t1: 'a', t2: 'a', t3: 'b', t4: 'b' },
      });
      // Kept: two tasks of one second on a and on b. Afresh: 2, 1, 1. Same makespan, no gain.
      return planStage(input).plan.moves.length;
    };
    assert.equal(at(0.05), 0);
    const uneven = planInput({
      version: 2,
      reason: 'load_rebalance',
      tasks: tasks(6),
      assigned: Object.fromEntries(tasks(6).map(({ task_id }) => [task_id, 'a'])),
    });
    const { moves } = planStage(uneven).plan;
    assert.equal(moves.length, 4);
    assert.ok(moves.every(({ reason }) => reason === 'load_rebalance'));
    // The same gain is little beside an hour that the wave has run already.
    assert.equal(planStage({ ...uneven, elapsedMs: 3_600_000 }).plan.moves.length, 0);
  });
});

describe('plan stage: who may wait', () => {
  const onlyA = (taskId: string, agentId: string) => (agentId === 'a' ? {} : null);

  it('a task waits for a lost agent that could take it', () => {
    const input = planInput({ tasks: tasks(1), agents: availabilities(['a']), estimate: estimator({}, onlyA) });
    const result = planStage(input);
    assert.deepEqual([result.stranded, result.dead], [['t1'], []]);
  });

  for (const [what, change] of [
    ['time is up', { reason: 'give_up' }],
    ['its attempts there are used up', { book: book({ t1: tried(3, 'a', 'exhausted') }) }],
    ['the lost agent cannot do it either', { tasks: [task('t1', { capabilities: ['vision'] })] }],
    ['nobody predicted it', { estimate: estimator({}, () => null) }],
  ] as [string, Partial<PlanStageInput>][]) {
    it(`it is dead when ${what}`, () => {
      const base = { tasks: tasks(1), agents: availabilities(['a']), estimate: estimator({}, onlyA) };
      const result = planStage(planInput({ ...base, ...change }));
      assert.deepEqual(result.stranded, []);
      assert.deepEqual(
        result.dead.map(({ task_id }) => task_id),
        ['t1'],
      );
      assert.ok(result.dead[0]!.reason.length > 0);
    });
  }

  it('with attempts used up on those that are up, it waits for the one that is down', () => {
    const tries = [...tried(3, 'b', 'exhausted'), ...tried(3, 'c', 'exhausted')];
    const change = { tasks: tasks(1), book: book({ t1: tries }), agents: availabilities(['a']) };
    const limits = { maxAttempts: 9, taskTimeoutMs: 60_000 };
    assert.deepEqual(planStage(planInput({ ...change, settings: settings(FLEET, { limits }) })).stranded, ['t1']);
  });

  it('only capable agents take a task', () => {
    const fleet = [agent('a'), agent('b', { capabilities: ['vision'] }), agent('c')];
    const input = planInput({ settings: settings(fleet), tasks: tasks(3, { capabilities: ['vision'] }) });
    assert.deepEqual(new Set(Object.values(placed(planStage(input)))), new Set(['b']));
  });
});
