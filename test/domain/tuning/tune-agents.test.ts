import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AgentResult } from '../../../domain/metrics/agent-results.ts';
import { KNOB_BOUNDS, PARAMETER_BOUNDS, startKnobs, startParameters } from '../../../domain/model/agent.ts';
import { DEFAULT_TARGETS } from '../../../domain/model/targets.ts';
import { STRATEGY_NAMES } from '../../../domain/model/records.ts';
import { STRATEGIES } from '../../../domain/strategy/catalogue.ts';
import { agentScore } from '../../../domain/tuning/agent-score.ts';
import { tuneAgents, type TuningAnswer, type TuningQuestion } from '../../../domain/tuning/tune-agents.ts';
import { agent, result } from './agent-fixture.ts';

const AGENTS = [agent('a'), agent('b')];
const tune = (change: Partial<TuningQuestion> = {}): TuningAnswer =>
  tuneAgents({
    agents: AGENTS,
    parameters: {},
    memory: {},
    frozen: false,
    results: null,
    adjustments: {},
    targets: DEFAULT_TARGETS,
    maxAttempts: 6,
    wave: 2,
    ...change,
  });
/** The wave after `answer`. */
const next = (answer: TuningAnswer, wave: number, change: Partial<TuningQuestion>): TuningAnswer =>
  tune({ parameters: answer.parameters, memory: answer.memory, wave, ...change });
const actionOf = (answer: TuningAnswer, id: string) => {
  const action = answer.actions.find(({ agent_id }) => agent_id === id);
  assert.ok(action);
  return action;
};
const AT_TARGET = { a: result(90, 100), b: result(90, 100) };
/** Four fifths of an even share of the throughput. */
const WORSE = result(90, 100, { throughput: 14 });

describe('agentScore', () => {
  it('weighs success, throughput and utilisation as the health score does', () => {
    // 0.45 of 0.9, 7 of an even share of 17.5, 0.35 of 0.7: (0.3 × 0.5 + 0.15 × 0.4 + 0.15 × 0.5) ÷ 0.6.
    const score = agentScore(result(45, 100, { throughput: 7, utilization: 0.35 }), DEFAULT_TARGETS, 2);
    assert.ok(score !== null && Math.abs(score - 0.475) < 1e-12);
    assert.equal(agentScore(result(100, 100), DEFAULT_TARGETS, 2), 1);
    assert.equal(agentScore(result(0, 0), DEFAULT_TARGETS, 2), null);
  });
});

