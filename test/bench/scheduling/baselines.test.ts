import assert from 'node:assert/strict';
import { BASELINES } from '../../../bench/scheduling/baselines/all.ts';
import { BRAUN_CLASSES, braunTimes } from '../../../bench/scheduling/instances/braun.ts';
import { oneLaneEach } from '../../../bench/scheduling/instances/instance.ts';
import { denseTimes, timeOf, type ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';

/** Lanes by task, on one lane per agent. */
function lanesOf(baseline: string, times: ExpectedTimes): number[] {
  return [...BASELINES.get(baseline)!(times, oneLaneEach(times.agents), 5)];
}

function etc(rows: number[][]): ExpectedTimes {
  return denseTimes(rows.length, rows[0]!.length, Float64Array.from(rows.flat()));
}

describe('the baselines of the benchmark', () => {
  // Worked out by hand; agents a and b are lanes 0 and 1.
  const small = etc([
    [4, 6],
    [3, 7],
    [9, 5],
    [2, 8],
  ]);
  const byHand: [name: string, lanes: number[]][] = [
    ['round_robin', [0, 1, 0, 1]],
    // Free at 0, 0: t0 to a (4). t1 to b (7). t2 to a (13). t3 to b.
    ['olb', [0, 1, 0, 1]],
    // t0 to a (4). t1: 7 on both, the first. t2 to b (5). t3 to a (9 against 13).
    ['mct', [0, 0, 1, 0]],
    // Shortest times 4, 3, 5, 2: t2 to b (5), t0 to a (4), t1 to a (7 against 12), t3 to a (9 against 13).
    ['lpt_mct', [0, 0, 1, 0]],
    // t3 to a (2). Then t0 6, t1 5, t2 5: t1 to a (5). t2 to b (5). t0 to a (9 against 11).
    ['min_min', [0, 0, 1, 0]],
    // t2 to b (5). Then t0 4, t1 3, t3 2: t0 to a (4). t1 7, t3 6: t1 to a (7). t3 to a (9 against 13).
    ['max_min', [0, 0, 1, 0]],
  ];
  for (const [name, expected] of byHand) {
    it(`${name} does what was worked out by hand`, () => assert.deepEqual(lanesOf(name, small), expected));
  }

  it('of the first come take what they meet, in their order', () => {
    // Both agents alike. In turn: a, b, a. OLB and MCT: 5 a, 1 b, 3 b (4), 4 b (8 against 9). LPT: 5 a, 4 b, 3 b (7), 1 a (6).
    const alike = etc([5, 1, 3, 4].map((ms) => [ms, ms]));
    assert.deepEqual(lanesOf('round_robin', alike), [0, 1, 0, 1]);
    assert.deepEqual(lanesOf('olb', alike), [0, 1, 1, 1]);
    assert.deepEqual(lanesOf('mct', alike), [0, 1, 1, 1]);
    assert.deepEqual(lanesOf('lpt_mct', alike), [0, 0, 1, 1]);
  });

  it('Min-min and Max-min start from opposite ends', () => {
    // Both agents alike. Min-min: 1 a, 2 b, 3 a (4), 6 b (8). Max-min: 6 a, 3 b, 2 b (5), 1 b or a: b (6).
    const alike = etc([1, 2, 3, 6].map((ms) => [ms, ms]));
    assert.deepEqual(lanesOf('min_min', alike), [0, 1, 0, 1]);
    assert.deepEqual(lanesOf('max_min', alike), [1, 1, 1, 0]);
  });

  it('Sufferage changes finish times only between its iterations', () => {
    // All bid for a with 10, 20 and 5: t1 gets it. In the second iteration, a free at 10: t0 is at 20 on a against 20 on b and
    // bids 0 for a, t2 at 15 on b against 20 on a and bids 5 for b. Both are served at once.
    const instance = etc([
      [10, 20],
      [10, 30],
      [10, 15],
    ]);
    assert.deepEqual(lanesOf('sufferage', instance), [0, 0, 1]);
    // Equal bids: the earlier task keeps the lane.
    const equal = etc([
      [1, 3],
      [1, 3],
    ]);
    assert.deepEqual(lanesOf('sufferage', equal), [0, 0]);
  });

  it('Min-min, Max-min and Sufferage agree with slow versions on every class', () => {
    for (const kind of BRAUN_CLASSES) {
      const instance = braunTimes(kind, 40, 5, 8);
      assert.deepEqual(lanesOf('min_min', instance), slowByCompletion(instance, 1), kind.name);
      assert.deepEqual(lanesOf('max_min', instance), slowByCompletion(instance, -1), kind.name);
      assert.deepEqual(lanesOf('sufferage', instance), slowSufferage(instance), kind.name);
    }
  });

  it('never put a task where it may not go', () => {
    const cost = braunTimes(BRAUN_CLASSES[4]!, 60, 4, 2).rate.map((ms, at) => (at % 3 === 0 ? Infinity : ms));
    const times = denseTimes(60, 4, cost);
    for (const [name, assign] of BASELINES) {
      assign(times, oneLaneEach(4), 1).forEach((lane, task) => {
        assert.ok(cost[task * 4 + lane]! < Infinity, `${name}: task ${task} on agent ${lane}`);
      });
    }
  });
});

/** Every waiting task's finish on every lane. Sorted anew for every task assigned; the earliest of equals comes first. */
function options(times: ExpectedTimes, finish: readonly number[], task: number): { lane: number; ends: number }[] {
  return finish
    .map((ms, lane) => ({ lane, ends: ms + timeOf(times, task, lane) }))
    .sort((x, y) => x.ends - y.ends || x.lane - y.lane);
}

function slowByCompletion(instance: ExpectedTimes, sign: 1 | -1): number[] {
  const finish = new Array<number>(instance.agents).fill(0);
  const laneOf = new Array<number>(instance.tasks).fill(-1);
  for (let step = 0; step < instance.tasks; step++) {
    const waiting = laneOf.flatMap((lane, task) =>
      lane === -1 ? [{ task, ...options(instance, finish, task)[0]! }] : [],
    );
    waiting.sort((x, y) => sign * (x.ends - y.ends) || x.task - y.task);
    const { task, lane, ends } = waiting[0]!;
    laneOf[task] = lane;
    finish[lane] = ends;
  }
  return laneOf;
}

function slowSufferage(instance: ExpectedTimes): number[] {
  const finish = new Array<number>(instance.agents).fill(0);
  const laneOf = new Array<number>(instance.tasks).fill(-1);
  while (laneOf.includes(-1)) {
    const bids = laneOf.flatMap((lane, task) => {
      if (lane !== -1) return [];
      const [best, second] = options(instance, finish, task) as [{ lane: number; ends: number }, { ends: number }];
      return [{ task, ...best, suffers: second.ends - best.ends }];
    });
    bids.sort((x, y) => y.suffers - x.suffers || x.task - y.task);
    const taken = new Set<number>();
    for (const { task, lane, ends } of bids) {
      if (taken.has(lane)) continue;
      taken.add(lane);
      laneOf[task] = lane;
      finish[lane] = ends;
    }
  }
  return laneOf;
}
