import assert from 'node:assert/strict';
import { raised } from '../../../bench/learning/baselines/rules.ts';
import { runInput } from '../../../bench/learning/experiment.ts';
import { drawFleet } from '../../../bench/learning/fleets.ts';
import { underPolicy } from '../../../bench/learning/policies.ts';
import { startParameters } from '../../../domain/model/agent.ts';
import { simulateRun } from '../../../domain/simulation/simulate-run.ts';

const SIZE = { agents: 4, tasks: 12, waves: 2 };

describe('the policies of the learning experiment', function () {
  this.timeout(60_000);

  it('round-robin gives every agent as many tasks, and moves none', () => {
    const fleet = drawFleet('heterogeneous', 3, SIZE);
    for (const { simulated } of simulateRun(underPolicy('round_robin', runInput(fleet, SIZE, 3), fleet))) {
      const planned = new Map<string, number>();
      for (const { agent_id } of simulated.schedule) planned.set(agent_id, (planned.get(agent_id) ?? 0) + 1);
      assert.deepEqual([...planned.values()], [3, 3, 3, 3]);
      assert.deepEqual(
        simulated.moves.filter((move) => move.reason === 'load_rebalance'),
        [],
      );
    }
  });

  it('a static plan moves none either, and learns nothing', () => {
    const fleet = drawFleet('heterogeneous', 3, SIZE);
    const waves = simulateRun(underPolicy('static', runInput(fleet, SIZE, 3), fleet));
    for (const { simulated } of waves) {
      assert.deepEqual(
        simulated.moves.filter((move) => move.reason === 'load_rebalance'),
        [],
      );
      for (const line of simulated.lines) assert.ok(Math.abs(line.predicted_ms - line.declared_ms) < 1e-6);
    }
  });

  it('the oracle plans with the true median times of the wave', () => {
    const fleet = drawFleet('drifting', 3, SIZE);
    for (const { wave, simulated } of simulateRun(underPolicy('oracle', runInput(fleet, SIZE, 3), fleet))) {
      const speeds = new Map(fleet.natures(wave).map(({ agent_id, speed }) => [agent_id, speed]));
      for (const line of simulated.lines) {
        assert.ok(Math.abs(line.predicted_ms * speeds.get(line.agent_id)! - line.declared_ms) < 1e-6);
      }
    }
  });

  it('the rules only raise, at their limits and not at them', () => {
    const start = startParameters(4);
    const poor = { success_rate: 0.89, throughput: 34, utilization: 0.69 };
    assert.deepEqual(raised(start, poor, 0.94, 4), {
      retry_threshold: 4,
      speed_multiplier: 1.05,
      confidence_weight: 1.05,
      max_parallel_tasks: 3,
    });
    assert.deepEqual(raised(start, { success_rate: 0.9, throughput: 35, utilization: 0.7 }, 0.95, 4), start);
    const most = { retry_threshold: 5, speed_multiplier: 1.3, confidence_weight: 1.2, max_parallel_tasks: 4 };
    assert.deepEqual(raised(most, poor, 0.94, 4), most);
    assert.deepEqual(raised(start, undefined, null, 4), start);
  });

  it('shuffled feedback tells of every attempt, never of the agent that made it', () => {
    const fleet = drawFleet('heterogeneous', 3, SIZE);
    const { variant } = underPolicy('shuffled', runInput(fleet, SIZE, 3), fleet);
    const [wave] = simulateRun(runInput(fleet, SIZE, 3));
    const { lines } = wave!.simulated;
    const told = variant!.told!(lines, 1);
    assert.equal(told.length, lines.length);
    told.forEach((line, index) => {
      const { agent_id, ...rest } = line;
      const { agent_id: truly, ...really } = lines[index]!;
      assert.notEqual(agent_id, truly);
      assert.deepEqual(rest, really);
    });
  });
});
