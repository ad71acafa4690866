import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GATE_THRESHOLDS, gateThreshold, needsPerson } from '../../../domain/gate/thresholds.ts';
import { RISK_LEVELS } from '../../../domain/model/task.ts';

describe('gateThreshold', () => {
  it("is the contract's table", () => {
    assert.deepEqual(
      RISK_LEVELS.map((risk) => gateThreshold(risk, 0, null)),
      [0.5, 0.75, 0.9, 0.7],
    );
  });

  it('adds strictness without rounding errors', () => {
    assert.equal(gateThreshold('HIGH', 0.05, null), 0.95);
    assert.equal(gateThreshold('UNKNOWN', 0.1, null), 0.8);
    assert.equal(gateThreshold('HIGH', 0.1, 0.97), 1);
  });

  it('lets a heuristic tighten HIGH only, and loosen nothing', () => {
    assert.equal(gateThreshold('HIGH', 0, 0.95), 0.95);
    assert.equal(gateThreshold('HIGH', 0, 0.7), 0.9);
    assert.equal(gateThreshold('MEDIUM', 0, 0.95), 0.75);
    fc.assert(
      fc.property(
        fc.constantFrom(...RISK_LEVELS),
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.option(fc.double({ min: -1, max: 2, noNaN: true })),
        (risk, strictness, wish) => gateThreshold(risk, strictness, wish) >= GATE_THRESHOLDS[risk].confidence,
      ),
    );
  });
});

describe('needsPerson', () => {
  it('asks a person for HIGH and UNKNOWN always, for MEDIUM by policy, for LOW never', () => {
    const answers = (mediumNeedsApproval: boolean) =>
      RISK_LEVELS.map((risk) => needsPerson(risk, { mediumNeedsApproval }));
    assert.deepEqual(answers(false), [false, false, true, true]);
    assert.deepEqual(answers(true), [false, true, true, true]);
  });
});
