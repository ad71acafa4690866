import assert from 'node:assert/strict';
import fc from 'fast-check';
import { certifiedBoundMs, longestTaskMs } from '../../../domain/scheduling/certificate.ts';
import { dualPrices } from '../../../domain/scheduling/dual-prices.ts';
import type { ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';
import { denseTimes, timeOf } from '../../../domain/scheduling/expected-times.ts';
import type { Lanes } from '../../../domain/scheduling/lanes.ts';
import { emptyAssignment, latest, onLanes } from '../../../domain/scheduling/lanes.ts';
import { listSchedule } from '../../../domain/scheduling/list-schedule.ts';
import { solve } from '../../../domain/scheduling/solve.ts';
import { BRAUN_CLASSES, braunTimes } from '../../../bench/scheduling/instances/braun.ts';
import { loadOracle, type Oracle } from './oracle.ts';

const EVALUATIONS = 50_000;

/** Up to 14 tasks of up to 4 types on up to 4 agents of up to 2 lanes; some may not go everywhere. */
const problems = fc
  .record({
    types: fc.array(fc.array(fc.option(fc.integer({ min: 1, max: 60 }), { freq: 5 }), { minLength: 4, maxLength: 4 }), {
      minLength: 1,
      maxLength: 4,
    }),
    tasks: fc.array(fc.record({ type: fc.nat(3), size: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
      maxLength: 14,
    }),
    lanes: fc.array(fc.record({ agent: fc.nat(3), free: fc.integer({ min: 0, max: 80 }) }), { maxLength: 4 }),
  })
  .map(({ types, tasks, lanes }): { times: ExpectedTimes; lanes: Lanes } => {
    // Agent 0 may take all, so that there is always a plan.
    const rate = Float64Array.from(types.flatMap((row) => row.map((ms, agent) => ms ?? (agent === 0 ? 30 : Infinity))));
    const open = [{ agent: 0, free: 0 }, ...lanes];
    return {
      times: {
        tasks: tasks.length,
        agents: 4,
        types: types.length,
        size: Float64Array.from(tasks, ({ size }) => size),
        typeOf: Int32Array.from(tasks, ({ type }) => type % types.length),
        rate,
      },
      lanes: { agentOf: open.map(({ agent }) => agent), freeAt: open.map(({ free }) => free) },
    };
  });

function lanesOf(agents: number): Lanes {
  return { agentOf: [...new Array(agents).keys()], freeAt: new Array<number>(agents).fill(0) };
}

describe('solve', function () {
  this.timeout(60_000);
  let oracle: Oracle;
  before(async () => {
    oracle = await loadOracle();
  });

  it('puts every task where it may go, and never ends before its certificate, which is no more than the linear program', () => {
    fc.assert(
      fc.property(problems, fc.nat(99), ({ times, lanes }, seed) => {
        const { laneOf, makespanMs, prices, boundMs } = solve(times, lanes, { seed, evaluationsMax: EVALUATIONS });
        const finish = [...lanes.freeAt];
        laneOf.forEach((lane, task) => (finish[lane]! += timeOf(times, task, lanes.agentOf[lane]!)));
        assert.ok(Math.abs(Math.max(...finish) - makespanMs) < 1e-6 * makespanMs);
        const certified = certifiedBoundMs(times, lanes, prices);
        const relaxed = oracle.relaxedMs(times, lanes);
        assert.ok(certified <= relaxed * (1 + 1e-6), `certificate ${certified}, linear program ${relaxed}`);
        assert.ok(Math.abs(Math.max(certified, longestTaskMs(times, lanes)) - boundMs) < 1e-6 * boundMs);
        assert.ok(makespanMs >= boundMs * (1 - 1e-9), `${boundMs}, ${makespanMs}`);
      }),
      { numRuns: 150 },
    );
  });

  it('mostly finds the optimum of small problems, and is never far from it', () => {
    let found = 0;
    let runs = 0;
    fc.assert(
      fc.property(problems, ({ times, lanes }) => {
        const { makespanMs, boundMs } = solve(times, lanes, { seed: 1, evaluationsMax: EVALUATIONS });
        const optimum = oracle.optimumMs(times, lanes);
        runs += 1;
        if (makespanMs <= optimum * (1 + 1e-6)) found += 1;
        assert.ok(makespanMs >= optimum * (1 - 1e-6), `${makespanMs} is shorter than the optimum ${optimum}`);
        assert.ok(boundMs <= optimum * (1 + 1e-6), `the bound ${boundMs} is more than the optimum ${optimum}`);
      }),
      { numRuns: 60, seed: 7 },
    );
    assert.ok(found >= 0.8 * runs, `${found} of ${runs}`);
  });

  it('comes within a hundredth of the linear program on matrices after Braun', () => {
    for (const kind of BRAUN_CLASSES) {
      const times = braunTimes(kind, 64, 4, 3);
      const lanes = { agentOf: [0, 1, 2, 3], freeAt: [0, 0, 0, 0] };
      const relaxed = oracle.relaxedMs(times, lanes);
      const { boundMs } = dualPrices(times, lanes, 1000);
      assert.ok(boundMs <= relaxed * (1 + 1e-6) && boundMs > 0.999 * relaxed, `${boundMs} of ${relaxed}`);
    }
  });

  it('gives the same bytes for the same seed and budget, whatever the clock', () => {
    const times = braunTimes(BRAUN_CLASSES[3]!, 128, 8, 5);
    const lanes = { agentOf: [0, 1, 2, 3, 4, 5, 6, 7, 7], freeAt: [0, 0, 0, 0, 0, 0, 0, 0, 10] };
    const options = { seed: 4, evaluationsMax: 500_000 };
    const [once, again] = [solve(times, lanes, options), solve(times, lanes, { ...options, shouldStop: () => false })];
    assert.deepEqual(once, again);
  });

  it('is never worse than the plan it starts from', () => {
    fc.assert(
      fc.property(problems, fc.nat(99), ({ times, lanes }, seed) => {
        const start = emptyAssignment(times.tasks, lanes);
        listSchedule(times, lanes, start);
        const { makespanMs } = solve(times, lanes, { seed, evaluationsMax: 2_000, warm: start.laneOf });
        assert.ok(makespanMs <= latest(start.finish) * (1 + 1e-9), `${makespanMs} after ${latest(start.finish)}`);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps its limits where few lanes have very many tasks, and is near the bound there too', () => {
    for (const tasks of [3_000, 40_000]) {
      const times: ExpectedTimes = {
        tasks,
        agents: 2,
        types: 1,
        size: Float64Array.from({ length: tasks }, (_, task) => 1 + ((task * 31) % 50)),
        typeOf: new Int32Array(tasks),
        rate: Float64Array.from([2, 3]),
      };
      const lanes = { agentOf: [0, 0, 1, 1], freeAt: [0, 0, 0, 0] };
      const { evaluations, makespanMs, boundMs } = solve(times, lanes, { seed: 1, evaluationsMax: 100_000 });
      assert.ok(evaluations < 110_000, `${evaluations}`);
      assert.ok(makespanMs < 1.005 * boundMs, `gap ${makespanMs / boundMs - 1}`);
    }
  });

  it('tells of better schedules only, the last of them its own', () => {
    for (const [tasks, evaluationsMax] of [
      [512, 20_000],
      [6_000, 300_000],
    ] as const) {
      const times = braunTimes(BRAUN_CLASSES[1]!, tasks, 16, 22);
      const told: number[] = [];
      const onBetter = (makespanMs: number) => told.push(makespanMs);
      const { makespanMs } = solve(times, lanesOf(16), { seed: 1, evaluationsMax, onBetter });
      told.slice(1).forEach((ms, index) => assert.ok(ms < told[index]!, `${told[index]} → ${ms}`));
      assert.ok(Math.abs(told.at(-1)! - makespanMs) <= 1e-9 * makespanMs);
    }
  });

  it('stops when it is told to, and answers with a whole assignment', () => {
    const times = braunTimes(BRAUN_CLASSES[0]!, 256, 16, 5);
    const lanes = lanesOf(16);
    let asked = 0;
    const shouldStop = () => (asked += 1) > 3;
    const { laneOf, evaluations } = solve(times, lanes, { seed: 1, evaluationsMax: Infinity, shouldStop });
    assert.ok(laneOf.every((lane) => lane >= 0 && lane < 16));
    assert.ok(asked === 4 && evaluations < 1_000_000, `asked ${asked} times, ${evaluations} evaluations`);
  });

  it('lists problems too large to search, near the bound, with types for tasks', () => {
    const [tasks, agents, types] = [20_000, 120, 12];
    const rate = Float64Array.from({ length: types * agents }, (_, at) => 10 + ((at * 7919) % 89));
    const times: ExpectedTimes = {
      tasks,
      agents,
      types,
      size: Float64Array.from({ length: tasks }, (_, task) => 1 + ((task * 31) % 50)),
      typeOf: Int32Array.from({ length: tasks }, (_, task) => task % types),
      rate,
    };
    const lanes = { agentOf: Array.from({ length: agents }, (_, a) => a), freeAt: new Array<number>(agents).fill(0) };
    const { makespanMs, boundMs, laneOf, evaluations } = solve(times, lanes, { seed: 1, evaluationsMax: 1e9 });
    assert.equal(evaluations, 0);
    assert.ok(makespanMs >= boundMs && makespanMs <= 1.02 * boundMs, `gap ${makespanMs / boundMs - 1}`);
    const again = solve(times, lanes, { seed: 2, evaluationsMax: 1e9, warm: laneOf });
    assert.ok(again.makespanMs <= makespanMs * (1 + 1e-12));
    assert.ok(longestTaskMs(times, lanes) <= boundMs);
  });

  it('takes a dense matrix and its factored form for the same problem', () => {
    fc.assert(
      fc.property(problems, ({ times, lanes }) => {
        const cost = Float64Array.from({ length: times.tasks * times.agents }, (_, at) =>
          timeOf(times, Math.floor(at / times.agents), at % times.agents),
        );
        const dense = denseTimes(times.tasks, times.agents, cost);
        const { laneOf } = solve(dense, lanes, { seed: 1, evaluationsMax: EVALUATIONS });
        assert.deepEqual(onLanes(dense, lanes, laneOf).finish, onLanes(times, lanes, laneOf).finish);
        const prices = dualPrices(times, lanes, 50).prices;
        const [few, many] = [certifiedBoundMs(times, lanes, prices), certifiedBoundMs(dense, lanes, prices)];
        assert.ok(Math.abs(few - many) < 1e-6);
        assert.ok(Math.abs(longestTaskMs(times, lanes) - longestTaskMs(dense, lanes)) < 1e-9);
      }),
      { numRuns: 80 },
    );
  });
});
