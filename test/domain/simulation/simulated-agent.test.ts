import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SimulatedAgent } from '../../../domain/model/agent.ts';
import {
  simulatedAttempt,
  successProbability,
  type AttemptQuestion,
} from '../../../domain/simulation/simulated-agent.ts';

const agent = (change: Partial<SimulatedAgent> = {}): SimulatedAgent => ({
  agent_id: 'agent_0',
  seed: 22,
  speed: 1,
  reliability: 0.9,
  drift: 0,
  outages: [],
  ...change,
});
const question = (change: Partial<AttemptQuestion> = {}): AttemptQuestion => ({
  task_id: 'task_1_001',
  attempt: 1,
  generation: 1,
  wave: 1,
  declared: 0.93,
  declared_ms: 300,
  speed_multiplier: 1,
  elapsed_ms: 0,
  ...change,
});
const many = (one: SimulatedAgent, change: Partial<AttemptQuestion>, count = 4000) =>
  Array.from({ length: count }, (_, i) => simulatedAttempt(one, question({ ...change, task_id: `t${i}` })));
const near = (value: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(value - expected) <= tolerance, `${value} is not within ${tolerance} of ${expected}`);

describe('a simulated agent', () => {
  it('goes by what the payload says of the work, whatever is declared', () => {
    const payload = { typical_ms: 200, typical_success: 0.93 };
    const told = question({ payload, declared: 0.5, declared_ms: 900 });
    const { duration_ms, success } = simulatedAttempt(agent(), told);
    const plain = simulatedAttempt(agent(), question({ declared: 0.93, declared_ms: 200 }));
    assert.deepEqual({ duration_ms, success }, { duration_ms: plain.duration_ms, success: plain.success });
    const odd = { typical_ms: 0, typical_success: 2 };
    assert.deepEqual(simulatedAttempt(agent(), question({ payload: odd })), simulatedAttempt(agent(), question()));
  });

  it('succeeds with its reliability, a mild task effect, and a penalty for haste only', () => {
    near(successProbability(agent(), 0.93, 1), 0.9, 1e-12);
    near(successProbability(agent(), 0.93, 0.5), 0.9, 1e-12);
    // 0.9 × (1 − 0.15 × 0.2) and 0.9 × (1 + 0.3 × (0.63 − 0.93)).
    near(successProbability(agent(), 0.93, 1.2), 0.873, 1e-12);
    near(successProbability(agent(), 0.63, 1), 0.819, 1e-12);
    assert.equal(successProbability(agent({ reliability: 1 }), 1, 1), 1);
  });

  it('shows that probability in its attempts', () => {
    const share = many(agent({ reliability: 0.78 }), {}).filter((one) => one.success).length / 4000;
    // Four standard errors of a share of 4,000.
    near(share, 0.78, 0.0262);
  });

  it('takes declared ÷ (speed × drift × pace), give or take 15 %', () => {
    const one = agent({ speed: 0.5, drift: 0.1, reliability: 1 });
    const logs = many(one, { declared: 1, wave: 3, speed_multiplier: 1 }).map((a) => Math.log(a.duration_ms));
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    const sd = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length);
    near(mean, Math.log(300 / (0.5 * 1.21)), 0.0095);
    near(sd, 0.15, 0.007);
    const paced = simulatedAttempt(one, question({ declared: 1, speed_multiplier: 1.25 })).duration_ms;
    near(paced * 1.25, simulatedAttempt(one, question({ declared: 1 })).duration_ms, 1e-9);
  });

  it('ends failures early, with an error and half the confidence', () => {
    const failed = many(agent({ reliability: 0 }), {}, 500);
    assert.ok(failed.every((one) => !one.success && one.error === 'simulated failure' && one.confidence <= 0.475));
    const mean = failed.reduce((sum, one) => sum + one.duration_ms, 0) / 500;
    near(mean, 300 * 0.5 * Math.exp(0.15 ** 2 / 2), 10);
  });

  it('answers the same for the same question, and differs by attempt and generation', () => {
    const first = simulatedAttempt(agent(), question());
    assert.deepEqual(simulatedAttempt(agent(), question()), first);
    for (const change of [{ attempt: 2 }, { generation: 2 }, { task_id: 'task_1_002' }]) {
      assert.notEqual(simulatedAttempt(agent(), question(change)).duration_ms, first.duration_ms);
    }
  });

  it('fails in an outage and not a moment after it', () => {
    const one = agent({ reliability: 1, outages: [{ from_ms: 1000, to_ms: 2000 }] });
    const at = (elapsed_ms: number) => simulatedAttempt(one, question({ declared: 1, elapsed_ms }));
    assert.equal(at(0).success, true);
    assert.deepEqual({ ...at(999) }, { duration_ms: 1, success: false, confidence: 0, error: 'simulated outage' });
    assert.equal(at(1000).error, 'simulated outage');
    assert.equal(at(1999).error, 'simulated outage');
    assert.equal(at(2000).success, true);
    assert.ok(at(1500).duration_ms < 60);
  });

  it('always answers with a positive time and a share', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.5, max: 1.3, noNaN: true }),
        (speed, reliability, declared, speed_multiplier) => {
          const answer = simulatedAttempt(agent({ speed, reliability }), question({ declared, speed_multiplier }));
          assert.ok(answer.duration_ms > 0 && Number.isFinite(answer.duration_ms));
          assert.ok(answer.confidence >= 0 && answer.confidence <= 1);
          assert.equal(answer.error === null, answer.success);
        },
      ),
    );
  });
});
