import assert from 'node:assert/strict';
import { NO_DRIFT, watchDrift } from '../../../domain/calibration/drift-watch.ts';
import type { Observation } from '../../../domain/calibration/observation.ts';
import { absorb, ageOneWave } from '../../../domain/calibration/absorb.ts';
import { emptyCalibration, type CalibrationState } from '../../../domain/calibration/state.ts';
import { predictTime } from '../../../domain/calibration/time.ts';
import { normal, seededRandom } from '../../../domain/model/random.ts';

const normals = (count: number, mean: number, seed: number) => {
  const random = seededRandom('drift', seed);
  return Array.from({ length: count }, () => mean + normal(random));
};

describe('the watch for drift', () => {
  it('counts by hand, and says from when on the agent had changed', () => {
    // slower: 0, 0.5, 2.5, 4.5, 6.5, 8.5.
    const { sums, changed } = watchDrift(NO_DRIFT, [-1, 1, 2.5, 2.5, 2.5, 2.5, 0]);
    assert.deepEqual(changed, { from: 1, became: 'slower' });
    assert.deepEqual(sums, { slower: 0, faster: 0 });
    assert.deepEqual(watchDrift(NO_DRIFT, [2, 2, -3]).sums, { slower: 0, faster: 2.5 });
    assert.deepEqual(watchDrift({ slower: 7, faster: 0 }, [2.5]).changed, { from: 0, became: 'slower' });
  });

  it('takes alarm after alarm in one direction for one change, and forgets no more than it must', () => {
    const { sums, changed } = watchDrift(NO_DRIFT, [-1, ...new Array<number>(30).fill(2.5), 1]);
    assert.deepEqual(changed, { from: 1, became: 'slower' });
    assert.deepEqual(sums, { slower: 0, faster: 0 });
  });

  it('gives a false alarm about once in 9,600 attempts, and finds a change within some', () => {
    const alarms = Array.from({ length: 40 }, (_, seed) => watchDrift(NO_DRIFT, normals(2_400, 0, seed)).changed);
    const share = alarms.filter((alarm) => alarm !== null).length / alarms.length;
    // 1 − e^(−2400 ÷ 9600) = 0.22.
    assert.ok(share > 0.05 && share < 0.45, `${share}`);
    for (const [shift, within] of [
      [1, 60],
      [-2, 20],
    ] as const) {
      const found = Array.from({ length: 40 }, (_, seed) => watchDrift(NO_DRIFT, normals(within, shift, seed)).changed);
      assert.ok(
        found.every((alarm) => alarm?.became === (shift > 0 ? 'slower' : 'faster')),
        `shift ${shift}`,
      );
    }
  });
});

