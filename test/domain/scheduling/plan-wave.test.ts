import assert from 'node:assert/strict';
import fc from 'fast-check';
import { startKnobs, startParameters } from '../../../domain/model/agent.ts';
import { seededRandom } from '../../../domain/model/random.ts';
import { planWave, type PlanInput } from '../../../domain/scheduling/plan-wave.ts';
import { BRAUN_CLASSES, braunTimes } from '../../../bench/scheduling/instances/braun.ts';
import { openLanes } from '../../../domain/scheduling/lanes.ts';
import { dualPrices } from '../../../domain/scheduling/dual-prices.ts';
import { estimateOf, pendingTask, placesOf, planInput, planningAgent } from './plan-fixture.ts';

const A_AND_B = () => [planningAgent('a'), planningAgent('b')];
describe('planWave', () => {
  it('finds the optimum of a plan made by hand', () => {
    // a: 7 + 5 = 12; b: 6 + 6 = 12. Every other split ends at 13 or later (sum of best times 24, two lanes).
    const times = { t1: { a: 7, b: 9 }, t2: { a: 5, b: 8 }, t3: { a: 8, b: 6 }, t4: { a: 9, b: 6 } };
    const plan = planWave(
      planInput(
        Object.keys(times).map((id) => pendingTask(id)),
        A_AND_B(),
        times,
      ),
    );
    assert.equal(plan.makespan_ms, 12);
    assert.deepEqual(placesOf(plan), { t1: 'a', t2: 'a', t3: 'b', t4: 'b' });
  });

  it('is never below the optimum of exhaustive search, and mostly reaches it, on small plans', () => {
    let reached = 0;
    const plans = 200;
    for (let seed = 0; seed < plans; seed++) {
      const random = seededRandom('small', seed);
      const ids = ['a', 'b', 'c'];
      const rows = Array.from({ length: 1 + (seed % 7) }, () => ids.map(() => 1 + Math.floor(random() * 50)));
      const times = Object.fromEntries(
        rows.map((row, i) => [`t${i}`, Object.fromEntries(row.map((ms, j) => [ids[j]!, ms]))]),
      );
      const pending = Object.keys(times).map((id) => pendingTask(id));
      const agents = ids.map((id) => planningAgent(id));
      const { makespan_ms } = planWave(planInput(pending, agents, times));
      const optimum = exhaustive(rows, [0, 0, 0]);
      assert.ok(makespan_ms >= optimum && makespan_ms <= optimum * 1.5, `${makespan_ms}, optimum ${optimum}`);
      if (makespan_ms === optimum) reached += 1;
    }
    assert.ok(reached >= 0.8 * plans, `${reached} of ${plans}`);
  });

  it('stays within 2 % of the lower bound on average, on matrices after Braun', () => {
    const gaps = BRAUN_CLASSES.map((kind) => {
      const matrix = braunTimes(kind, 256, 8, 22);
      const agents = Array.from({ length: 8 }, (_, j) => planningAgent(`a${j}`, { free_at: [0, 0] }));
      const times = Object.fromEntries(
        Array.from({ length: 256 }, (_, i) => [
          `t${i}`,
          Object.fromEntries(agents.map(({ agent }, j) => [agent.agent_id, matrix.rate[i * 8 + j]!])),
        ]),
      );
      const plan = planWave(
        planInput(
          Object.keys(times).map((id) => pendingTask(id)),
          agents,
          times,
        ),
      );
      return plan.makespan_ms / dualPrices(matrix, openLanes(agents, 1), 300).boundMs - 1;
    });
    assert.ok(gaps.every((gap) => gap >= 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    assert.ok(mean <= 0.02, `mean gap ${mean}`);
    assert.ok(Math.max(...gaps) <= 0.05, `largest gap ${Math.max(...gaps)}`);
  });

  it('counts observed pace and expected attempts', () => {
    // 100 ms × pace 2 × (1 + 0.5 + 0.25) attempts = 350.
    const times = { t: { a: estimateOf(100, { predicted_success: 0.5 }) } };
    const plan = planWave(planInput([pendingTask('t')], [planningAgent('a', { pace: 2, free_at: [10] })], times));
    assert.equal(plan.lanes[0]?.rows[0]?.start_ms, 10);
    assert.equal(plan.makespan_ms, 360);
    assert.equal(plan.lanes[0]?.rows[0]?.predicted_ms, 100);
  });

  it('counts only the attempts that are left on the agent and in the run', () => {
    const times = { t: { a: estimateOf(100, { predicted_success: 0.5 }) } };
    const used = pendingTask('t', { attempts_used: 1, attempts_on: { a: 1 } });
    assert.equal(planWave(planInput([used], [planningAgent('a')], times)).makespan_ms, 150);
    const last = pendingTask('t', { attempts_used: 5, attempts_on: { b: 5 } });
    const row = planWave(planInput([last], [planningAgent('a')], times)).lanes[0]?.rows[0];
    assert.deepEqual([row?.end_ms, row?.attempts_used, row?.attempts_here], [100, 5, 0]);
  });

  it('puts urgent tasks first, then long ones, then by id', () => {
    const times = { t1: { a: 5 }, t2: { a: 9 }, t3: { a: 9 }, t4: { a: 1 } };
    const pending = ['t3', 't1', 't2'].map((id) => pendingTask(id, { of: { priority: 2 } }));
    const plan = planWave(planInput([...pending, pendingTask('t4')], [planningAgent('a')], times));
    assert.deepEqual(
      plan.lanes[0]?.rows.map(({ task_id, start_ms, end_ms }) => [task_id, start_ms, end_ms]),
      [
        ['t4', 0, 1],
        ['t2', 1, 10],
        ['t3', 10, 19],
        ['t1', 19, 24],
      ],
    );
  });

  it('uses every parallel lane of an agent', () => {
    const times = { t1: { a: 10 }, t2: { a: 10 }, t3: { a: 10 } };
    const pending = Object.keys(times).map((id) => pendingTask(id));
    assert.equal(planWave(planInput(pending, [planningAgent('a', { free_at: [0, 5] })], times)).makespan_ms, 20);
  });

  describe('who may take a task', () => {
    const times = { t: { a: 10, b: 90 } };

    it('asks for every capability', () => {
      const task = pendingTask('t', { of: { capabilities: ['gpu', 'eu'] } });
      const agents = [
        planningAgent('a', { capabilities: ['gpu'] }),
        planningAgent('b', { capabilities: ['eu', 'gpu', 'x'] }),
      ];
      assert.deepEqual(placesOf(planWave(planInput([task], agents, times))), { t: 'b' });
      assert.deepEqual(planWave(planInput([task], agents.slice(0, 1), times)).unplaceable, [
        { task_id: 't', reason: 'no agent that is up offers gpu and eu' },
      ]);
    });

    it('never goes back to an agent where the attempts are used up', () => {
      const place = (onA: number) =>
        placesOf(
          planWave(planInput([pendingTask('t', { attempts_used: onA, attempts_on: { a: onA } })], A_AND_B(), times)),
        );
      assert.deepEqual(place(2), { t: 'a' });
      assert.deepEqual(place(3), { t: 'b' });
      const task = pendingTask('t', { attempts_used: 4, attempts_on: { a: 3, b: 1 } });
      const agents = [
        planningAgent('a'),
        planningAgent('b', { parameters: { ...startParameters(4), retry_threshold: 1 } }),
      ];
      const { lanes, unplaceable } = planWave(planInput([task], agents, times));
      assert.deepEqual(unplaceable, [{ task_id: 't', reason: 'it used up its attempts on a, b' }]);
      assert.deepEqual(lanes, [
        { agent_id: 'a', rows: [] },
        { agent_id: 'b', rows: [] },
      ]);
    });

    it('says why nobody takes it', () => {
      const reason = (input: PlanInput) => planWave(input).unplaceable[0]?.reason;
      const spent = pendingTask('t', { attempts_used: 6 });
      assert.equal(reason(planInput([spent], A_AND_B(), times)), 'all 6 attempts that the run allows are used');
      assert.equal(reason(planInput([pendingTask('t')], [], times)), 'no agent is up');
      assert.equal(reason(planInput([pendingTask('t')], A_AND_B(), {})), 'there is no prediction for it on a, b');
    });

    it('prefers agents whose confidence reaches the threshold, exactly, and takes others where there are none', () => {
      const place = (declared: number, onB: number) => {
        const table = { t: { a: estimateOf(10, { declared }), b: estimateOf(90, { predicted_success: onB }) } };
        return placesOf(planWave(planInput([pendingTask('t')], A_AND_B(), table, { threshold: () => 0.75 }))).t;
      };
      assert.equal(place(0.75, 0.9), 'a');
      assert.equal(place(0.7499, 0.9), 'b');
      assert.equal(place(0.7499, 0.7499), 'a');
    });
  });

  describe('the strategy in force', () => {
    it('bends the choice: success, retries and confidence are worth time', () => {
      const table = {
        t: {
          a: estimateOf(100, { declared: 0.7, predicted_success: 0.7 }),
          b: estimateOf(170, { declared: 0.99, predicted_success: 0.99 }),
        },
      };
      const place = (strategy: PlanInput['strategy']) =>
        placesOf(planWave(planInput([pendingTask('t')], A_AND_B(), table, { strategy }))).t;
      assert.equal(place('maximize_throughput'), 'a');
      assert.equal(place('balance_load'), 'a');
      assert.equal(place('maximize_success'), 'b');
      assert.equal(place('minimize_retries'), 'b');
      assert.equal(place('maximize_confidence'), 'b');
    });

    it('evens out the load below the makespan when there is a bias', () => {
      // t1 fixes the makespan; the small tasks are quicker on b, but c idles.
      const small = { b: 10, c: 12 };
      const times = { t1: { a: 100 }, t2: small, t3: small, t4: small, t5: small };
      const loads = (load_balance_bias: number) => {
        const agents = ['a', 'b', 'c'].map((id) => planningAgent(id));
        const stay = Object.keys(times).map((id) => pendingTask(id, { from_agent: id === 't1' ? 'a' : 'b' }));
        const plan = planWave(planInput(stay, agents, times, { knobs: { ...startKnobs(), load_balance_bias } }));
        return plan.lanes.map(({ rows }) => rows.length);
      };
      assert.deepEqual(loads(0), [1, 4, 0]);
      assert.deepEqual(loads(0.1), [1, 2, 2]);
    });
  });

  it('breaks ties by the seed, and by nothing else', () => {
    const times = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`t${i}`, { a: 10, b: 10, c: 10 }]));
    const make = (seed: number) => {
      const agents = ['a', 'b', 'c'].map((id) => planningAgent(id));
      return JSON.stringify(
        planWave(
          planInput(
            Object.keys(times).map((id) => pendingTask(id)),
            agents,
            times,
            { seed },
          ),
        ),
      );
    };
    assert.equal(make(1), make(1));
    assert.ok(new Set([1, 2, 3, 4, 5, 6].map(make)).size > 1);
  });

  it('places every task once, where it may go, or says why not', () => {
    const skills = fc.subarray(['x', 'y', 'z']);
    const task = fc.record({
      needs: skills,
      priority: fc.integer({ min: 1, max: 3 }),
      used: fc.integer({ min: 0, max: 6 }),
    });
    const agent = fc.record({
      offers: skills,
      lanes: fc.integer({ min: 1, max: 3 }),
      retries: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(
        fc.array(task, { maxLength: 25 }),
        fc.array(agent, { maxLength: 4 }),
        fc.nat(),
        (tasks, fleet, seed) => {
          const pending = tasks.map(({ needs, priority, used }, i) =>
            pendingTask(`t${i}`, {
              of: { capabilities: needs, priority },
              attempts_used: used,
              attempts_on: used > 0 ? { a0: used } : {},
              from_agent: i % 3 === 0 ? null : `a${i % 5}`,
            }),
          );
          const agents = fleet.map(({ offers, lanes, retries }, j) =>
            planningAgent(`a${j}`, {
              capabilities: offers,
              free_at: Array.from({ length: lanes }, (_, lane) => lane * 7),
              parameters: { ...startParameters(4), retry_threshold: retries },
            }),
          );
          const estimate: PlanInput['estimate'] = ({ task_id }, agentId) =>
            estimateOf(1 + ((task_id.length * 31 + Number(task_id.slice(1)) * 17 + agentId.charCodeAt(1)) % 23));
          const knobs = { ...startKnobs(), load_balance_bias: seed % 2 === 0 ? 0 : 0.5 };
          const plan = planWave(planInput(pending, agents, {}, { estimate, seed, knobs }));
          const rows = plan.lanes.flatMap((lane) => lane.rows.map((row) => ({ ...row, lane: lane.agent_id })));
          const seen = [...rows, ...plan.unplaceable].map(({ task_id }) => task_id).sort();
          assert.deepEqual(seen, pending.map((one) => one.task.task_id).sort());
          for (const row of rows) {
            const one = pending.find((candidate) => candidate.task.task_id === row.task_id)!;
            const { agent: taker, parameters } = agents.find((candidate) => candidate.agent.agent_id === row.lane)!;
            assert.equal(row.agent_id, row.lane);
            assert.ok(one.task.capabilities.every((capability) => taker.capabilities.includes(capability)));
            assert.ok(row.attempts_here < parameters.retry_threshold && row.attempts_used < 6);
            assert.ok(row.end_ms > row.start_ms && row.end_ms <= plan.makespan_ms);
          }
          for (const { agent_id, rows: lane } of plan.lanes) {
            const width = agents.find((candidate) => candidate.agent.agent_id === agent_id)!.free_at.length;
            for (const row of lane) {
              const together = lane.filter((other) => other.start_ms <= row.start_ms && row.start_ms < other.end_ms);
              assert.ok(together.length <= width, `${together.length} at once on ${width} lanes`);
            }
            assert.deepEqual(
              lane.map((row) => row.priority),
              lane.map((row) => row.priority).sort((a, b) => a - b),
            );
          }
          assert.ok(plan.unplaceable.every(({ reason }) => reason !== ''));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('refuses a task that is pending twice', () => {
    const twice = [pendingTask('t'), pendingTask('t')];
    assert.throws(() => planWave(planInput(twice, A_AND_B(), { t: { a: 1 } })), /pending twice/);
  });
});

/** The shortest makespan over all assignments of rows to single-lane agents. */
function exhaustive(rows: number[][], loads: number[]): number {
  const [row, ...rest] = rows;
  if (!row) return Math.max(...loads);
  return Math.min(
    ...row.map((ms, j) =>
      exhaustive(
        rest,
        loads.map((load, k) => (k === j ? load + ms : load)),
      ),
    ),
  );
}
