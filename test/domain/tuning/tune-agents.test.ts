import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KNOB_BOUNDS, PARAMETER_BOUNDS, startKnobs, startParameters } from '../../../domain/model/agent.ts';
import { STRATEGY_NAMES } from '../../../domain/model/records.ts';
import { STRATEGIES } from '../../../domain/strategy/catalogue.ts';
import { actionOf, agent, AT_TARGET, next, result, tune } from './agent-fixture.ts';

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
