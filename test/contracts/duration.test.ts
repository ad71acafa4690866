import assert from 'node:assert/strict';
import { parseDuration } from '../../contracts/duration.ts';

describe('duration', () => {
  it('reads ms, s, m and h', () => {
    assert.deepEqual(['500ms', '30s', '10m', '24h'].map(parseDuration), [500, 30_000, 600_000, 86_400_000]);
  });
  it('ends at a year and starts above zero', () => {
    assert.deepEqual(['8760h', '8761h', '0ms', '1ms'].map(parseDuration), [31_536_000_000, null, null, 1]);
  });
  it('refuses anything else', () => {
    for (const text of ['', '5', '5d', '-5s', '5 s', '1e3s', '٣s']) assert.equal(parseDuration(text), null, text);
  });
});
