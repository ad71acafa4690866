import assert from 'node:assert/strict';
import { parseTimestamp } from '../../contracts/timestamp.ts';

describe('timestamp', () => {
  it('reads the four forms of the contract as the same instant', () => {
    const expected = Date.UTC(2026, 2, 2, 8, 15, 30);
    for (const form of [
      '2026-03-02T08:15:30+00:00',
      '2026-03-02T10:15:30+02:00',
      '2026-03-02T08:15:30Z',
      '2026-03-02T08:15:30',
      '2026-03-02 08:15:30',
      expected / 1000,
    ]) {
      assert.equal(parseTimestamp(form), expected, String(form));
    }
  });
  it('reads microseconds, cut to milliseconds', () => {
    assert.equal(parseTimestamp('2026-03-02T08:15:30.120455+00:00'), Date.UTC(2026, 2, 2, 8, 15, 30, 120));
    assert.equal(parseTimestamp(1.5), 1500);
  });
  it('refuses days that do not exist, epoch milliseconds, and other text', () => {
    for (const value of ['2026-02-30T00:00:00Z', '2026-03-02', '2026-03-02T25:00:00Z', 'now', '', 1e15, NaN, -1, {}]) {
      assert.equal(parseTimestamp(value), null, JSON.stringify(value));
    }
  });
});
