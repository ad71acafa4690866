import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { GateAnswer, TaskFacts } from '../../../domain/gate/decide-task.ts';
import { decideTask, repeatReason } from '../../../domain/gate/decide-task.ts';
import { gateThreshold, needsPerson } from '../../../domain/gate/thresholds.ts';
import type { GateDecision } from '../../../domain/model/records.ts';
import type { RiskLevel } from '../../../domain/model/task.ts';
import { RISK_LEVELS } from '../../../domain/model/task.ts';

function facts(risk_level: RiskLevel, confidence: number, answer: GateAnswer | null = null): TaskFacts {
  return {
    task_id: 't1',
    attempt: 2,
    risk_level,
    confidence,
    threshold: gateThreshold(risk_level, 0, null),
    needsPerson: needsPerson(risk_level, { mediumNeedsApproval: false }),
    answer,
  };
}

function said(verdict: 'approved' | 'rejected', override = false, reason: string | null = null): GateAnswer {
  return { verdict, approver: 'ops', verified: false, reason, override };
}

function decided(input: TaskFacts): GateDecision {
  const decision = decideTask(input);
  assert.notEqual(decision, 'waiting');
  return decision as GateDecision;
}

describe('decideTask', () => {
  it('approves at the threshold and defers just below it, on every level', () => {
    for (const [risk, threshold] of [
      ['LOW', 0.5],
      ['MEDIUM', 0.75],
      ['HIGH', 0.9],
      ['UNKNOWN', 0.7],
    ] as const) {
      const answer = risk === 'HIGH' || risk === 'UNKNOWN' ? said('approved') : null;
      assert.equal(decided(facts(risk, threshold, answer)).approval, 'approved', risk);
      assert.equal(decided(facts(risk, threshold - 1e-6, answer)).approval, 'deferred', risk);
    }
  });

  it('decides at once what needs no person, and waits for an answer to what does', () => {
    assert.equal(decided(facts('LOW', 0.2)).approval, 'deferred');
    assert.equal(decideTask(facts('HIGH', 0.95)), 'waiting');
    assert.equal(decideTask(facts('HIGH', 0.1)), 'waiting');
    assert.equal(decideTask({ ...facts('MEDIUM', 0.95), needsPerson: true }), 'waiting');
  });

  it('rejects what a person rejects, whatever the confidence', () => {
    const decision = decided(facts('HIGH', 0.99, said('rejected', false, 'not today')));
    assert.deepEqual(
      [decision.approval, decision.approver, decision.reason],
      ['rejected', 'ops', 'rejected by ops (not today)'],
    );
  });

  it('never takes silence for approval', () => {
    const decision = decided(facts('HIGH', 0.99, { verdict: 'expired' }));
    assert.deepEqual([decision.approval, decision.approver], ['deferred', null]);
    assert.match(decision.reason, /nobody answered in time/);
  });

  it('lets an override pass the confidence, recorded as one', () => {
    const decision = decided(facts('HIGH', 0.6, said('approved', true, 'checked by hand')));
    assert.deepEqual(decision, {
      task_id: 't1',
      attempt: 2,
      risk_level: 'HIGH',
      confidence: 0.6,
      threshold: 0.9,
      approval: 'approved',
      reason: 'confidence 0.6 is below the HIGH threshold 0.9, let pass by ops (checked by hand)',
      approver: 'ops',
      verified: false,
      override: true,
    });
    assert.equal(decided(facts('HIGH', 0.9, said('approved', true, 'unneeded'))).override, false);
  });

  it('calls an approver verified where the answer was, and nobody else', () => {
    for (const verified of [true, false]) {
      for (const verdict of ['approved', 'rejected'] as const) {
        const answer = { verdict, approver: 'ops', verified, reason: null, override: false };
        assert.equal(decided(facts('HIGH', 0.95, answer)).verified, verified);
        assert.equal(decided(facts('HIGH', 0.8, answer)).verified, verified);
      }
    }
    assert.equal(decided(facts('HIGH', 0.95, { verdict: 'expired' })).verified, false);
    assert.equal(decided(facts('LOW', 0.95)).verified, false);
  });

  it('defers an approval without override, and names value and threshold so that they differ', () => {
    assert.equal(
      decided(facts('HIGH', 0.89996, said('approved'))).reason,
      'confidence 0.8999 is below the HIGH threshold 0.9; ops approved without override',
    );
    assert.equal(decided(facts('LOW', 0.25)).reason, 'confidence 0.25 is below the LOW threshold 0.5');
  });

  it('says of another attempt what it was held against', () => {
    const facts = { attempt: 3, confidence: 0.7154, threshold: 0.5 };
    assert.equal(repeatReason(facts, null), 'checked again before attempt 3: confidence 0.7154 reaches 0.5');
    assert.equal(
      repeatReason({ ...facts, confidence: 0.4 }, 'ops'),
      'checked again before attempt 3: confidence 0.4 is below 0.5, approved by ops',
    );
  });

  it('never passes a confidence that is no number', () => {
    assert.equal(decided(facts('LOW', Number.NaN)).approval, 'deferred');
  });

  it('approves nothing that needs a person without one, and nothing below the threshold without an override', () => {
    const answers: (GateAnswer | null)[] = [
      null,
      { verdict: 'expired' },
      ...[true, false].flatMap((override) => [said('approved', override), said('rejected', override)]),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...RISK_LEVELS),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        fc.constantFrom(...answers),
        (risk, confidence, person, answer) => {
          const decision = decideTask({ ...facts(risk, confidence, answer), needsPerson: person });
          if (decision === 'waiting') return person && answer === null;
          if (decision.approval !== 'approved') return !decision.override;
          const low = confidence < decision.threshold;
          const approved = answer?.verdict === 'approved';
          return (!person || approved) && (!low || (approved && answer.override)) && decision.override === low;
        },
      ),
    );
  });
});
