import assert from 'node:assert/strict';
import { seededRandom } from '../../../domain/model/random.ts';
import { buildEtcMatrix } from '../../../domain/scheduling/etc-matrix.ts';
import { timeOf } from '../../../domain/scheduling/expected-times.ts';
import type { PendingTask } from '../../../domain/scheduling/plan-wave.ts';
import { planWave } from '../../../domain/scheduling/plan-wave.ts';
import { estimateOf, pendingTask, planInput, planningAgent } from './plan-fixture.ts';

const AGENTS = ['a', 'b', 'c'];

/** Tasks of two kinds and many sizes; some ask for a capability, some have attempts behind them. */
function input(kinds: boolean) {
  const random = seededRandom('etc');
  const size = Array.from({ length: 60 }, () => 10 + Math.floor(90 * random()));
  const pending = size.map((_, i): PendingTask =>
    pendingTask(`t${i}`, {
      of: { capabilities: i % 7 === 0 ? ['gpu'] : [] },
      ...(i % 11 === 0 && { attempts_used: 2, attempts_on: { a: 2 } }),
    }),
  );
  const kind = (id: string) => Number(id.slice(1)) % 2;
  const rate = [
    [1, 2, 3],
    [3, 1, 2],
  ];
  return planInput(
    pending,
    AGENTS.map((id) => planningAgent(id, { capabilities: id === 'b' ? [] : ['gpu'], free_at: [0, 0] })),
    {},
    {
      estimate: ({ task_id }, agentId) =>
        estimateOf(size[Number(task_id.slice(1))]! * rate[kind(task_id)]![AGENTS.indexOf(agentId)]!, {
          predicted_success: kind(task_id) === 0 ? 0.9 : 0.7,
        }),
      ...(kinds && {
        kindOf: ({ task_id }: { task_id: string }) => ({
          key: String(kind(task_id)),
          size: size[Number(task_id.slice(1))]!,
        }),
      }),
    },
  );
}

describe('buildEtcMatrix', () => {
  it('has a row per type where kinds are known: kind, what is asked for, attempts so far', () => {
    const [few, many] = [buildEtcMatrix(input(true)), buildEtcMatrix(input(false))];
    assert.equal(few.cost.types, 7);
    assert.equal(many.cost.types, 60);
    for (let task = 0; task < 60; task++) {
      for (let agent = 0; agent < 3; agent++) {
        const [one, other] = [timeOf(few.cost, task, agent), timeOf(many.cost, task, agent)];
        assert.ok(
          one === other || Math.abs(one - other) < 1e-9 * other,
          `task ${task}, agent ${agent}: ${one}, ${other}`,
        );
      }
    }
  });

  it('gives plans that are as good either way', () => {
    const [few, many] = [planWave(input(true)), planWave(input(false))];
    assert.ok(Math.abs(few.makespan_ms - many.makespan_ms) < 0.03 * many.makespan_ms);
    const rows = (plan: typeof few) => plan.lanes.flatMap((lane) => lane.rows.map(({ task_id }) => task_id)).sort();
    assert.deepEqual(rows(few), rows(many));
  });
});
