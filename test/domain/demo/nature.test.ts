import assert from 'node:assert/strict';
import type { Observation } from '../../../domain/calibration/observation.ts';
import { absorb, ageOneWave } from '../../../domain/calibration/absorb.ts';
import { emptyCalibration } from '../../../domain/calibration/state.ts';
import { predictSuccess } from '../../../domain/calibration/success.ts';
import { demoFleet } from '../../../domain/demo/fleet.ts';
import { predictTask } from '../../../domain/demo/predictions.ts';
import { demoTasks } from '../../../domain/demo/tasks.ts';
import { simulatedAttempt, successProbability } from '../../../domain/simulation/simulated-agent.ts';

const SEED = 22;
const fleet = demoFleet(6, SEED);
const steady = fleet.filter((agent) => agent.role !== 'flaky');

/** All tasks of a wave, shared out in turn; every task is tried until it succeeds, six times at most. */
function wave(number: number): Observation[] {
  return demoTasks(number, 240, SEED).map((task, index) => {
    const able = fleet.filter((agent) => task.capabilities.every((one) => agent.capabilities.includes(one)));
    const pool = task.risk === 'HIGH' ? able.filter((agent) => agent.role !== 'flaky') : able;
    const agent = pool[index % pool.length]!;
    const row = predictTask(task, agent, SEED, 0);
    for (let attempt = 1; ; attempt++) {
      const answer = simulatedAttempt(agent, {
        task_id: task.task_id,
        attempt,
        generation: 1,
        wave: number,
        declared: row.predicted_success_probability,
        declared_ms: row.predicted_execution_time,
        payload: row['payload'] ?? null,
        speed_multiplier: 1.1,
        elapsed_ms: 0,
      });
      if (!answer.success && attempt < 6) continue;
      return {
        agent_id: agent.agent_id,
        risk_level: task.risk,
        task_type: null,
        attempts: attempt,
        success: answer.success,
        execution_time_ms: answer.duration_ms,
        declared_ms: row.predicted_execution_time,
        speed_multiplier: 1.1,
      };
    }
  });
}

describe('the nature of the demo fleet', () => {
  it('has one slow agent, one flaky one, and others between 0.8 and 1.3', () => {
    assert.deepEqual(
      fleet.filter((agent) => agent.role === 'slow').map((agent) => agent.speed),
      [0.45],
    );
    assert.deepEqual(
      fleet.filter((agent) => agent.role === 'flaky').map((agent) => agent.reliability),
      [0.78],
    );
    for (const agent of fleet.filter((one) => one.role !== 'slow')) assert.ok(agent.speed >= 0.8 && agent.speed <= 1.3);
    assert.equal(new Set(fleet.map((agent) => agent.speed)).size, 6);
  });

  it('declares the flaky agent far surer than it is, and the others about right', () => {
    const tasks = demoTasks(1, 240, SEED);
    for (const agent of fleet) {
      const gaps = tasks.map((task) => {
        const declared = predictTask(task, agent, SEED, 0).predicted_success_probability;
        return declared - successProbability(agent, task.typical_success, 1);
      });
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      if (agent.role === 'flaky') assert.ok(mean > 0.12 && mean < 0.18, `${mean}`);
      else assert.ok(Math.abs(mean) < 0.06, `${agent.agent_id}: ${mean}`);
    }
  });

  it('declares enough for the gate: HIGH 0.95, MEDIUM 0.75 after three penalties of 0.05, LOW 0.5', () => {
    const least = { HIGH: 0.95, MEDIUM: 0.75 + 0.15, LOW: 0.5 + 0.15 };
    for (const number of [1, 2, 3]) {
      for (const task of demoTasks(number, 240, SEED)) {
        for (const agent of steady) {
          const declared = predictTask(task, agent, SEED, 0).predicted_success_probability;
          assert.ok(declared >= least[task.risk], `${task.task_id} on ${agent.agent_id}: ${declared}`);
        }
      }
    }
  });

  it('keeps two agents per capability above 0.9 for HIGH, whatever three waves teach', () => {
    let calibration = emptyCalibration();
    for (const number of [1, 2, 3]) {
      const observations = wave(number);
      assert.ok(observations.every((one) => one.success));
      calibration = absorb(ageOneWave(calibration), observations);
      for (const capability of ['vision', 'long_context'] as const) {
        const trusted = steady.filter((agent) => {
          const declared = 0.97 + agent.declared_shift;
          const question = {
            risk_level: 'HIGH',
            task_type: null,
            declared,
            confidence_weight: 1,
            prediction_bias: 0,
          } as const;
          const { mean } = predictSuccess(calibration, { agent_id: agent.agent_id, ...question });
          return agent.capabilities.includes(capability) && Math.min(declared, mean) >= 0.9;
        });
        assert.ok(trusted.length >= 2, `wave ${number}, ${capability}: ${trusted.length}`);
      }
    }
  });

  it('is slower than the target at two slots each, and faster at four', () => {
    const speed = fleet.reduce((sum, agent) => sum + agent.speed, 0);
    for (const number of [1, 2, 3]) {
      const work = demoTasks(number, 240, SEED).reduce((sum, task) => sum + task.typical_ms, 0) * 1.07;
      const bestSeconds = (slots: number) => work / (speed * slots) / 1000;
      assert.ok(240 / bestSeconds(2) < 30, `${240 / bestSeconds(2)}`);
      assert.ok(240 / bestSeconds(4) > 40, `${240 / bestSeconds(4)}`);
    }
  });
});
