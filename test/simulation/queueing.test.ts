/** Agents that take more tasks at a time than they can do: from measured times to fewer in flight, over a simulated run. */
import assert from 'node:assert/strict';
import { natureModel, simulateRun, type SimulateRunInput } from '../../domain/simulation/simulate-run.ts';
import type { AttemptModel } from '../../domain/simulation/virtual-agent.ts';
import { demoInputs, demoRun } from './demo-run.ts';

/** So many tasks run at full speed on an agent; more share it. */
const CAPACITY = 2;

/** What an attempt takes follows from how many run on its agent as it begins. */
function sharing(usual: AttemptModel): AttemptModel {
  const ends = new Map<string, number[]>();
  return (row, attempt, speed, elapsed) => {
    const answer = usual(row, attempt, speed, elapsed);
    const running = (ends.get(row.agent_id) ?? []).filter((end) => end > elapsed);
    const duration_ms = answer.duration_ms * Math.max(1, (running.length + 1) / CAPACITY);
    ends.set(row.agent_id, [...running, elapsed + duration_ms]);
    return { ...answer, duration_ms };
  };
}

describe('tasks in flight', function () {
  this.timeout(120_000);
  const inFlight = (input: SimulateRunInput) =>
    simulateRun(input).map(({ carry }) => Object.values(carry.parameters).map((own) => own.max_parallel_tasks));

  it('are raised where agents can do more, and taken back where more of them only wait for each other', async () => {
    const run = demoRun(await demoInputs({ waves: 5, tasks: 240, seed: 3 }), { strategy: 'maximize_throughput' });
    const free = inFlight(run);
    const attempts = (wave: number) => sharing(natureModel(run.natures, wave));
    const shared = inFlight({ ...run, variant: { attempts } });
    const last = (waves: number[][]) => waves.at(-1)!.reduce((sum, one) => sum + one, 0) / waves.at(-1)!.length;
    assert.equal(last(free), 4, JSON.stringify(free));
    // Not to two: at three each attempt takes as long as is known by then.
    assert.ok(last(shared) < 3.5, JSON.stringify(shared));
  });
});