describe('tuneAgents', () => {
  it('does in a first wave what the strategy asks, to every agent', () => {
    const answer = tune({ adjustments: STRATEGIES.maximize_throughput.adjustments, wave: 1 });
    const expected = { ...startParameters(4), speed_multiplier: 1.05, max_parallel_tasks: 3 };
    assert.deepEqual(answer.parameters, { a: expected, b: expected });
    assert.match(actionOf(answer, 'a').reason, /speed_multiplier \+0\.05: asked by the strategy/);
  });

  it('records an action for every agent, with a reason also where nothing changes', () => {
    const answer = tune({ results: AT_TARGET });
    assert.deepEqual(
      answer.actions.map(({ agent_id }) => agent_id),
      ['a', 'b'],
    );
    for (const { before, after, reason, expected_impact } of answer.actions) {
      assert.deepEqual(after, before);
      assert.match(reason, /^Unchanged: /);
      assert.equal(expected_impact, 'none');
    }
  });

  it('tunes each agent by its own outcomes, in both directions at once', () => {
    const answer = tune({ results: { a: result(41, 100), b: result(100, 100, { throughput: 5, utilization: 0.9 }) } });
    assert.deepEqual(answer.parameters, {
      a: { speed_multiplier: 0.95, retry_threshold: 4, confidence_weight: 0.95, max_parallel_tasks: 2 },
      b: { speed_multiplier: 1.05, retry_threshold: 3, confidence_weight: 1, max_parallel_tasks: 3 },
    });
    assert.match(actionOf(answer, 'a').reason, /success 0\.41 \(0\.319–0\.508, target 0\.9\)/);
    assert.match(actionOf(answer, 'b').expected_impact, /max_parallel_tasks: higher throughput/);
  });

  it('takes one step per parameter: the one that its own outcomes ask for, else the strategy’s', () => {
    const adjustments = STRATEGIES.maximize_throughput.adjustments;
    const answer = tune({
      adjustments,
      results: { a: result(41, 100), b: result(100, 100, { throughput: 5 }) },
    });
    assert.equal(answer.parameters['a']?.speed_multiplier, 0.95);
    assert.match(
      actionOf(answer, 'a').reason,
      /speed_multiplier \+0\.05 asked by the strategy, not taken: its own outcomes come first/,
    );
    assert.equal(answer.parameters['a'].max_parallel_tasks, 3);
    assert.equal(answer.parameters['b']?.speed_multiplier, 1.05);
    assert.match(actionOf(answer, 'b').reason, /speed_multiplier \+0\.05 asked by the strategy, as taken already/);
  });

  it('takes agents named like properties of every object', () => {
    const agents = [agent('constructor'), agent('toString')];
    const results = { constructor: result(90, 100) };
    const { parameters } = tune({ agents, results, adjustments: STRATEGIES.maximize_throughput.adjustments });
    assert.equal(parameters['constructor']?.speed_multiplier, 1.05);
    assert.equal(parameters['toString']?.speed_multiplier, 1.05);
  });

  it('says that tuning is frozen, and changes nothing', () => {
    const adjustments = STRATEGIES.maximize_throughput.adjustments;
    const answer = tune({ frozen: true, adjustments, results: { ...AT_TARGET, a: result(41, 100) } });
    assert.deepEqual(answer.parameters, { a: startParameters(4), b: startParameters(4) });
    assert.equal(actionOf(answer, 'a').reason, 'Unchanged: tuning is frozen.');
    assert.deepEqual(answer.knobs, startKnobs());
  });

  it('starts the knobs afresh in each wave', () => {
    assert.deepEqual(tune().knobs, startKnobs());
    const { knobs } = tune({ adjustments: STRATEGIES.balance_load.adjustments });
    assert.deepEqual(knobs, { ...startKnobs(), load_balance_bias: 0.1, rebalance_threshold: 0.1 });
    assert.equal(tune({ adjustments: { rebalance_threshold: -1 } }).knobs.rebalance_threshold, 0.05);
    assert.equal(tune({ adjustments: { prediction_bias: -1 } }).knobs.prediction_bias, -0.1);
  });

  it('bounds tasks in flight by the slots of the agent', () => {
    const busy = result(100, 100, { utilization: 1 });
    const tuned = (slots: number, max_parallel_tasks: number) =>
      tune({
        agents: [agent('a', slots)],
        parameters: { a: { ...startParameters(slots), max_parallel_tasks } },
        results: { a: busy },
      });
    assert.equal(tuned(1, 1).parameters['a']?.max_parallel_tasks, 1);
    assert.match(actionOf(tuned(1, 1), 'a').reason, /at its bound/);
    assert.equal(tuned(8, 4).parameters['a']?.max_parallel_tasks, 5);
    assert.equal(tuned(3, 4).parameters['a']?.max_parallel_tasks, 3, 'the agent has fewer slots than before');
  });

  describe('after a change', () => {
    const { adjustments } = STRATEGIES.maximize_throughput;
    const raised = tune({ adjustments, results: AT_TARGET });

    it('keeps it where the result is as good', () => {
      const answer = next(raised, 3, { results: AT_TARGET });
      assert.deepEqual(answer.parameters, raised.parameters);
      assert.equal(answer.memory['a']?.change, null);
    });

    it('takes it back, for the agent whose result is worse and for no other', () => {
      const answer = next(raised, 3, { results: { ...AT_TARGET, a: WORSE } });
      assert.deepEqual(answer.parameters['a'], startParameters(4));
      assert.deepEqual(answer.parameters['b'], raised.parameters['b']);
      assert.match(actionOf(answer, 'a').reason, /^taken back: score 1 fell to 0\.95 after the change of wave 2/);
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

    it('takes what may be chance for nothing', () => {
      // Success 0.6 of 10 lies within 0.31–0.83 and of 100 within 0.50–0.69: at best (0.83 ÷ 0.9 + 1) ÷ 2 = 0.962, and 0.884.
      const after = (a: AgentResult) => next(raised, 3, { results: { ...AT_TARGET, a } }).parameters['a'];
      const { speed_multiplier } = raised.parameters['a']!;
      assert.equal(after(result(7, 10))?.speed_multiplier, speed_multiplier);
      assert.equal(after(result(70, 100))?.speed_multiplier, 1);
      assert.equal(after(result(80, 100))?.speed_multiplier, speed_multiplier);
      // Throughput has no interval: 0.95 of its share is (0.5 + 0.25 + 0.2375) = 0.9875, 0.9 of it 0.975.
      assert.equal(after(result(90, 100, { throughput: 0.95 * 17.5 }))?.speed_multiplier, speed_multiplier);
      assert.equal(after(result(90, 100, { throughput: 0.9 * 17.5 }))?.speed_multiplier, 1);
    });

    it('goes no further while success only seems to have fallen, and takes the step back once all attempts since tell', () => {
      // 15 of 20 lie within 0.53–0.89: at best (0.89 ÷ 0.9 + 1) ÷ 2 = 0.99. 30 of 40 within 0.60–0.86: at best 0.977.
      const fallen = { ...AT_TARGET, a: result(15, 20) };
      const waiting = next(raised, 3, { adjustments, results: fallen });
      assert.equal(waiting.parameters['a']?.speed_multiplier, 1.05);
      assert.match(actionOf(waiting, 'a').reason, /not taken: the change of wave 2 still waits/);
      assert.deepEqual(waiting.memory['a']?.change?.since, { waves: 1, attempts: 20, successes: 15 });
      const answer = next(waiting, 4, { adjustments, results: fallen });
      assert.equal(answer.parameters['a']?.speed_multiplier, 1);
      assert.match(actionOf(answer, 'a').reason, /^taken back: score 1 fell to 0\.917 after the change of wave 2/);
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
        assert.deepEqual(answer.parameters['a'], startParameters(4), `wave ${wave}`);
        assert.match(actionOf(answer, 'a').reason, /not taken: it was taken back/);
      }
      answer = next(answer, 6, { adjustments, results: AT_TARGET });
      assert.equal(answer.parameters['a']?.speed_multiplier, 1.05);
    });

    it('waits for a result where the agent made no attempt', () => {
      const idle = next(raised, 3, { results: { ...AT_TARGET, a: result(0, 0) } });
      assert.deepEqual(idle.memory['a']?.change, raised.memory['a']?.change);
      const answer = next(idle, 4, { results: { ...AT_TARGET, a: WORSE } });
      assert.deepEqual(answer.parameters['a'], startParameters(4));
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

  it('stays within all bounds at two decimals, and is the same each time, over any waves', () => {
    const measured = fc
      .record({
        attempts: fc.nat(200),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        utilization: fc.double({ min: 0, max: 1, noNaN: true }),
        throughput: fc.double({ min: 0, max: 50, noNaN: true }),
      })
      .map(({ attempts, share, utilization, throughput }) =>
        result(Math.floor(attempts * share), attempts, { utilization, throughput }),
      );
    const wave = fc.record({ a: fc.option(measured), b: measured, strategy: fc.constantFrom(...STRATEGY_NAMES) });
    fc.assert(
      fc.property(fc.array(wave, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 8 }), (waves, slots) => {
        const agents = [agent('a', slots), agent('b', 4)];
        let answer = tune({ agents, wave: 1 });
        waves.forEach(({ a, b, strategy }, index) => {
          const { adjustments } = STRATEGIES[strategy];
          const question = { agents, adjustments, results: a === null ? { b } : { a, b } };
          const again = next(structuredClone(answer), index + 2, structuredClone(question));
          answer = next(answer, index + 2, question);
          assert.equal(JSON.stringify(answer), JSON.stringify(again));
          assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer);
          for (const { agent_id, before, after } of answer.actions) {
            const bounds = { ...PARAMETER_BOUNDS, max_parallel_tasks: { min: 1, max: agent_id === 'a' ? slots : 4 } };
            for (const [name, value] of Object.entries(after) as [keyof typeof after, number][]) {
              const { min, max } = bounds[name];
              assert.ok(value >= min && value <= max, `${name} ${value}`);
              assert.equal(Number(value.toFixed(2)), value, name);
              const stepMax = name === 'speed_multiplier' || name === 'confidence_weight' ? 0.081 : 1;
              assert.ok(Math.abs(value - before[name]) <= stepMax, `${name} from ${before[name]} to ${value}`);
            }
          }
          for (const [name, value] of Object.entries(answer.knobs) as [keyof typeof KNOB_BOUNDS, number][]) {
            assert.ok(value >= KNOB_BOUNDS[name].min && value <= KNOB_BOUNDS[name].max, name);
          }
        });
      }),
    );
  });
});