describe('an agent that changes', () => {
  const scattered = (logTime: number): Observation => ({
    agent_id: 'a',
    risk_level: 'LOW',
    task_type: null,
    attempts: 1,
    success: true,
    execution_time_ms: 1000 * Math.exp(logTime),
    declared_ms: 1000,
    speed_multiplier: 1,
  });
  const took = (factor: number, seed: number) => scattered(Math.log(factor) + 0.15 * normals(1, 0, seed)[0]!);
  const wave = (state: CalibrationState, factor: number, number: number) =>
    absorb(
      ageOneWave(state),
      Array.from({ length: 8 }, (_, index) => took(factor, 100 * number + index)),
    );
  const question = {
    agent_id: 'a',
    risk_level: 'LOW',
    task_type: null,
    declared_ms: 1000,
    speed_multiplier: 1,
  } as const;
  const median = (state: CalibrationState) => predictTime(state, question).median_ms;

  it('is believed after one wave, once it was known well', () => {
    let state = emptyCalibration();
    for (let number = 0; number < 10; number++) state = wave(state, 1, number);
    assert.equal(state.drift['a']?.alarm, null);
    const blind = wave({ ...state, drift: {} }, 1, 11);
    assert.equal(blind.drift['a']?.alarm, null);
    state = wave(state, 2.5, 12);
    assert.deepEqual(state.drift['a']?.alarm, { wave: 11, became: 'slower' });
    assert.ok(Math.abs(median(state) / 2500 - 1) < 0.15, `${median(state)}`);
  });

  it('has not changed when it was new, however far it is from what was declared', () => {
    assert.equal(wave(emptyCalibration(), 3, 1).drift['a']?.alarm, null);
  });

  it('is learned however far from what was declared it is, new or changed, with one alarm at most', () => {
    for (const factor of [20, 100, 1000]) {
      const known = Array.from({ length: 8 }).reduce<CalibrationState>(
        (state, _, n) => wave(state, 1, n),
        emptyCalibration(),
      );
      for (const [start, alarms] of [
        [emptyCalibration(), 0],
        [known, 1],
      ] as const) {
        let state = start;
        let found = 0;
        for (let number = 20; number < 24; number++) {
          state = wave(state, factor, number);
          if (state.drift['a']?.alarm?.wave === state.waves) found++;
        }
        assert.ok(Math.abs(median(state) / (1000 * factor) - 1) < 0.15, `${factor}: ${median(state)}`);
        assert.equal(found, alarms, `${factor}`);
      }
    }
  });

  it('is noticed also where it does one task every second wave', () => {
    let state = emptyCalibration();
    let alarm: number | null = null;
    for (let number = 0; number < 120 && alarm === null; number++) {
      state = number % 2 === 0 ? absorb(ageOneWave(state), [took(number < 60 ? 1 : 8, number)]) : ageOneWave(state);
      if (state.drift['a']?.alarm) alarm = number;
    }
    assert.ok(alarm !== null && alarm > 60 && alarm < 80, `${alarm}`);
  });

  it('has not changed when its times scatter far more than the model begins with, and that they do is learned', () => {
    const waves = 20;
    const [perWave, agents] = [12, 40];
    let alarms = 0;
    const spreads: number[] = [];
    for (let agent = 0; agent < agents; agent++) {
      const random = seededRandom('scatter', agent);
      let state = emptyCalibration();
      for (let number = 0; number < waves; number++) {
        const before = ageOneWave(state);
        const times = Array.from({ length: perWave }, () => scattered(0.6 * normal(random)));
        state = absorb(before, times);
        if (state.drift['a']?.alarm?.wave === state.waves) alarms++;
      }
      spreads.push(predictTime(state, question).sd_log);
    }
    // One alarm in some 5,000 attempts; held against a scatter of 0.3 for ever, one in 600.
    assert.ok(alarms <= 5, `${alarms} alarms in ${agents * waves * perWave} attempts`);
    const spread = spreads.reduce((sum, value) => sum + value, 0) / agents;
    assert.ok(Math.abs(spread - 0.6) < 0.06, `${spread}`);
  });

  it('has seldom changed by mistake, whatever its scatter and its tasks a wave', function () {
    this.timeout(60_000);
    const [agents, attempts] = [60, 2_400];
    for (const perWave of [6, 12, 24]) {
      for (const scatter of [0.3, 0.6, 1]) {
        let alarms = 0;
        for (let agent = 0; agent < agents; agent++) {
          const random = seededRandom('seldom', agent, scatter, perWave);
          let state = emptyCalibration();
          for (let number = 0; number < attempts / perWave; number++) {
            const times = Array.from({ length: perWave }, () => scattered(scatter * normal(random)));
            const before = state.waves;
            state = absorb(ageOneWave(state), times);
            if ((state.drift['a']?.alarm?.wave ?? 0) > before) alarms++;
          }
        }
        const said = `${alarms} alarms in ${agents * attempts} attempts, ${perWave} a wave, scatter ${scatter}`;
        // Once in 4,000 attempts.
        assert.ok(alarms <= 36, said);
      }
    }
  });

  it('keeps the evidence of a history of many attempts that is taken at once', () => {
    const random = seededRandom('history');
    const kept = Array.from({ length: 40 }, () => {
      const history = Array.from({ length: 120 }, () => scattered(0.6 * normal(random)));
      return absorb(emptyCalibration(), history).agents['a']?.LOW?.time_n ?? 0;
    });
    assert.ok(kept.filter((n) => n === 120).length >= 36, kept.join(' '));
  });
});
