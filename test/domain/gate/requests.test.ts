import assert from 'node:assert/strict';
import { answerText, askedSince, groupRequests } from '../../../domain/gate/requests.ts';
import type { ApprovalRequest } from '../../../domain/model/run.ts';
import type { Json, RiskLevel, Task } from '../../../domain/model/task.ts';

function task(task_id: string, risk_level: RiskLevel, payload: Json = null): Task {
  return { task_id, wave: 1, priority: 1, risk_level, task_type: null, capabilities: [], payload, generation: 1 };
}

function waiting(...tasks: Task[]): { task: Task; below_threshold: boolean }[] {
  return tasks.map((one) => ({ task: one, below_threshold: one.task_id === 't1' }));
}

describe('groupRequests', () => {
  it('asks once per risk level, in order, with names that belong to the level', () => {
    const groups = groupRequests(
      2,
      waiting(task('t3', 'UNKNOWN'), task('t2', 'HIGH'), task('t1', 'HIGH'), task('t4', 'MEDIUM')),
    );
    assert.deepEqual(
      groups.map((group) => [
        group.request,
        group.risk_level,
        group.tasks.map((one) => one.task_id),
        group.below_threshold,
      ]),
      [
        ['w2-g1', 'MEDIUM', ['t4'], 0],
        ['w2-g2', 'HIGH', ['t1', 't2'], 1],
        ['w2-g3', 'UNKNOWN', ['t3'], 0],
      ],
    );
    assert.deepEqual(
      groupRequests(2, waiting(task('t2', 'HIGH'))).map(({ request }) => request),
      ['w2-g2'],
    );
    assert.deepEqual(groupRequests(2, []), []);
  });

  it('digests ids, payloads and risks, and nothing that a new plan changes', () => {
    const text = (...tasks: Task[]) => groupRequests(1, waiting(...tasks))[0]?.canonical;
    const one = task('t1', 'HIGH', { b: [1, { d: 1, c: 2 }], a: 'x' });
    const two = task('t2', 'HIGH');
    assert.equal(
      text(one, two),
      '[{"payload":{"a":"x","b":[1,{"c":2,"d":1}]},"risk_level":"HIGH","task_id":"t1"},' +
        '{"payload":null,"risk_level":"HIGH","task_id":"t2"}]',
    );
    const again = { ...task('t1', 'HIGH', { a: 'x', b: [1, { c: 2, d: 1 }] }), priority: 9, wave: 7 };
    assert.equal(text(two, again), text(one, two));
    assert.notEqual(text({ ...one, payload: { a: 'y' } }, two), text(one, two));
    assert.notEqual(text(one), text(one, two));
  });

  it('refuses a LOW task', () => {
    assert.throws(() => groupRequests(1, waiting(task('t1', 'LOW'))), /t1 is LOW risk/);
  });
});

describe('askedSince', () => {
  const asked = (request: string, digest: string, opened_at: number): ApprovalRequest => ({
    request,
    digest,
    wave: 1,
    risk_level: 'HIGH',
    tasks: 2,
    below_threshold: 0,
    opened_at,
    expires_at: 900,
  });
  const first = asked('w1-g2', 'sha256:aa', 1);
  const second = asked('w1-g3', 'sha256:bb', 2);

  it('keeps what was asked, and adds what is new', () => {
    assert.deepEqual(askedSince([first], [{ ...first, opened_at: 5 }, second]), [first, second]);
    assert.deepEqual(askedSince([first, second], []), [first, second]);
  });

  it('replaces a request whose tasks are others, which has waited as long', () => {
    const changed = { ...asked('w1-g2', 'sha256:cc', 7), tasks: 1 };
    assert.deepEqual(askedSince([first, second], [changed]), [{ ...changed, opened_at: 1 }, second]);
  });
});

describe('answerText', () => {
  it('says how many tasks an approval without override will not let pass', () => {
    const request: ApprovalRequest = {
      request: 'w2-g2',
      digest: 'd',
      wave: 2,
      risk_level: 'HIGH',
      tasks: 3,
      below_threshold: 2,
      opened_at: 0,
      expires_at: 1,
    };
    assert.match(answerText('approved', request, false), /^approved w2-g2: 3 task\(s\), of which 2 will be deferred: /);
    assert.equal(answerText('approved', request, true), 'approved w2-g2: 3 task(s)');
    assert.equal(answerText('rejected', request, false), 'rejected w2-g2: 3 task(s)');
    assert.equal(answerText('approved', { ...request, below_threshold: 0 }, false), 'approved w2-g2: 3 task(s)');
  });
});
