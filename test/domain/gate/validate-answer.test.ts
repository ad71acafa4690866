import assert from 'node:assert/strict';
import { validateAnswer } from '../../../domain/gate/validate-answer.ts';
import type { ApprovalRequest } from '../../../domain/model/run.ts';

const OPEN: ApprovalRequest[] = ['w2-g1', 'w2-g2'].map((request, i) => ({
  request,
  digest: `sha256:${String(i).repeat(64)}`,
  wave: 2,
  risk_level: 'HIGH',
  tasks: 3,
  below_threshold: 1,
  opened_at: 0,
  expires_at: 1,
}));
const GOOD = { request: 'w2-g1', digest: OPEN[0]!.digest, approver: 'ops' };

function messageOf(answer: unknown, open = OPEN): string {
  const checked = validateAnswer(answer, open);
  assert.equal(checked.ok, false);
  return checked.ok ? '' : checked.message;
}

describe('validateAnswer', () => {
  it('takes a whole answer, with and without the optional fields', () => {
    assert.deepEqual(validateAnswer(GOOD, OPEN), { ok: true, answer: GOOD });
    const full = { ...GOOD, reason: 'seen', override: true };
    assert.deepEqual(validateAnswer(full, OPEN), { ok: true, answer: full });
    assert.deepEqual(validateAnswer({ ...GOOD, reason: undefined }, OPEN), { ok: true, answer: GOOD });
  });

  it('names the field that is wrong and what it was', () => {
    const wrong: [unknown, RegExp][] = [
      [null, /must be an object .* but is null/],
      [[GOOD], /but is a list/],
      ['w2-g1', /but is "w2-g1"/],
      [{ ...GOOD, request: 7 }, /^request .* but is 7$/],
      [{ request: 'w2-g1', approver: 'ops' }, /^digest .* but is missing$/],
      [{ ...GOOD, approver: '  ' }, /^approver .* but is " {2}"$/],
      [{ ...GOOD, approver: 'x'.repeat(201) }, /^approver must have at most 200 characters, but has 201$/],
      [{ ...GOOD, reason: '' }, /^reason .* but is ""$/],
      [{ ...GOOD, reason: 'x'.repeat(2001) }, /^reason must have at most 2000 characters, but has 2001$/],
      [{ ...GOOD, override: 'yes', reason: 'x' }, /^override must be true or false, but is "yes"$/],
      [{ ...GOOD, override: true }, /^reason is missing: an override/],
      [{ ...GOOD, why: 'x' }, /^unknown field "why"/],
      [{ ...GOOD, signature: 'x' }, /^signature: signed approvals are not supported yet/],
    ];
    for (const [answer, expected] of wrong) assert.match(messageOf(answer), expected);
  });

  it('takes a name and a reason of exactly the longest length', () => {
    assert.equal(validateAnswer({ ...GOOD, approver: 'x'.repeat(200), reason: 'y'.repeat(2000) }, OPEN).ok, true);
  });

  it('lists the open requests when it does not know the one named', () => {
    assert.equal(messageOf({ ...GOOD, request: 'w2-g3' }), 'request "w2-g3" is not open; open: w2-g1, w2-g2');
    assert.equal(messageOf(GOOD, []), 'request "w2-g1" is not open; no request is open');
  });

  it('refuses the digest of another request', () => {
    assert.match(
      messageOf({ ...GOOD, digest: OPEN[1]!.digest }),
      /^digest "sha256:1.* is not that of w2-g1, which is sha256:0/,
    );
  });

  it('repeats only the beginning of long input', () => {
    assert.ok(messageOf({ ...GOOD, request: 'x'.repeat(10_000) }).length < 200);
  });
});
