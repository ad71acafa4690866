import assert from 'node:assert/strict';
import { rebase } from '../../../domain/calibration/rebase.ts';
import { absorb } from '../../../domain/calibration/absorb.ts';
import type { Observation } from '../../../domain/calibration/observation.ts';
import { emptyCalibration } from '../../../domain/calibration/state.ts';
import { predictTime } from '../../../domain/calibration/time.ts';
import type { Prediction, RiskLevel } from '../../../domain/model/task.ts';

const declared = (task_id: string, agent_id: string | null, execution_time_ms: number): Prediction => ({
  task_id,
  agent_id,
  success_probability: 0.9,
  confidence_delta: 0,
  execution_time_ms,
});
const took = (
  agent_id: string,
  risk_level: RiskLevel,
  declared_ms: number,
  execution_time_ms: number,
): Observation => ({
  agent_id,
  risk_level,
  task_type: null,
  attempts: 1,
  success: true,
  execution_time_ms,
  declared_ms,
  speed_multiplier: 1,
});
const tasks = new Map([
  ['t1', { risk_level: 'LOW' as const, task_type: null }],
  ['t2', { risk_level: 'MEDIUM' as const, task_type: null }],
]);
/** Agent `a` takes 1.5 times what is declared, agent `b` what is declared. */
const learned = absorb(
  emptyCalibration(),
  Array.from({ length: 6 }, () => [
    took('a', 'LOW', 100, 150),
    took('a', 'MEDIUM', 200, 300),
    took('b', 'LOW', 100, 100),
  ]).flat(),
);
const before = [declared('t1', 'a', 100), declared('t2', 'a', 200), declared('t1', 'b', 100)];
const median = (state: typeof learned, agent_id: string, risk_level: RiskLevel, declared_ms: number) =>
  predictTime(state, { agent_id, risk_level, task_type: null, declared_ms, speed_multiplier: 1 }).median_ms;
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-9 * Math.abs(expected), `${actual} is not ${expected}`);

describe('rebase', () => {
  it('gives the state that would have been learned from what is declared now', () => {
    const now = [declared('t1', 'a', 150), declared('t2', 'a', 300), declared('t1', 'b', 100)];
    const again = absorb(
      emptyCalibration(),
      Array.from({ length: 6 }, () => [
        took('a', 'LOW', 150, 150),
        took('a', 'MEDIUM', 300, 300),
        took('b', 'LOW', 100, 100),
      ]).flat(),
    );
    const rebased = rebase(learned, { before, now, tasks });
    for (const risk of ['LOW', 'MEDIUM', 'HIGH'] as const) {
      near(median(rebased, 'a', risk, 150), median(again, 'a', risk, 150));
      near(median(rebased, 'b', risk, 150), median(learned, 'b', risk, 150));
    }
    assert.ok(median(learned, 'a', 'LOW', 150) > 1.3 * median(rebased, 'a', 'LOW', 150), 'else it would count twice');
  });

  it('moves each risk level by its own tasks, and one without tasks by all', () => {
    const now = [declared('t1', 'a', 100), declared('t2', 'a', 400), declared('t1', 'b', 100)];
    const { agents } = rebase(learned, { before, now, tasks });
    near(agents['a']!.LOW!.time_sum, learned.agents['a']!.LOW!.time_sum);
    near(agents['a']!.MEDIUM!.time_sum, 6 * Math.log(300 / 400));
    const lost = rebase(learned, { before: before.slice(0, 1), now: [declared('t1', 'a', 200)], tasks });
    near(lost.agents['a']!.MEDIUM!.time_sum, 6 * Math.log(300 / 400));
  });

  it('reads a row for all agents as that of each', () => {
    const { agents } = rebase(learned, {
      before: [declared('t1', null, 100)],
      now: [declared('t1', 'a', 150), declared('t1', null, 100)],
      tasks,
    });
    assert.ok(Math.abs(agents['a']!.LOW!.time_sum) < 1e-12);
    assert.equal(agents['b']!.LOW!.time_sum, learned.agents['b']!.LOW!.time_sum);
  });

  for (const fastType of ['fast', null])
    it(`moves what is left over of a type whose times alone are corrected, and not that of ${fastType ?? 'tasks of no type'}`, () => {
      const fast: Observation = { ...took('a', 'LOW', 100, 100), task_type: fastType };
      const slow: Observation = { ...took('a', 'LOW', 100, 200), task_type: 'slow' };
      const known = absorb(emptyCalibration(), Array.from({ length: 10 }, () => [fast, slow]).flat());
      const of = (state: typeof known, task_type: string | null, declared_ms: number) =>
        predictTime(state, { agent_id: 'a', risk_level: 'LOW', task_type, declared_ms, speed_multiplier: 1 }).median_ms;
      const rebased = rebase(known, {
        before: [declared('f', null, 100), declared('s', null, 100)],
        now: [declared('f', null, 100), declared('s', null, 200)],
        tasks: new Map([
          ['f', { risk_level: 'LOW', task_type: fastType }],
          ['s', { risk_level: 'LOW', task_type: 'slow' }],
        ]),
      });
      for (const [type, before, now] of [
        [fastType, 100, 100],
        ['slow', 100, 200],
      ] as const) {
        const ratio = of(rebased, type, now) / of(known, type, before);
        assert.ok(Math.abs(ratio - 1) < 0.06, `${type}: ${ratio}`);
      }
      assert.ok(Math.abs(of(rebased, 'slow', 200) / of(rebased, fastType, 100) - 2) < 0.2);
    });

  it('is the same state where nothing is declared otherwise, or no task is declared both times', () => {
    assert.equal(rebase(learned, { before, now: before, tasks }), learned);
    assert.equal(rebase(learned, { before, now: [declared('t9', 'a', 1)], tasks }), learned);
    assert.equal(rebase(learned, { before: [], now: before, tasks }), learned);
  });
});
