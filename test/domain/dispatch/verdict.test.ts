import assert from 'node:assert/strict';
import type { AttemptFacts } from '../../../domain/dispatch/verdict.ts';
import { confidenceAfterFailures, verdictOf } from '../../../domain/dispatch/verdict.ts';

const FACTS: AttemptFacts = {
  success: false,
  copy: false,
  attempt: 1,
  attemptHere: 1,
  maxAttempts: 6,
  retryThreshold: 3,
  nextConfidence: 0.75,
  threshold: 0.75,
  override: false,
};

describe('verdict', () => {
  for (const [what, change, verdict] of [
    ['failed, may try again', {}, 'retry'],
    ['succeeded at the last attempt', { success: true, attempt: 6, attemptHere: 3 }, 'completed'],
    ['last attempt but one here', { attemptHere: 2 }, 'retry'],
    ['last attempt here', { attemptHere: 3 }, 'exhausted'],
    ['only a third of the attempts is left', { attempt: 4 }, 'exhausted'],
    ['just more than a third is left', { attempt: 3 }, 'retry'],
    ['two attempts in all', { maxAttempts: 2 }, 'retry'],
    ['three attempts in all, the first', { maxAttempts: 3 }, 'retry'],
    ['three attempts in all, the second', { maxAttempts: 3, attempt: 2, attemptHere: 2 }, 'exhausted'],
    ['last attempt of the run, even if it is the last here', { attempt: 6, attemptHere: 3 }, 'dead'],
    ['confidence below the threshold', { nextConfidence: 0.749 }, 'regate'],
    ['confidence below, but let pass', { nextConfidence: 0.749, override: true }, 'retry'],
    ['used up here before its confidence is asked for', { attemptHere: 3, nextConfidence: 0 }, 'exhausted'],
  ] as const) {
    it(`${what}: ${verdict}`, () => assert.equal(verdictOf({ ...FACTS, ...change }), verdict));
  }
});

describe('confidence after failures', () => {
  const penalty = { risk_levels: ['LOW' as const], confidence_penalty: -0.1, max_retries: 3 };
  const near = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 1e-12, `${value}`);

  it('loses the penalty per failure, up to so many, for its risk levels only, never below 0', () => {
    near(confidenceAfterFailures(0.9, 'LOW', 0, [penalty]), 0.9);
    near(confidenceAfterFailures(0.9, 'LOW', 2, [penalty]), 0.7);
    near(confidenceAfterFailures(0.9, 'LOW', 5, [penalty]), 0.6);
    near(confidenceAfterFailures(0.9, 'HIGH', 2, [penalty]), 0.9);
    near(confidenceAfterFailures(0.1, 'LOW', 3, [penalty]), 0);
    near(confidenceAfterFailures(0.9, 'LOW', 1, [penalty, penalty]), 0.7);
  });

  it('never rises, whatever the penalty says', () => {
    near(confidenceAfterFailures(0.5, 'LOW', 2, [{ ...penalty, confidence_penalty: 0.2 }]), 0.5);
  });

  it('counts no failure twice', () => {
    near(confidenceAfterFailures(0.8, 'LOW', 2, [penalty], 1), 0.7);
    near(confidenceAfterFailures(0.6, 'LOW', 5, [penalty], 3), 0.6);
    near(confidenceAfterFailures(0.7, 'LOW', 5, [penalty], 2), 0.6);
  });
});
