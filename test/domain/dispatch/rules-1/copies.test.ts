import assert from 'node:assert/strict';
import { type DispatchDriver, names, planned, plannedAgent } from '../dispatch-driver.ts';

const TWINS = ['a', 'b'].map((agentId) => plannedAgent(agentId, { idempotent: true }));

/** Agent a runs its last task, of one second; b idles. Overdue 2 × 1 s + 1 s after its dispatch. */
function straggling(agents = TWINS): DispatchDriver {
  const driver = planned({ a: 1, b: 1 }, { agents });
  driver.finish(2);
  return driver;
}

/** The same with a copy of the task on b (chunk 3). */
function copied(): DispatchDriver {
  const driver = straggling();
  driver.send({ type: 'wake' }, 2_900);
  driver.planned({ b: 1 }, { released: 2, agents: TWINS });
  return driver;
}

describe('dispatch step: second copies', () => {
  it('asks for copies once a chunk is overdue, nothing else is left and another agent idles', () => {
    const driver = straggling();
    assert.equal(driver.nextWakeAt, driver.at + 2_900);
    assert.deepEqual(names(driver.send({ type: 'wake' }, 2_899)), []);
    const [plan] = driver.send({ type: 'wake' }, 1);
    assert.ok(plan?.type === 'plan');
    assert.deepEqual(
      [plan.reason, plan.straggler],
      ['straggler', { seq: 1, agentId: 'a', planVersion: 1, from: 0, to: 1, copiesMax: 16 }],
    );
    assert.deepEqual(names(driver.planned({ b: 1 }, { released: 2, agents: TWINS })), ['dispatch b 0–1']);
    assert.deepEqual([driver.state.counts.copies, driver.state.open[1]?.copyOf], [1, 1]);
    assert.deepEqual(names(driver.send({ type: 'wake' }, 60_000)), [], 'a chunk is copied once');
  });

  it('copies nothing unless both agents are declared idempotent', () => {
    for (const other of ['a', 'b']) {
      const agents = TWINS.map((agent) => (agent.agentId === other ? plannedAgent(other) : agent));
      const driver = straggling(agents);
      assert.equal(driver.nextWakeAt, null);
      assert.deepEqual(names(driver.send({ type: 'wake' }, 60_000)), []);
    }
  });

  it('accepts the copy that ends first, and abandons the straggler', () => {
    const driver = copied();
    // What the copy ended counts once settling has seen that no rival was before it.
    const [settle] = driver.finish(3);
    assert.ok(settle?.type === 'settle');
    assert.deepEqual([settle.chunk.seq, settle.rivals], [3, []]);
    const commands = driver.send({ type: 'chunkSettled', report: driver.report(3) });
    assert.deepEqual(names(commands), ['abandon', 'settle 1']);
    assert.ok(commands[1]?.type === 'settle');
    assert.deepEqual(
      commands[1].rivals.map(({ file }) => file),
      ['c3'],
    );
    const left = driver.report(1, { completed: 0, elsewhere: 1, segment: null });
    assert.deepEqual(names(driver.send({ type: 'chunkSettled', report: left })), ['finish complete']);
    assert.deepEqual([driver.state.counts.completed, driver.state.copies], [2, []]);
    assert.equal(driver.state.agents[0]?.status, 'up', 'slowness is no loss');
  });

  it('accepts the straggler that ends first, and abandons the copy', () => {
    const driver = copied();
    assert.deepEqual(names(driver.finish(1)), ['settle 1']);
    const commands = driver.send({ type: 'chunkSettled', report: driver.report(1) });
    assert.deepEqual(names(commands), ['abandon', 'settle 3']);
    const report = driver.report(3, { completed: 0, elsewhere: 1, segment: null });
    assert.deepEqual(names(driver.send({ type: 'chunkSettled', report })), ['finish complete']);
    assert.equal(driver.state.counts.completed, 2);
  });

  it('settles one of them at a time when both come back at once', () => {
    const driver = copied();
    assert.deepEqual(names(driver.finish(1)), ['settle 1']);
    assert.deepEqual(names(driver.finish(3)), []);
    assert.deepEqual(names(driver.send({ type: 'chunkSettled', report: driver.report(1) })), ['settle 3']);
  });

  it('leaves the task to the straggler when the copy fails', () => {
    const driver = copied();
    driver.finish(3, { completed: 0, failedAttempts: 1, straightFailures: 1 });
    const failed = driver.report(3, { completed: 0, segment: null });
    assert.deepEqual(names(driver.send({ type: 'chunkSettled', report: failed })), []);
    assert.deepEqual(
      [driver.state.leftovers, driver.state.copies],
      [0, [{ of: 1, running: 1, uncovered: 0, accepted: [] }]],
    );
    driver.finish(1);
    assert.deepEqual(names(driver.send({ type: 'chunkSettled', report: driver.report(1) })), ['finish complete']);
  });

  it('plans what both leave undone', () => {
    const driver = copied();
    const undone = { completed: 0, failedAttempts: 1, straightFailures: 1 };
    driver.finish(1, undone);
    // The plan finds nothing to do as long as the copy covers the task.
    const commands = driver.send({ type: 'chunkSettled', report: driver.report(1, undone) });
    assert.deepEqual(names(commands), ['plan leftovers']);
    driver.planned({ a: 0 }, { released: 2, agents: TWINS });
    driver.finish(3, undone);
    const report = driver.report(3, { completed: 0, segment: null });
    assert.deepEqual(names(driver.send({ type: 'chunkSettled', report })), ['plan leftovers']);
  });

  it('begins no copy when the straggler came back while they were planned', () => {
    const driver = straggling();
    driver.send({ type: 'wake' }, 2_900);
    driver.finish(1);
    assert.deepEqual(names(driver.planned({ b: 1 }, { released: 2, agents: TWINS })), ['finish complete']);
    assert.equal(driver.state.counts.copies, 0);
  });

  it('copies the straggler’s other open tasks once the first copies have ended', () => {
    const driver = straggling();
    driver.send({ type: 'wake' }, 2_900);
    driver.planned({ b: 1 }, { released: 2, agents: TWINS, uncovered: 1 });
    driver.finish(3);
    const commands = driver.send({ type: 'chunkSettled', report: driver.report(3) });
    assert.deepEqual(names(commands), ['plan straggler']);
    assert.equal(driver.state.open.length, 1);
  });

  it('plans what came back first, and copies after that', () => {
    const agents = ['a', 'b', 'c'].map((agentId) => plannedAgent(agentId, { idempotent: true }));
    const driver = planned({ a: 1, b: 1, c: 1 }, { agents });
    driver.finish(2);
    driver.level({ paused: true });
    driver.send({ type: 'wake' }, 10_000);
    assert.equal(driver.state.planWanted, 'straggler');
    driver.finish(3, { completed: 0, failedAttempts: 1, straightFailures: 1 });
    assert.deepEqual(names(driver.level({ paused: false })), ['plan leftovers']);
    driver.planned({ c: 1 }, { released: 3, agents });
    assert.equal(driver.state.open.length, 2);
  });

  it('copies no more than a tenth of the tasks, or sixteen', () => {
    const driver = straggling();
    driver.state.counts.copies = 13;
    const [plan] = driver.send({ type: 'wake' }, 2_900);
    assert.ok(plan?.type === 'plan');
    assert.equal(plan.straggler?.copiesMax, 3);
    const spent = straggling();
    spent.state.counts.copies = 16;
    assert.deepEqual(names(spent.send({ type: 'wake' }, 2_900)), []);
  });

  it('lets the copies of a lost straggler go on', () => {
    const driver = copied();
    assert.deepEqual(names(driver.send({ type: 'chunkLost', seq: 1 })), ['settle 1']);
    driver.send({ type: 'chunkSettled', report: driver.report(1, { completed: 0, segment: null }) });
    assert.equal(driver.state.open.length, 1);
    driver.finish(3);
    driver.send({ type: 'chunkSettled', report: driver.report(3) });
    assert.equal(driver.state.counts.completed, 2);
  });

  it('drains both when people pause', () => {
    const driver = copied();
    assert.deepEqual(names(driver.level({ paused: true })), ['drain a', 'drain b']);
    driver.finish(1, { completed: 0 });
    driver.send({ type: 'chunkSettled', report: driver.report(1, { completed: 0 }) });
    driver.finish(3);
    driver.send({ type: 'chunkSettled', report: driver.report(3) });
    assert.deepEqual([driver.state.open, driver.state.copies], [[], []]);
  });
});
