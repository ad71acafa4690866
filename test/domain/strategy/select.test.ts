import assert from 'node:assert/strict';
import fc from 'fast-check';
import { STRATEGY_NAMES, type StrategyName } from '../../../domain/model/records.ts';
import { DEFAULT_TARGETS } from '../../../domain/model/targets.ts';
import { STRATEGIES } from '../../../domain/strategy/catalogue.ts';
import { selectStrategy, type StrategyQuestion, type StrategyTrial } from '../../../domain/strategy/select.ts';

type Rollout = ReturnType<StrategyQuestion['rollout']>;

const MET = { success_rate: 0.95, throughput: 40, load_balance: 0.9, retry_rate: 0.05, confidence_trajectory: 1 };
/** maximize_success and maximize_throughput are eligible. */
const TWO_MISSED = { ...MET, success_rate: 0.8, throughput: 15 };
const WEIGHTS = Object.fromEntries(STRATEGY_NAMES.map((name) => [name, 0.5])) as Record<StrategyName, number>;

/** Both eligible strategies promise half of their gap. */
const ROLLOUTS: Partial<Record<StrategyName, Rollout>> = {
  maximize_success: { without: 0.8, with: 0.85, interval: [0.01, 0.09] },
  maximize_throughput: { without: 15, with: 25, interval: [8, 12] },
};

const success = (observed: number, wave = 1): StrategyTrial => ({
  run: 'r',
  wave,
  strategy: 'maximize_success',
  adjusted: true,
  metric: 'success_rate',
  target: 0.9,
  without: 0.8,
  with: 0.85,
  before: 0.8,
  observed,
});
const throughput = (observed: number, wave = 2): StrategyTrial => ({
  ...success(0, wave),
  strategy: 'maximize_throughput',
  metric: 'throughput',
  target: 35,
  without: 15,
  with: 25,
  before: 15,
  observed,
});

function select(change: Partial<StrategyQuestion> = {}) {
  const called: StrategyName[] = [];
  const rollout = (strategy: StrategyName): Rollout => {
    called.push(strategy);
    return ROLLOUTS[strategy] ?? null;
  };
  const question: StrategyQuestion = {
    view: TWO_MISSED,
    targets: DEFAULT_TARGETS,
    weights: WEIGHTS,
    trials: [],
    pinned: 'auto',
    seed: 22,
    draw: 3,
    rollout,
    changes: () => true,
    ...change,
  };
  return { ...selectStrategy(question), called };
}

