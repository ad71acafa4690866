import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Observation } from '../../../domain/calibration/observation.ts';
import { absorb, ageOneWave, seedFromSummary } from '../../../domain/calibration/absorb.ts';
import { agentCells, emptyCalibration } from '../../../domain/calibration/state.ts';

const task = (change: Partial<Observation> = {}): Observation => ({
  agent_id: 'a',
  risk_level: 'LOW',
  task_type: null,
  attempts: 1,
  success: true,
  execution_time_ms: 200,
  declared_ms: 100,
  speed_multiplier: 1,
  ...change,
});

describe('absorbing what was observed', () => {
  it('counts attempts as trials and the last as the success', () => {
    const state = absorb(emptyCalibration(), [task({ attempts: 3 }), task({ attempts: 2, success: false })]);
    const cell = agentCells(state, 'a')?.LOW;
    assert.deepEqual([cell?.successes, cell?.trials, cell?.time_n], [1, 5, 1]);
    assert.equal(cell?.time_sum, Math.log(2));
    assert.equal(cell?.time_sum_sq, Math.log(2) ** 2);
  });

  it('takes the pace out of the time', () => {
    const state = absorb(emptyCalibration(), [task({ execution_time_ms: 100, speed_multiplier: 1.25 })]);
    assert.equal(agentCells(state, 'a')?.LOW?.time_sum, Math.log(1.25));
  });

  it('skips times of failures and unknown times, and tasks that never started', () => {
    const state = absorb(emptyCalibration(), [
      task({ success: false }),
      task({ execution_time_ms: null }),
      task({ declared_ms: null }),
      task({ declared_ms: 0 }),
      task({ agent_id: 'idle', attempts: 0, success: false }),
    ]);
    assert.deepEqual(agentCells(state, 'a')?.LOW, { successes: 3, trials: 4, time_n: 0, time_sum: 0, time_sum_sq: 0 });
    assert.equal(agentCells(state, 'idle'), undefined);
  });

  it('pulls in log-times beyond 2.5 predictive standard deviations, and leaves nearer ones', () => {
    // Before evidence the standard deviation is √(0.5² + 0.35² + 0.3²) = 0.68007, so the reach is 1.70018.
    const sumOf = (actual: number) =>
      agentCells(absorb(emptyCalibration(), [task({ execution_time_ms: actual })]), 'a')?.LOW?.time_sum ?? NaN;
    assert.equal(sumOf(540), Math.log(5.4));
    assert.ok(Math.abs(sumOf(100_000) - 1.7001838135919303) < 1e-12);
    assert.ok(Math.abs(sumOf(0) + 1.7001838135919303) < 1e-12);
  });

  it('caps the weight of a cell at 30 trials and keeps its share', () => {
    const exact = absorb(emptyCalibration(), [task({ attempts: 30 })]);
    assert.equal(agentCells(exact, 'a')?.LOW?.successes, 1);
    const capped = absorb(emptyCalibration(), [
      ...Array<Observation>(45).fill(task()),
      task({ attempts: 15, success: false }),
    ]);
    const cell = agentCells(capped, 'a')?.LOW;
    assert.equal(cell?.trials, 30);
    assert.equal(cell?.successes, 22.5);
    assert.equal(cell?.time_n, 45);
  });

  it('ages success by 0.97 and time by 0.9, and counts the wave', () => {
    const before = absorb(emptyCalibration(), [task({ attempts: 2 })]);
    const after = ageOneWave(before);
    assert.equal(after.waves, 1);
    assert.deepEqual(agentCells(after, 'a')?.LOW, {
      successes: 0.97,
      trials: 1.94,
      time_n: 0.9,
      time_sum: Math.log(2) * 0.9,
      time_sum_sq: Math.log(2) ** 2 * 0.9,
    });
    assert.equal(agentCells(before, 'a')?.LOW?.trials, 2, 'the state before is untouched');
  });

  it('seeds from the summary once, per attempt, and never over evidence', () => {
    const known = absorb(emptyCalibration(), [task()]);
    const summary = { a: { success_rate: 0.1, retry_rate: 0 }, b: { success_rate: 0.9, retry_rate: 0.2 } };
    const seeded = seedFromSummary(known, summary);
    assert.deepEqual(agentCells(seeded, 'a'), agentCells(known, 'a'));
    assert.equal(agentCells(seeded, 'b')?.UNKNOWN?.trials, 6);
    assert.ok(Math.abs((agentCells(seeded, 'b')?.UNKNOWN?.successes ?? NaN) - 4.5) < 1e-12);
    assert.deepEqual(seedFromSummary(seeded, summary), seeded);
  });

  it('takes agents named like properties of every object', () => {
    assert.equal(agentCells(emptyCalibration(), 'constructor'), undefined);
    const state = absorb(emptyCalibration(), [task({ agent_id: 'constructor' })]);
    assert.equal(agentCells(state, 'constructor')?.LOW?.trials, 1);
  });

  it('survives JSON, and does not depend on which agent was seen first', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd')), (ids) => {
        const state = absorb(
          emptyCalibration(),
          ids.map((agent_id) => task({ agent_id })),
        );
        const reversed = absorb(
          emptyCalibration(),
          ids.toReversed().map((agent_id) => task({ agent_id })),
        );
        assert.deepEqual(JSON.parse(JSON.stringify(state)), state);
        assert.equal(JSON.stringify(state), JSON.stringify(reversed));
      }),
    );
  });

  it('keeps every cell within 0 ≤ successes ≤ trials ≤ 30, whatever the history', () => {
    const observation = fc.record({
      agent_id: fc.constantFrom('a', 'b'),
      risk_level: fc.constantFrom('LOW' as const, 'UNKNOWN' as const),
      task_type: fc.constantFrom('code', null),
      attempts: fc.integer({ min: 1, max: 6 }),
      success: fc.boolean(),
      execution_time_ms: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })),
      declared_ms: fc.option(fc.double({ min: 1e-3, max: 1e6, noNaN: true })),
      speed_multiplier: fc.double({ min: 0.5, max: 1.3, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(observation, { maxLength: 40 }), { maxLength: 8 }), (waves) => {
        let state = emptyCalibration();
        for (const wave of waves) state = absorb(ageOneWave(state), wave);
        assert.equal(state.waves, waves.length);
        for (const cells of Object.values(state.agents)) {
          for (const cell of Object.values(cells)) {
            assert.ok(cell.successes >= 0 && cell.successes <= cell.trials + 1e-9 && cell.trials <= 30);
            assert.ok(Number.isFinite(cell.time_sum) && cell.time_sum_sq >= 0);
          }
        }
      }),
    );
  });
});
