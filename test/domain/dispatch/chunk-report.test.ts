import assert from 'node:assert/strict';
import { reportChunk } from '../../../domain/dispatch/chunk-report.ts';
import type { AttemptLine } from '../../../domain/model/outcome.ts';
import { line } from '../wave/stage-fixture.ts';

describe('chunk report', () => {
  const range = { seq: 7, agentId: 'a', planVersion: 2, from: 10, to: 14 };

  it('sums up lines in whole numbers', () => {
    const lines = [
      line('t1', 'a', 'retry', { started_at: 0, finished_at: 50 }),
      line('t1', 'a', 'completed', { started_at: 50, finished_at: 150, predicted_ms: 90.4, cost: 1.2 }),
      line('t2', 'a', 'completed', { started_at: 0, finished_at: 200, predicted_ms: 90.4 }),
      line('t3', 'a', 'dead', { started_at: 150, finished_at: 170, cost: 0.1 }),
      line('t4', 'a', 'regate', { started_at: 150, finished_at: 160 }),
    ];
    const segment = { file: 'f', lines: 5, bytes: 500, sha256: 'x' };
    assert.deepEqual(reportChunk(range, lines, segment), {
      ...range,
      segment,
      completed: 2,
      dead: 1,
      failedAttempts: 3,
      elsewhere: 0,
      straightFailures: 2,
      leaving: false,
      observedMs: 300,
      workedMs: 380,
      predictedMs: 181,
      costMicros: 1_300_000,
      lastEndAt: 200,
    });
  });

  it('counts the failures since the last success, of all lines where none succeeded', () => {
    const fail = line('t1', 'a', 'retry');
    const done = line('t2', 'a', 'completed');
    const straight = (lines: AttemptLine[]) => reportChunk(range, lines, null).straightFailures;
    assert.deepEqual(
      [straight([fail, fail]), straight([fail, done]), straight([done, fail]), straight([])],
      [2, 0, 1, 0],
    );
  });

  it('of nothing is nothing', () => {
    const { completed, dead, failedAttempts, observedMs, lastEndAt, segment } = reportChunk(range, [], null);
    assert.deepEqual([completed, dead, failedAttempts, observedMs, lastEndAt, segment], [0, 0, 0, 0, null, null]);
  });
});
