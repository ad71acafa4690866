import assert from 'node:assert/strict';
import type { AgentResult } from '../../../domain/metrics/agent-results.ts';
import { startParameters, type TunedParameters } from '../../../domain/model/agent.ts';
import { DEFAULT_TARGETS } from '../../../domain/model/targets.ts';
import { ownSteps } from '../../../domain/tuning/own-steps.ts';
import { result } from './agent-fixture.ts';

function steps(
  measured: AgentResult,
  parameters: Partial<TunedParameters> = {},
  bestLower = 0,
  maxAttempts = 6,
): Record<string, number> {
  const evidence = {
    result: measured,
    parameters: { ...startParameters(4), ...parameters },
    targets: DEFAULT_TARGETS,
    maxAttempts,
    fleetSize: 2,
    bestLower,
  };
  return Object.fromEntries(ownSteps(evidence).map(({ parameter, by }) => [parameter, Math.round(by * 100) / 100]));
}

describe('ownSteps', () => {
  it('asks for nothing at target, with too few attempts, or with none', () => {
    assert.deepEqual(steps(result(90, 100)), {});
    assert.deepEqual(steps(result(3, 4)), {});
    assert.deepEqual(steps(result(0, 0, { utilization: 0, throughput: 0 })), {});
  });

  it('trusts declared predictions of a surely failing agent less', () => {
    // 70 of 100: 0.604–0.781; 1 − (1 − 0.604)³ is 0.938, so three attempts are enough.
    assert.deepEqual(steps(result(70, 100)), { confidence_weight: -0.05 });
  });

  it('slows one whose attempts cannot make up for its failures', () => {
    // 41 of 100: 0.319–0.508; 1 − (1 − 0.508)³ is 0.881, with four attempts 0.942.
    const measured = result(41, 100);
    assert.equal(steps(measured)['speed_multiplier'], -0.05);
    assert.equal(steps(measured, { retry_threshold: 4 })['speed_multiplier'], undefined);
    assert.equal(steps(measured, { retry_threshold: 4 }, 0, 3)['speed_multiplier'], -0.05, 'the run allows three');
  });

  it('gives more attempts where the lower bound needs more than there are', () => {
    // 55 of 100: 0.452–0.644; 1 − (1 − 0.452)³ is 0.835, with four attempts 0.91.
    const measured = result(55, 100);
    assert.equal(steps(measured)['retry_threshold'], 1);
    assert.equal(steps(measured, { retry_threshold: 4 })['retry_threshold'], undefined);
  });

  it('gives fewer attempts to one that mostly fails, if another is surely better', () => {
    // 20 of 100: 0.133–0.289.
    const measured = result(20, 100);
    assert.equal(steps(measured, {}, 0.3)['retry_threshold'], -1);
    assert.equal(steps(measured, {}, 0.28)['retry_threshold'], 1);
  });

  it('takes extra attempts from a surely good agent, down to the start', () => {
    const measured = result(100, 100);
    assert.equal(steps(measured, { retry_threshold: 4 })['retry_threshold'], -1);
    assert.equal(steps(measured, { retry_threshold: 3 })['retry_threshold'], undefined);
    assert.equal(steps(measured, { retry_threshold: 2 })['retry_threshold'], undefined);
  });

  it('hurries a surely good agent only where its throughput is short', () => {
    assert.equal(steps(result(100, 100, { throughput: 17.4 }))['speed_multiplier'], 0.05);
    assert.equal(steps(result(100, 100, { throughput: 17.5 }))['speed_multiplier'], undefined);
    assert.equal(steps(result(90, 100, { throughput: 1 }))['speed_multiplier'], undefined);
  });

  it('restores the weight of declared predictions, up to the start', () => {
    const measured = result(100, 100);
    assert.equal(steps(measured, { confidence_weight: 0.9 })['confidence_weight'], 0.05);
    assert.equal(steps(measured, { confidence_weight: 0.98 })['confidence_weight'], 0.02);
    assert.equal(steps(measured, { confidence_weight: 1 })['confidence_weight'], undefined);
    assert.equal(steps(measured, { confidence_weight: 1.1 })['confidence_weight'], undefined);
  });

  it('widens a surely good agent that is busier than halfway between target and 1', () => {
    assert.equal(steps(result(100, 100, { utilization: 0.85 }))['max_parallel_tasks'], 1);
    assert.equal(steps(result(100, 100, { utilization: 0.84 }))['max_parallel_tasks'], undefined);
    assert.equal(steps(result(90, 100, { utilization: 0.95 }))['max_parallel_tasks'], undefined);
  });

  it('narrows an agent whose attempts wait for each other, whatever else it does', () => {
    const steps4 = (change: Partial<AgentResult>) =>
      steps(result(100, 100, { utilization: 0.95, ...change }), { max_parallel_tasks: 4 })['max_parallel_tasks'];
    assert.equal(steps4({ slowdown: 1.51 }), -1);
    assert.equal(steps4({ slowdown: 1.5 }), undefined);
    assert.equal(steps4({ slowdown: 1.2 }), 1);
    assert.equal(steps4({ slowdown: null }), 1);
    assert.equal(steps(result(100, 100, { slowdown: 3 }), { max_parallel_tasks: 1 })['max_parallel_tasks'], undefined);
  });

  it('narrows an idle agent whose work fits in one task less', () => {
    assert.equal(steps(result(90, 100, { utilization: 0.5 }))['max_parallel_tasks'], -1);
    assert.equal(steps(result(90, 100, { utilization: 0.51 }))['max_parallel_tasks'], undefined);
    assert.equal(steps(result(90, 100, { utilization: 0.69 }), { max_parallel_tasks: 4 })['max_parallel_tasks'], -1);
    assert.equal(
      steps(result(90, 100, { utilization: 0.7 }), { max_parallel_tasks: 4 })['max_parallel_tasks'],
      undefined,
    );
  });
});
