import assert from 'node:assert/strict';
import type { TaskEntry } from '../../../domain/dispatch/task-book.ts';
import type { Task } from '../../../domain/model/task.ts';
import { explainTask, type TaskQuestion } from '../../../domain/wave/explain-task.ts';
import { NO_PLAN } from '../../../domain/wave/plan-memory.ts';

const task = (risk_level: Task['risk_level']) => ({ task_id: 't1', risk_level }) as Task;
const entry = (change: Partial<TaskEntry>): TaskEntry => ({
  attemptsUsed: 2,
  attemptsOn: { a: 2 },
  end: null,
  lastAgent: 'a',
  lastVerdict: 'retry',
  ...change,
});

function explain(change: Partial<TaskQuestion> = {}): string {
  return explainTask({
    taskId: 't1',
    tasks: [task('LOW')],
    book: new Map(),
    memory: { ...NO_PLAN, version: 3 },
    chunk: null,
    row: null,
    standing: (agentId) => (agentId === 'b' ? 'down' : 'up'),
    gate: { mediumNeedsApproval: false, highRiskThreshold: null, retryPenalties: [] },
    answers: {},
    decision: null,
    ...change,
  });
}

describe('explaining a task', () => {
  it('says how it ended', () => {
    assert.match(explain({ book: new Map([['t1', entry({ end: 'completed' })]]) }), /^Completed on a at attempt 2/);
    assert.match(explain({ book: new Map([['t1', entry({ end: 'dead' })]]) }), /^Failed for good: all 2 attempts/);
    const settled = (how: 'deferred' | 'rejected' | 'dead') => ({ memory: { ...NO_PLAN, settled: { t1: how } } });
    assert.match(explain({ ...settled('deferred'), decision: 'too low' }), /^Deferred: too low\./);
    assert.match(explain({ ...settled('rejected'), decision: 'no' }), /^Rejected: no\./);
    assert.match(explain(settled('dead')), /^Failed for good: no agent is left/);
  });

  it('says where it is, and what is before it', () => {
    assert.match(
      explain({ chunk: { agentId: 'a', seq: 7 } }),
      /^In chunk 7 of a: it runs, or is next there; no attempt/,
    );
    assert.match(
      explain({ row: { agentId: 'a', position: 9, cursor: 4 } }),
      /^Planned on a by plan 3: 5 task\(s\) go before it/,
    );
    assert.match(explain({ row: { agentId: 'b', position: 9, cursor: 4 } }), /b is down\.$/);
  });

  it('says what it waits for', () => {
    assert.match(explain({ tasks: [task('HIGH')] }), /^Waits for a person: a task of HIGH risk/);
    const answers = {
      HIGH: { verdict: 'approved', approver: 'o', reason: null, override: false, verified: false },
    } as const;
    assert.match(explain({ tasks: [task('HIGH')], answers }), /^Waits for the next plan.* A person approved it/);
    // Its row was dispatched, and it came back.
    const back = { row: { agentId: 'b', position: 1, cursor: 4 }, book: new Map([['t1', entry({ lastAgent: 'b' })]]) };
    const memory = { ...NO_PLAN, version: 3, assigned: { t1: 'b' } };
    assert.match(
      explain({ ...back, memory }),
      /^Waits for the next plan.*2 attempt\(s\) so far, the last on b\. b is down\./,
    );
  });

  it('says of what is no task that it is none', () => {
    assert.match(explain({ taskId: 'x' }), /neither a task nor an agent x/);
  });
});
