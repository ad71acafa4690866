import assert from 'node:assert/strict';
import type { Observation } from '../../../domain/calibration/observation.ts';
import { absorb, ageOneWave } from '../../../domain/calibration/absorb.ts';
import { emptyCalibration, type CalibrationState } from '../../../domain/calibration/state.ts';
import { predictSuccess } from '../../../domain/calibration/success.ts';
import { typeOffsets } from '../../../domain/calibration/task-types.ts';
import { predictTime, timeDoubt } from '../../../domain/calibration/time.ts';
import { normal, seededRandom } from '../../../domain/model/random.ts';

const task = (change: Partial<Observation>): Observation => ({
  agent_id: 'a',
  risk_level: 'LOW',
  task_type: null,
  attempts: 1,
  success: true,
  execution_time_ms: 1000,
  declared_ms: 1000,
  speed_multiplier: 1,
  ...change,
});
const many = (count: number, change: Partial<Observation>) => Array<Observation>(count).fill(task(change));
const medianOf = (state: CalibrationState, task_type: string | null) =>
  predictTime(state, { agent_id: 'a', risk_level: 'LOW', task_type, declared_ms: 1000, speed_multiplier: 1 }).median_ms;
const successOf = (state: CalibrationState, task_type: string | null) =>
  predictSuccess(state, {
    agent_id: 'a',
    risk_level: 'LOW',
    task_type,
    declared: 0.9,
    confidence_weight: 1,
    prediction_bias: 0,
  }).mean;

