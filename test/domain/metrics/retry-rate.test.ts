import assert from 'node:assert/strict';
import { retryRate } from '../../../domain/metrics/retry-rate.ts';
import { attempt } from './wave-fixture.ts';

describe('retry_rate', () => {
  it('is the share of attempts beyond the first', () => {
    const attempts = [attempt(), attempt({ attempt: 2 }), attempt({ attempt: 3 }), attempt({ task_id: 't2' })];
    assert.equal(retryRate(attempts), 0.5);
  });

  it('is 0 without retries and null without attempts', () => {
    assert.equal(retryRate([attempt()]), 0);
    assert.equal(retryRate([]), null);
  });
});
