import assert from 'node:assert/strict';
import { names, planned, plannedAgent } from '../dispatch-driver.ts';

describe('dispatch step: chunks', () => {
  it('opens two chunks per agent, each a quarter of what is left', () => {
    const driver = planned({ a: 16, b: 2 });
    assert.deepEqual(names(driver.commands), ['dispatch a 0–4', 'dispatch a 4–7', 'dispatch b 0–1', 'dispatch b 1–2']);
    assert.deepEqual(names(driver.finish(1)), ['dispatch a 7–10']);
  });

  it('keeps a chunk to the target time of the work: 10 s ÷ 1 s per task', () => {
    assert.deepEqual(names(planned({ a: 400 }).commands), ['dispatch a 0–10', 'dispatch a 10–20']);
  });

  it('gives an agent whose pace is not known no more than a task per slot, until four tell it', () => {
    const driver = planned({ a: 80 }, { agents: [plannedAgent('a', { parallel: 2, paceTasks: 1 })] });
    assert.deepEqual(names(driver.commands), ['dispatch a 0–2', 'dispatch a 2–4']);
    assert.deepEqual(names(driver.finish(1)), ['dispatch a 4–6']);
    assert.deepEqual(names(driver.finish(2)), ['dispatch a 6–25']);
  });

  it('gives each parallel slot a task', () => {
    const driver = planned({ a: 5 }, { agents: [plannedAgent('a', { parallel: 3 })] });
    assert.deepEqual(names(driver.commands), ['dispatch a 0–3', 'dispatch a 3–5']);
  });

  it('takes a report once, and only about the range that is open', () => {
    const driver = planned({ a: 16 });
    const report = driver.report(1);
    for (const wrong of [{ from: 1 }, { to: 5 }, { planVersion: 2 }, { agentId: 'b' }]) {
      assert.throws(() => driver.send({ type: 'chunkFinished', report: { ...report, ...wrong } }), /another range/);
    }
    assert.throws(() => driver.finish(1, { completed: 4, dead: 1 }), /ended more tasks than it had/);
    assert.throws(() => driver.send({ type: 'chunkSettled', report }), /settled but nobody asked for it/);
    driver.finish(1);
    assert.throws(() => driver.send({ type: 'chunkFinished', report }), /chunk 1 is not open/);
    assert.equal(driver.state.counts.completed, 4);
    assert.deepEqual(
      driver.state.accepted.map(({ file, lines }) => [file, lines]),
      [['c1', 4]],
    );
  });

  it('keeps no segment without lines', () => {
    const driver = planned({ a: 16 });
    driver.finish(1, { completed: 0, segment: { file: 'c1', lines: 0, bytes: 0, sha256: '' } });
    driver.finish(2, { completed: 0, segment: null });
    assert.deepEqual(driver.state.accepted, []);
  });

  it('is complete when every row ended: completed or dead', () => {
    const driver = planned({ a: 2 });
    driver.finish(1);
    assert.deepEqual(names(driver.finish(2, { completed: 0, dead: 1 })), ['finish complete']);
    assert.equal(driver.state.counts.dead, 1);
  });

  it('plans leftovers again at once when an agent has little else to do', () => {
    const driver = planned({ a: 2 });
    assert.deepEqual(names(driver.finish(1, { completed: 0, failedAttempts: 1 })), ['plan leftovers']);
    assert.equal(driver.state.leftovers, 0, 'the plan takes them in');
    driver.finish(2, { completed: 0, failedAttempts: 1 });
    assert.equal(driver.state.leftovers, 1, 'what comes back meanwhile is for the next plan');
    assert.deepEqual(names(driver.planned({ a: 1 })), ['dispatch a 0–1']);
  });

  it('lets leftovers wait up to 5 s while every agent has rows to go', () => {
    const driver = planned({ a: 400 });
    driver.finish(1, { completed: 0, failedAttempts: 1, observedMs: 0, predictedMs: 0 });
    assert.equal(driver.nextWakeAt, driver.at + 5_000);
    assert.deepEqual(names(driver.send({ type: 'wake' }, 4_999)), []);
    assert.deepEqual(names(driver.send({ type: 'wake' }, 1)), ['plan leftovers']);
  });

  it('plans leftovers at once when they are 64', () => {
    const driver = planned({ a: 800 }, {}, { chunkTargetMs: 32_000 });
    assert.deepEqual(names(driver.finish(1, { completed: 0, failedAttempts: 1 })), ['dispatch a 64–96']);
    assert.deepEqual(names(driver.finish(2, { completed: 0, failedAttempts: 1 })), ['plan leftovers']);
  });

  it('folds 200 accepted segments into a list, and plans nothing meanwhile', () => {
    const driver = planned({ a: 1_000 }, {}, { chunkTargetMs: 1_000 });
    for (let seq = 1; seq < 200; seq++)
      assert.deepEqual(names(driver.finish(seq)), [`dispatch a ${seq + 1}–${seq + 2}`]);
    const [fold] = driver.finish(200);
    assert.ok(fold?.type === 'fold');
    assert.deepEqual([fold.segments.length, fold.list, fold.previous], [200, 1, null]);
    driver.finish(201);
    assert.deepEqual(names(driver.send({ type: 'answered', request: 'w1-g2' })), []);
    assert.deepEqual(names(driver.send({ type: 'folded', count: 200, sha256: 'L1' })), ['plan admission']);
    assert.deepEqual(driver.state.folded, { lists: 1, sha256: 'L1' });
    assert.deepEqual(
      driver.state.accepted.map(({ file }) => file),
      ['c201'],
    );
    assert.throws(() => driver.send({ type: 'folded', count: 1, sha256: 'L2' }), /folded more segments/);
  });
});