describe('task types', () => {
  it('an agent that is twice as fast at one type as at the other is known to be', () => {
    let state = emptyCalibration();
    for (let wave = 0; wave < 5; wave++) {
      const code = many(6, { task_type: 'code', execution_time_ms: 707 });
      const text = many(6, { task_type: 'text', execution_time_ms: 1414 });
      state = absorb(ageOneWave(state), [...code, ...text]);
    }
    const ratio = medianOf(state, 'text') / medianOf(state, 'code');
    assert.ok(ratio > 1.8 && ratio < 2.1, `${ratio}`);
    assert.ok(Math.abs(medianOf(state, null) / 1000 - 1) < 0.05, `${medianOf(state, null)}`);
    assert.equal(medianOf(state, 'new'), medianOf(state, null));
  });

  it('a type that is seldom met and takes far longer is learned too, and is taken for no change of the agent', () => {
    const random = seededRandom('seldom');
    let state = emptyCalibration();
    for (let wave = 0; wave < 6; wave++) {
      const usual = Array.from({ length: 18 }, () => [1000, 'usual'] as const);
      const own = [
        ...usual,
        ...([
          [4000, 'seldom'],
          [4000, 'seldom'],
        ] as const),
      ].map(([ms, task_type]) => task({ task_type, execution_time_ms: ms * Math.exp(0.15 * normal(random)) }));
      state = absorb(ageOneWave(state), own);
    }
    assert.ok(Math.abs(medianOf(state, 'seldom') / 4000 - 1) < 0.1, `${medianOf(state, 'seldom')}`);
    assert.ok(Math.abs(medianOf(state, 'usual') / 1000 - 1) < 0.1, `${medianOf(state, 'usual')}`);
    assert.equal(state.drift['a']?.alarm, null);
  });

  it('a new type beside known ones is taken for no change of the agent, and soon known', () => {
    const alarms = [4, 10, 16].map((count) => {
      let alarmed = 0;
      for (let seed = 0; seed < 20; seed++) {
        const random = seededRandom('new', count, seed);
        const wave = (types: readonly (readonly [string, number])[]) =>
          types
            .map((type) => [random(), ...type] as const)
            .sort(([one], [other]) => one - other)
            .map(([, task_type, ms]) => task({ task_type, execution_time_ms: ms * Math.exp(0.15 * normal(random)) }));
        const of = (number: number, type: string, ms: number) =>
          Array.from({ length: number }, () => [type, ms] as const);
        let state = emptyCalibration();
        for (let age = 0; age < 8; age++) state = absorb(ageOneWave(state), wave(of(20, 'usual', 1000)));
        for (let age = 0; age < 5; age++) {
          state = absorb(ageOneWave(state), wave([...of(20 - count, 'usual', 1000), ...of(count, 'new', 4000)]));
        }
        if (state.drift['a']?.alarm) alarmed += 1;
        assert.ok(Math.abs(Math.log(medianOf(state, 'new') / 4000)) < 0.3, `${count}: ${medianOf(state, 'new')}`);
      }
      return alarmed;
    });
    assert.ok(
      alarms.every((alarmed) => alarmed <= 1),
      alarms.join(' '),
    );
  });

  it('what lies between types is no noise of an attempt', () => {
    const random = seededRandom('noise');
    let state = emptyCalibration();
    for (let wave = 0; wave < 20; wave++) {
      const both = Array.from({ length: 10 }, () =>
        (
          [
            ['quick', 1000],
            ['long', 4000],
          ] as const
        ).map(([task_type, ms]) => task({ task_type, execution_time_ms: ms * Math.exp(0.15 * normal(random)) })),
      );
      state = absorb(ageOneWave(state), both.flat());
    }
    const { sd_log } = predictTime(state, {
      agent_id: 'a',
      risk_level: 'LOW',
      task_type: 'long',
      declared_ms: 1000,
      speed_multiplier: 1,
    });
    assert.ok(sd_log > 0.14 && sd_log < 0.2, `${sd_log}`);
    assert.ok(Math.abs(timeDoubt(state, 'a', 'LOW').noise_variance - sd_log ** 2) < 1e-9);
  });

  it('an agent that becomes slower at all types is noticed by any one of them, whose times are then known', () => {
    const slow = (count: number, factor: number) =>
      many(count, { task_type: 'slow', execution_time_ms: 8000 * factor });
    const fast = (count: number, factor: number) =>
      many(count, { task_type: 'fast', execution_time_ms: 1000 * factor });
    let known = emptyCalibration();
    for (let wave = 0; wave < 8; wave++) known = absorb(ageOneWave(known), [...fast(18, 1), ...slow(2, 1)]);
    for (const wave of [slow(20, 3), fast(20, 3)]) {
      const state = absorb(ageOneWave(known), wave);
      assert.ok(state.drift['a']?.alarm);
      const type = wave[0]!.task_type;
      const ratio = medianOf(state, type) / wave[0]!.execution_time_ms!;
      assert.ok(ratio > 0.9 && ratio < 1.1, `${type}: ${ratio}`);
    }
  });

  it('nothing is left over where all tasks are of one type', () => {
    for (const count of [1, 2, 20]) {
      const typed = absorb(emptyCalibration(), many(count, { task_type: 'code', execution_time_ms: 2000 }));
      assert.deepEqual(typeOffsets(typed, 'a', 'code'), { time: 0, success: 0 });
    }
  });

  it('tasks of no type are a group beside those of one', () => {
    let state = emptyCalibration();
    for (let wave = 0; wave < 5; wave++) {
      const both = Array.from({ length: 6 }, () => [task({}), task({ task_type: 'slow', execution_time_ms: 2000 })]);
      state = absorb(ageOneWave(state), both.flat());
    }
    const [plain, slow] = [medianOf(state, null), medianOf(state, 'slow')];
    assert.ok(Math.abs(plain / 1000 - 1) < 0.1 && Math.abs(slow / 2000 - 1) < 0.1, `${plain} and ${slow}`);
  });

  it('types that mean nothing change next to nothing, also where some tasks straggle', () => {
    const random = seededRandom('types', 1);
    let off = 0;
    for (let agent = 0; agent < 50; agent++) {
      let state = emptyCalibration();
      for (let wave = 0; wave < 6; wave++) {
        const seen = Array.from({ length: 6 }, () => {
          const straggles = random() < 0.03 ? 8 : 1;
          const execution_time_ms = 1000 * straggles * Math.exp(0.1 * normal(random));
          return task({ task_type: `t${Math.floor(4 * random())}`, execution_time_ms, success: random() < 0.97 });
        });
        state = absorb(ageOneWave(state), seen);
      }
      off += Math.max(...['t0', 't1', 't2', 't3'].map((type) => Math.abs(typeOffsets(state, 'a', type).time)));
    }
    assert.ok(off / 50 < 0.02, `${off / 50}`);
  });

  it('times before an agent changed say nothing of its types either', () => {
    let state = emptyCalibration();
    for (let wave = 0; wave < 5; wave++) state = absorb(ageOneWave(state), many(20, { task_type: 'code' }));
    const halves = (type: string) => [
      ...many(10, { task_type: type }),
      ...many(10, { task_type: type, execution_time_ms: 3000 }),
    ];
    const typed = absorb(ageOneWave(state), halves('code'));
    assert.equal(typed.drift['a']!.alarm?.became, 'slower');
    assert.equal(medianOf(typed, 'code'), medianOf(typed, null));
    assert.ok(Math.abs(typed.types['a']!['code']!.time_sum) < 1e-9);
  });

  it('success is told apart by type too, and stays a probability', () => {
    let state = emptyCalibration();
    for (let wave = 0; wave < 5; wave++) {
      const failed = many(6, { task_type: 'code', success: false, execution_time_ms: null });
      state = absorb(ageOneWave(state), [...many(6, { task_type: 'text' }), ...failed]);
    }
    assert.ok(successOf(state, 'text') > successOf(state, null) + 0.2);
    assert.ok(successOf(state, 'code') < successOf(state, null) - 0.2);
    assert.ok(successOf(state, 'code') >= 0 && successOf(state, 'text') <= 1);
  });

  it('the state stays small: of many types, an agent keeps the 32 seen most of late', () => {
    let state = emptyCalibration();
    for (let wave = 0; wave < 90; wave++) {
      state = absorb(ageOneWave(state), [...many(3, { task_type: 'often' }), task({ task_type: `once_${wave}` })]);
    }
    const kept = Object.keys(state.types['a']!);
    assert.equal(kept.length, 32);
    assert.ok(kept.includes('often') && kept.includes('once_89') && !kept.includes('once_0'), kept.join(' '));
    assert.ok(JSON.stringify(state).length < 6_000);
  });

  it('types named like properties of every object are types', () => {
    const state = absorb(emptyCalibration(), [task({ task_type: 'constructor' }), task({ task_type: '__proto__' })]);
    assert.deepEqual(Object.keys(state.types['a']!), ['__proto__', 'constructor']);
    assert.equal(typeOffsets(emptyCalibration(), 'a', 'constructor').time, 0);
  });
});