describe('selectStrategy', () => {
  it('takes balance_load without adjustments where nothing is eligible, and simulates nothing', () => {
    const { recommendation, eligible, rollout, called } = select({ view: MET });
    assert.equal(recommendation.strategy, 'balance_load');
    assert.deepEqual(recommendation.adjustments, {});
    assert.equal(recommendation.expected_impact, null);
    assert.equal(recommendation.confidence, 1);
    assert.match(recommendation.rationale, /success_rate 0\.95, target at least 0\.9/);
    assert.deepEqual([eligible, rollout, called], [[], null, []]);
  });

  it('is less sure that nothing is needed where measures have no data', () => {
    const view = { ...MET, throughput: null, retry_rate: null };
    assert.equal(select({ view }).recommendation.confidence, 0.6);
  });

  it('takes the only eligible strategy, whatever its trials were', () => {
    const { recommendation, called } = select({ view: { ...MET, throughput: 15 }, trials: [throughput(-100)] });
    assert.equal(recommendation.strategy, 'maximize_throughput');
    assert.deepEqual(recommendation.adjustments, { speed_multiplier: 0.05, max_parallel_tasks: 1 });
    assert.deepEqual(recommendation.expected_impact, { metric: 'throughput', change: 10, interval: [8, 12] });
    assert.deepEqual(called, ['maximize_throughput']);
  });

  it('takes the first of several while none of them has been tried', () => {
    const untold = [
      { ...success(0.9), adjusted: false },
      { ...success(0.9), observed: null },
      { ...success(0.9), strategy: 'minimize_retries', metric: 'retry_rate' } as StrategyTrial,
    ];
    for (let seed = 0; seed < 20; seed++) {
      const { recommendation, called } = select({ seed, trials: untold, weights: { ...WEIGHTS, maximize_success: 0 } });
      assert.equal(recommendation.strategy, 'maximize_success');
      assert.deepEqual(called, ['maximize_success', 'maximize_throughput'], 'each is rolled out');
    }
  });

  it('leaves out one that would change nothing, tried or not, while another is eligible', () => {
    const changes = (strategy: StrategyName) => strategy !== 'maximize_success';
    for (const trials of [[], [success(0.9)]]) {
      const { recommendation, eligible, called } = select({ changes, trials });
      assert.equal(recommendation.strategy, 'maximize_throughput');
      assert.deepEqual([eligible, called], [['maximize_success', 'maximize_throughput'], ['maximize_throughput']]);
      assert.match(
        recommendation.rationale,
        /the only eligible strategy that would change .*\(maximize_success would not\)/,
      );
    }
    assert.equal(select({ changes: () => false }).recommendation.strategy, 'maximize_success');
  });

  it('prefers a strategy whose simulation does nothing to one whose simulation does harm', () => {
    const trials = [success(0.85), throughput(25)];
    const rollout = (strategy: StrategyName) => {
      const after = strategy === 'maximize_success' ? 0.7 : 15;
      return {
        without: strategy === 'maximize_success' ? 0.8 : 15,
        with: after,
        interval: [after, after] as [number, number],
      };
    };
    for (let seed = 0; seed < 20; seed++) {
      const { recommendation } = select({ seed, trials, rollout });
      assert.equal(recommendation.strategy, 'maximize_throughput');
      assert.match(
        recommendation.rationale,
        /success_rate 0\.8 without and 0\.7 with its adjustments, at least 1 of the gap further from its target/,
      );
    }
  });

  it('expects nothing of a strategy whose target is met without it, whatever is believed of it', () => {
    const trials = [success(0.9), throughput(25)];
    const rollout = (strategy: StrategyName) =>
      strategy === 'maximize_success'
        ? { without: 0.91, with: 0.92, interval: [0, 0.02] as [number, number] }
        : { without: 15, with: 35, interval: [18, 22] as [number, number] };
    for (let seed = 0; seed < 20; seed++) {
      const { recommendation } = select({ seed, trials, rollout, weights: { ...WEIGHTS, maximize_success: 1 } });
      assert.equal(recommendation.strategy, 'maximize_throughput');
      assert.match(recommendation.rationale, /nothing is left to gain, so of 0\.\d+ .* at most 0 counts; score 0\./);
    }
  });

  it('holds what came of a strategy against it also where a simulation says that its target is met', () => {
    const trials = [...Array.from({ length: 6 }, () => success(0.6)), throughput(25)];
    const rollout = (strategy: StrategyName) =>
      strategy === 'maximize_success'
        ? { without: 0.91, with: 0.92, interval: [0, 0.02] as [number, number] }
        : { without: 15, with: 18, interval: [2, 4] as [number, number] };
    for (let seed = 0; seed < 20; seed++) {
      assert.equal(select({ seed, trials, rollout }).recommendation.strategy, 'maximize_throughput');
    }
  });

  it('does not hope to close half a gap for having exceeded a target near by', () => {
    const exceeded = { ...success(0.96), without: 0.895, with: 0.9 };
    const rollout = (strategy: StrategyName) =>
      strategy === 'maximize_success'
        ? { without: 0.5, with: 0.5, interval: [0, 0] as [number, number] }
        : { without: 15, with: 23, interval: [6, 10] as [number, number] };
    for (const trials of [[exceeded], [exceeded, exceeded, exceeded]]) {
      const view = { ...TWO_MISSED, success_rate: 0.5 };
      const seeds = Array.from({ length: 200 }, (_, seed) => seed);
      const chosen = seeds.map((seed) => select({ seed, trials, rollout, view }).recommendation.strategy);
      assert.ok(chosen.filter((strategy) => strategy === 'maximize_success').length <= 6, chosen.join(' '));
    }
  });

  it('turns to the strategy that achieved more, once there is evidence', () => {
    const disappointing = [success(0.78, 1), throughput(33, 2), success(0.77, 3), throughput(34, 4)];
    const convincing = [success(0.89, 1), throughput(13, 2), success(0.9, 3), throughput(12, 4)];
    for (let seed = 0; seed < 20; seed++) {
      assert.equal(select({ seed, trials: disappointing }).recommendation.strategy, 'maximize_throughput');
      assert.equal(select({ seed, trials: convincing }).recommendation.strategy, 'maximize_success');
    }
  });

  it('lets weights decide between strategies of equal promise and little evidence', () => {
    const share = (weights: Partial<Record<StrategyName, number>>) => {
      let hits = 0;
      for (let seed = 0; seed < 200; seed++) {
        const { recommendation } = select({ seed, trials: [success(0.85)], weights: { ...WEIGHTS, ...weights } });
        if (recommendation.strategy === 'maximize_throughput') hits += 1;
      }
      return hits / 200;
    };
    assert.ok(share({ maximize_throughput: 1 }) > 0.8);
    assert.ok(share({ maximize_throughput: 0 }) < 0.2);
  });

  it('follows the simulated promises where trials kept theirs', () => {
    const kept = [success(0.85, 1), throughput(25, 2)];
    const promising =
      (strategy: StrategyName): StrategyQuestion['rollout'] =>
      (asked) =>
        asked === 'maximize_success'
          ? { without: 0.8, with: asked === strategy ? 0.9 : 0.8, interval: [0, 0.1] }
          : { without: 15, with: asked === strategy ? 35 : 15, interval: [0, 20] };
    for (const strategy of ['maximize_success', 'maximize_throughput'] as const) {
      for (let seed = 0; seed < 20; seed++) {
        const { recommendation } = select({ seed, trials: kept, rollout: promising(strategy) });
        assert.equal(recommendation.strategy, strategy);
      }
    }
  });

  it('simulates each eligible strategy once when it compares', () => {
    const { called, recommendation, rollout } = select({ trials: [success(0.7), throughput(34)] });
    assert.deepEqual(called, ['maximize_success', 'maximize_throughput']);
    assert.equal(recommendation.strategy, 'maximize_throughput');
    assert.deepEqual(rollout, { without: 15, with: 25 });
  });

  it('takes a pinned strategy with its adjustments, eligible or not', () => {
    for (const pinned of STRATEGY_NAMES) {
      const { recommendation, called } = select({ pinned, view: MET });
      assert.equal(recommendation.strategy, pinned);
      assert.deepEqual(recommendation.adjustments, STRATEGIES[pinned].adjustments);
      assert.match(recommendation.rationale, /pinned.*not eligible by itself/);
      assert.deepEqual(called, [pinned]);
    }
  });

  it('goes on where a simulation gives no value', () => {
    const { recommendation, rollout } = select({ rollout: () => null, trials: [success(0.78), throughput(34)] });
    assert.equal(recommendation.strategy, 'maximize_throughput');
    assert.equal(recommendation.expected_impact, null);
    assert.equal(rollout, null);
  });

  it('is the surer the more a strategy promises and kept', () => {
    const confidence = (trials: StrategyTrial[]) =>
      select({ view: { ...MET, throughput: 15 }, trials }).recommendation.confidence;
    assert.ok(confidence([throughput(34), throughput(34)]) > confidence([throughput(14), throughput(14)]));
    const { recommendation } = select({ view: { ...MET, throughput: 15 }, rollout: () => null });
    assert.equal(recommendation.confidence, 0.5);
  });

  it('names values, targets, trials, weights and notes in its rationale', () => {
    const { rationale } = select({ trials: [success(0.7), throughput(34)], notes: ['A note.'] }).recommendation;
    assert.match(rationale, /maximize_success \(success_rate 0\.8, target at least 0\.9\)/);
    assert.match(
      rationale,
      /throughput 15 without and 25 with its adjustments, 0\.5 of the gap closed; tried in 1 wave, by reinforcement weight 0\.5 and what came of it expected to come out 0\.225 of the gap better than that; score 0\.5 \+ 0\.225 \+ 0\.093 \(drawn\) = 0\.818\./,
    );
    assert.match(rationale, /A note\.$/);
  });

  it('says what stands for a gap that is next to nothing, and where there is none', () => {
    const rationale = (without: number, adjusted: number) =>
      select({
        view: { ...MET, throughput: 15 },
        rollout: () => ({ without, with: adjusted, interval: [adjusted, adjusted] }),
      }).recommendation.rationale;
    assert.match(rationale(36, 37), /36 without and 37 with its adjustments, both within its target; never tried,/);
    assert.match(rationale(36, 34.9), /, 0\.057 of the gap \(taken as 1\.75\) further from its target;/);
    assert.match(rationale(34.9, 35), /, 0\.057 of the gap \(taken as 1\.75\) closed;/);
    assert.match(
      rationale(15, 35),
      /, 1 of the gap closed; never tried, by reinforcement weight 0\.5 expected to come out 0 of the gap better/,
    );
  });

  it('gives the same bytes for the same inputs, and a confidence within 0–1', () => {
    const trials = fc.array(
      fc.oneof(
        fc.double({ min: 0, max: 1, noNaN: true }).map((value) => success(value)),
        fc.double({ min: 0, max: 90, noNaN: true }).map((value) => throughput(value)),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(trials, fc.nat(), (list, seed) => {
        const first = select({ trials: list, seed });
        assert.equal(JSON.stringify(first), JSON.stringify(select({ trials: structuredClone(list), seed })));
        assert.ok(first.eligible.includes(first.recommendation.strategy));
        assert.ok(first.recommendation.confidence >= 0 && first.recommendation.confidence <= 1);
      }),
    );
  });
});
