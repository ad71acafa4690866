import assert from 'node:assert/strict';
import type { AgentResult } from '../../../domain/metrics/agent-results.ts';
import { startParameters } from '../../../domain/model/agent.ts';
import { STRATEGIES } from '../../../domain/strategy/catalogue.ts';
import { actionOf, AT_TARGET, next, result, tune, WORSE } from './agent-fixture.ts';

describe('tuneAgents after a change', () => {
  const { adjustments } = STRATEGIES.maximize_throughput;
  const raised = tune({ adjustments, results: AT_TARGET });
  /** What is left once the change was taken back: such a success contradicts what was declared, too. */
  const TAKEN_BACK = { ...startParameters(4), confidence_weight: 0.95 };

  it('keeps it where the result is as good', () => {
    const answer = next(raised, 3, { results: AT_TARGET });
    assert.deepEqual(answer.parameters, raised.parameters);
    assert.equal(answer.memory['a']?.change, null);
  });

  it('takes it back, for the agent whose result is worse and for no other', () => {
    const answer = next(raised, 3, { results: { ...AT_TARGET, a: WORSE } });
    assert.deepEqual(answer.parameters['a'], TAKEN_BACK);
    assert.deepEqual(answer.parameters['b'], raised.parameters['b']);
    assert.match(actionOf(answer, 'a').reason, /^taken back: success 0\.9 fell to 0\.7 after the change of wave 2/);
  });

  it('takes more in flight back where it only made attempts wait for each other', () => {
    const busy = (slowdown: number) => ({ a: result(100, 100, { utilization: 0.95, slowdown }), b: result(90, 100) });
    const raised = next(tune({ results: AT_TARGET, wave: 1 }), 2, { results: busy(1) });
    assert.equal(raised.parameters['a']?.max_parallel_tasks, 3);
    const taken = next(raised, 3, { results: busy(1.43) });
    assert.equal(taken.parameters['a']?.max_parallel_tasks, 2);
    assert.match(actionOf(taken, 'a').reason, /^taken back: 3 in flight instead of 2 took 1\.43 times as long each/);
    assert.equal(next(raised, 3, { results: busy(1.2) }).parameters['a']?.max_parallel_tasks, 4);
  });

  it('takes nothing else back then: a pace that was raised too stays, and may be raised further', () => {
    const adjustments = { speed_multiplier: 0.05, max_parallel_tasks: 1 };
    const raised = next(tune({ results: AT_TARGET, wave: 1 }), 2, { adjustments, results: AT_TARGET });
    const slow = { ...AT_TARGET, a: result(90, 100, { slowdown: 1.48 }) };
    const taken = next(raised, 3, { adjustments, results: slow });
    assert.equal(taken.parameters['a']?.max_parallel_tasks, 2);
    assert.equal(taken.parameters['a'].speed_multiplier, 1.1);
    assert.deepEqual(taken.reverted, { a: { max_parallel_tasks: 2 } });
  });

  it('goes no further with the rest where success seems to have fallen too, and takes it back once that is sure', () => {
    const adjustments = { speed_multiplier: 0.05, max_parallel_tasks: 1 };
    const raised = next(tune({ results: AT_TARGET, wave: 1 }), 2, { adjustments, results: AT_TARGET });
    const fallen = (slowdown: number) => ({ ...AT_TARGET, a: result(15, 20, { slowdown }) });
    const taken = next(raised, 3, { adjustments, results: fallen(1.48) });
    const { max_parallel_tasks, speed_multiplier } = taken.parameters['a']!;
    assert.deepEqual([max_parallel_tasks, speed_multiplier], [2, 1.05]);
    const { success, ...rest } = taken.memory['a']!.change!;
    assert.deepEqual(rest, {
      wave: 2,
      before: { speed_multiplier: 1 },
      after: { speed_multiplier: 1.05 },
      since: { waves: 1, attempts: 20, successes: 15 },
    });
    // 90 of 100 lie within 0.826–0.945.
    assert.deepEqual([success.rate, success.likely.toFixed(3)], [0.9, '0.885']);
    assert.equal(next(taken, 4, { adjustments, results: fallen(1) }).parameters['a']?.speed_multiplier, 1);
  });

  it('takes what may be chance for nothing', () => {
    // 7 of 10 lie within 0.4–0.89, 80 of 100 within 0.71–0.87, 70 of 100 within 0.6–0.78.
    const after = (a: AgentResult) => next(raised, 3, { results: { ...AT_TARGET, a } }).parameters['a'];
    const { speed_multiplier } = raised.parameters['a']!;
    assert.equal(after(result(7, 10))?.speed_multiplier, speed_multiplier);
    assert.equal(after(result(70, 100))?.speed_multiplier, 1);
    assert.equal(after(result(80, 100))?.speed_multiplier, speed_multiplier);
  });

  it('blames it neither for less work nor for a success above the target that comes down to it', () => {
    const one = tune({ adjustments, results: { ...AT_TARGET, a: result(100, 100) } });
    const idle = result(10, 10, { throughput: 1, utilization: 0.1, completed_tasks: 10 });
    for (const a of [idle, result(900, 1000)]) {
      const answer = next(one, 3, { results: { ...AT_TARGET, a } });
      assert.deepEqual(answer.reverted, {}, `${a.succeeded} of ${a.attempts}`);
      assert.equal(answer.parameters['a']?.speed_multiplier, 1.05);
    }
  });

  it('does not blame it for what went well by chance before', () => {
    // 43 of 51 lie within 0.72–0.92, the 110 of 149 after it within 0.66–0.8.
    const lucky = tune({ adjustments, results: { ...AT_TARGET, a: result(43, 51) } });
    const answer = next(lucky, 3, { results: { ...AT_TARGET, a: result(110, 149) } });
    assert.deepEqual(answer.reverted, {});
    const sure = tune({ adjustments, results: { ...AT_TARGET, a: result(430, 510) } });
    assert.ok(next(sure, 3, { results: { ...AT_TARGET, a: result(110, 149) } }).reverted['a']);
  });

  it('goes no further while success only seems to have fallen, and takes the step back once all attempts since tell', () => {
    // 15 of 20 lie within 0.53–0.89, 30 of 40 within 0.6–0.86; 90 of 100 are likely to be 0.885.
    const fallen = { ...AT_TARGET, a: result(15, 20) };
    const waiting = next(raised, 3, { adjustments, results: fallen });
    assert.equal(waiting.parameters['a']?.speed_multiplier, 1.05);
    assert.match(actionOf(waiting, 'a').reason, /not taken: the change of wave 2 still waits/);
    assert.deepEqual(waiting.memory['a']?.change?.since, { waves: 1, attempts: 20, successes: 15 });
    const answer = next(waiting, 4, { adjustments, results: fallen });
    assert.equal(answer.parameters['a']?.speed_multiplier, 1);
    assert.match(actionOf(answer, 'a').reason, /^taken back: success 0\.9 fell to 0\.75 after the change of wave 2/);
  });

  it('keeps a change that three waves could not tell from chance, and goes on', () => {
    const seems = { ...AT_TARGET, a: result(17, 20) };
    let answer = raised;
    for (const wave of [3, 4]) {
      answer = next(answer, wave, { adjustments, results: seems });
      assert.equal(answer.parameters['a']?.speed_multiplier, 1.05, `wave ${wave}`);
    }
    answer = next(answer, 5, { adjustments, results: seems });
    assert.equal(answer.parameters['a']?.speed_multiplier, 1.1);
    assert.equal(answer.memory['a']?.change?.wave, 5);
  });

  it('takes no other step meanwhile, whose harm would be blamed on it', () => {
    const waiting = next(raised, 3, {
      adjustments: { confidence_weight: 0.05 },
      results: { ...AT_TARGET, a: result(17, 20) },
    });
    assert.deepEqual(waiting.parameters['a'], raised.parameters['a']);
    assert.equal(waiting.parameters['b']?.confidence_weight, 1.05);
  });

  it('takes a lowered value back up', () => {
    const lowered = tune({ results: { ...AT_TARGET, a: result(41, 100) } });
    assert.equal(lowered.parameters['a']?.speed_multiplier, 0.95);
    const answer = next(lowered, 3, { results: { ...AT_TARGET, a: result(25, 100) } });
    assert.equal(answer.parameters['a']?.speed_multiplier, 1);
    assert.equal(answer.parameters['a']?.confidence_weight, 1);
  });

  it('does not repeat for three waves what was taken back, then may again', () => {
    let answer = next(raised, 3, { adjustments, results: { ...AT_TARGET, a: WORSE } });
    for (const wave of [3, 4, 5]) {
      if (wave > 3) answer = next(answer, wave, { adjustments, results: AT_TARGET });
      assert.deepEqual(answer.parameters['a'], TAKEN_BACK, `wave ${wave}`);
      assert.match(actionOf(answer, 'a').reason, /not taken: it was taken back/);
    }
    answer = next(answer, 6, { adjustments, results: AT_TARGET });
    assert.equal(answer.parameters['a']?.speed_multiplier, 1.05);
  });

  it('waits for a result where the agent made no attempt', () => {
    const idle = next(raised, 3, { results: { ...AT_TARGET, a: result(0, 0) } });
    assert.deepEqual(idle.memory['a']?.change?.before, raised.memory['a']?.change?.before);
    const answer = next(idle, 4, { results: { ...AT_TARGET, a: WORSE } });
    assert.deepEqual(answer.parameters['a'], TAKEN_BACK);
  });

  it('waits no longer than three waves for an agent that gets no work', () => {
    let answer = raised;
    for (const wave of [3, 4]) {
      answer = next(answer, wave, { adjustments, results: { ...AT_TARGET, a: result(0, 0) } });
      assert.equal(answer.parameters['a']?.speed_multiplier, 1.05, `wave ${wave}`);
    }
    answer = next(answer, 5, { adjustments, results: { ...AT_TARGET, a: result(0, 0) } });
    assert.equal(answer.parameters['a']?.speed_multiplier, 1.1);
  });

  it('takes no step while its change waits for a first result', () => {
    const idle = next(raised, 3, {
      adjustments: { ...adjustments, confidence_weight: 0.05 },
      results: { ...AT_TARGET, a: result(0, 0) },
    });
    assert.deepEqual(idle.parameters['a'], raised.parameters['a']);
    assert.match(actionOf(idle, 'a').reason, /speed_multiplier \+0\.05 not taken: the change of wave 2 still waits/);
    const answer = next(idle, 4, { results: { ...AT_TARGET, a: WORSE } });
    assert.equal(answer.parameters['a']?.speed_multiplier, 1);
  });

  it('forgets it when a new run begins', () => {
    const answer = next(raised, 1, { results: null });
    assert.deepEqual(answer.memory['a'], { change: null, refused: [] });
    assert.deepEqual(answer.parameters, raised.parameters);
  });
});
