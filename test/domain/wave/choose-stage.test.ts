import assert from 'node:assert/strict';
import { PARAMETER_BOUNDS, startParameters } from '../../../domain/model/agent.ts';
import { CARRY_VERSION, startOfRun } from '../../../domain/wave/carry.ts';
import { chooseStrategy, contextTables, strategyView, tuneFor } from '../../../domain/wave/choose-stage.ts';
import type { WaveContext } from '../../../domain/wave/context.ts';
import { simulateRun } from '../../../domain/simulation/simulate-run.ts';
import { withPromise } from '../../../domain/wave/rollout-record.ts';
import { demoInputs, demoRun } from '../../simulation/demo-run.ts';
import type { RunInputOverrides } from '../../simulation/run-config.ts';

async function smallDemo(overrides: RunInputOverrides = {}) {
  return demoRun(await demoInputs({ tasks: 24, agents: 3 }), overrides);
}

describe('choice of strategy and parameters', () => {
  let context: WaveContext;

  before(async () => {
    const run = await smallDemo({ strategy: 'maximize_throughput' });
    context = { ...run.context, tasks: run.waves[0]!.tasks };
  });

  it('a pinned strategy brings its adjustments and a promise, the same every time', () => {
    const chosen = chooseStrategy(context, 0);
    assert.equal(chosen.recommendation.strategy, 'maximize_throughput');
    assert.deepEqual(chosen.recommendation.adjustments, { speed_multiplier: 0.05, max_parallel_tasks: 1 });
    assert.ok(chosen.promise!.with > chosen.promise!.without, 'more in flight is faster');
    assert.equal(JSON.stringify(chooseStrategy(context, 0)), JSON.stringify(chosen));
    const [rollout] = withPromise(context, chosen);
    assert.deepEqual([rollout?.metric, rollout?.observed, rollout?.target], ['throughput', null, 35]);
  });

  it('adjusts nothing, promises nothing and says so where all that is asked for is at its bounds', () => {
    const parameters = Object.fromEntries(
      context.agents.map(({ agent_id, slots }) => [
        agent_id,
        {
          ...startParameters(slots),
          speed_multiplier: PARAMETER_BOUNDS.speed_multiplier.max,
          max_parallel_tasks: slots,
        },
      ]),
    );
    const { recommendation, promise } = chooseStrategy({ ...context, carry: { ...context.carry, parameters } }, 0);
    assert.equal(recommendation.strategy, 'maximize_throughput');
    assert.deepEqual([recommendation.adjustments, recommendation.expected_impact, promise], [{}, null, null]);
    assert.match(recommendation.rationale, /All that it asks for is at its bounds, .*: no adjustment is made\.$/);
  });

  it('among several that were tried, draws anew in every wave of every run, and alike in a dry run', () => {
    const phase21 = { ...context.reinforcement.phase21, success_rate: 0.5, throughput: 1 };
    const trial = {
      run: 'r',
      wave: 1,
      strategy: 'maximize_throughput' as const,
      adjusted: true,
      metric: 'throughput' as const,
      target: 35,
      without: 15,
      with: 25,
      before: 15,
      observed: 20,
    };
    const drawn = (waves_before: number, change: Partial<WaveContext> = {}) => {
      const carry = { ...context.carry, trials: [trial], waves_before };
      const reinforcement = { ...context.reinforcement, phase21 };
      const asked = { ...context, strategy: 'auto' as const, reinforcement, carry, ...change };
      return (
        chooseStrategy(asked, 0)
          .recommendation.rationale.match(/\S+ \(drawn\)/g)
          ?.join() ?? ''
      );
    };
    const draws = [drawn(0), drawn(3), drawn(0, { wave: 2 })];
    assert.ok(!draws.includes(''));
    assert.equal(new Set(draws).size, 3, draws.join('; '));
    assert.equal(drawn(0, { dry_run: !context.dry_run }), draws[0]);
  });

  it('frozen tuning adjusts nothing, promises nothing, and says so', () => {
    const frozen: WaveContext = { ...context, tuning: 'frozen' };
    const chosen = chooseStrategy(frozen, 0);
    assert.deepEqual([chosen.recommendation.adjustments, chosen.promise], [{}, null]);
    assert.match(chosen.recommendation.rationale, /Tuning is frozen/);
    assert.deepEqual(withPromise(frozen, chosen), []);
    const { settings } = tuneFor(frozen, 'maximize_throughput', { speed_multiplier: 0.05 }, contextTables(frozen));
    for (const { agent_id, slots } of frozen.agents) {
      assert.deepEqual(settings.parameters[agent_id], startParameters(slots));
    }
  });

  it('judges the first wave of a run by phase 21, later ones by the wave before', () => {
    assert.equal(strategyView(context).success_rate, context.reinforcement.phase21.success_rate);
    const previous = {
      wave: 1,
      metrics: [
        {
          metric_name: 'success_rate' as const,
          value: 0.5,
          unit: 'ratio' as const,
          target_value: 0.9,
          status: 'critical' as const,
          sample_size: 4,
          interval: null,
        },
      ],
      side: { load_balance: 0.6, retry_rate: 0.2 },
      signals: [],
      results: {},
    };
    assert.deepEqual(strategyView({ ...context, carry: { ...context.carry, previous } }), {
      success_rate: 0.5,
      throughput: null,
      load_balance: 0.6,
      retry_rate: 0.2,
      confidence_trajectory: null,
    });
  });
});

describe('what a wave hands on', () => {
  it('learned things pass to the next run, what belongs to a run does not', async () => {
    const { carry } = simulateRun(await smallDemo())[0]!;
    const refused = [{ parameter: 'retry_threshold' as const, direction: 1 as const, until: 9 }];
    const rollout = {
      wave: 1,
      strategy: 's',
      metric: 'throughput' as const,
      target: 35,
      without: 1,
      with: 2,
      observed: 2,
    };
    const tuning = { agent_0: { change: null, refused } };
    assert.ok(carry.previous);
    const next = startOfRun({ ...carry, tuning, tripped: ['agent_0'], rollouts: [rollout] }, 'other');
    const { version, left_behind, execution_id, waves_before, ...rest } = next;
    assert.deepEqual([version, left_behind, execution_id, waves_before], [CARRY_VERSION, null, 'other', 1]);
    const { calibration, parameters, trials } = carry;
    const learned = { calibration, parameters, trials };
    assert.deepEqual(rest, { ...learned, tuning: {}, tripped: [], previous: null, rollouts: [] });
  });

  for (const tuning of ['on', 'frozen'] as const) {
    it(`with tuning ${tuning}, calibration ${tuning === 'on' ? 'learns' : 'stays'} over a run`, async () => {
      const run = await smallDemo({ tuning });
      const waves = simulateRun(run);
      assert.deepEqual(
        waves.map(({ wave }) => wave),
        [1, 2, 3],
      );
      // Confidence before is what calibration said at the start of the wave: the same in a frozen run's every wave.
      const ages = waves.map(({ measured }) => measured.calibration.waves);
      const start = run.context.carry.calibration.waves;
      assert.deepEqual(ages, tuning === 'on' ? [start + 1, start + 2, start + 3] : [start + 1, start + 1, start + 1]);
      const rollouts = waves.at(-1)!.measured.rollouts;
      if (tuning === 'frozen') assert.deepEqual(rollouts, []);
      else assert.ok(rollouts.every(({ observed }) => observed !== null));
    });
  }

  it('the same run gives the same bytes', async () => {
    assert.equal(JSON.stringify(simulateRun(await smallDemo())), JSON.stringify(simulateRun(await smallDemo())));
  });
});
