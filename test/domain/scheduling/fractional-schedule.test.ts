import assert from 'node:assert/strict';
import { apportion } from '../../../domain/scheduling/apportion.ts';
import { certifiedBoundMs } from '../../../domain/scheduling/certificate.ts';
import type { ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';
import { fractionalSchedule } from '../../../domain/scheduling/fractional-schedule.ts';
import { latest } from '../../../domain/scheduling/lanes.ts';
import { longestFirst } from '../../../domain/scheduling/list-schedule.ts';

const [TASKS, AGENTS, TYPES] = [2_000, 20, 5];
const TIMES: ExpectedTimes = {
  tasks: TASKS,
  agents: AGENTS,
  types: TYPES,
  size: Float64Array.from({ length: TASKS }, (_, task) => 1 + ((task * 31) % 50)),
  typeOf: Int32Array.from({ length: TASKS }, (_, task) => task % TYPES),
  rate: Float64Array.from({ length: TYPES * AGENTS }, (_, at) => (at % 9 === 4 ? Infinity : 10 + ((at * 7919) % 89))),
};
/** Agent 19 has no lane, agent 3 has three, and agent 5 is busy for a while. */
const LANES = {
  agentOf: [...Array.from({ length: AGENTS - 1 }, (_, agent) => agent), 3, 3],
  freeAt: [...Array.from({ length: AGENTS - 1 }, (_, agent) => (agent === 5 ? 4_000 : 0)), 0, 0],
};

describe('fractionalSchedule', () => {
  const { prices, boundMs, shares } = fractionalSchedule(TIMES, LANES, 600);

  it('gives away all work of each type, and none where it may not go or where there is no lane', () => {
    for (let type = 0; type < TYPES; type++) {
      const row = shares.subarray(type * AGENTS, (type + 1) * AGENTS);
      assert.ok(Math.abs(row.reduce((sum, share) => sum + share, 0) - 1) < 1e-9);
      row.forEach((share, agent) => {
        assert.ok(share >= 0 && share <= 1);
        if (agent === 19 || TIMES.rate[type * AGENTS + agent] === Infinity) assert.equal(share, 0);
      });
    }
  });

  it('has prices that prove its bound', () => {
    assert.ok([...prices].every((price) => price >= 0 && Number.isFinite(price)));
    assert.ok(Math.abs(certifiedBoundMs(TIMES, LANES, prices) - boundMs) < 1e-6 * boundMs);
  });

  it('becomes whole tasks that end near the bound', () => {
    const { laneOf, finish } = apportion(TIMES, LANES, shares, longestFirst(TIMES));
    assert.ok(laneOf.every((lane) => lane >= 0 && lane < LANES.agentOf.length));
    assert.ok(latest(finish) < 1.03 * boundMs, `gap ${latest(finish) / boundMs - 1}`);
  });
});
