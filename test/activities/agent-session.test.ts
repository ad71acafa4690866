import assert from 'node:assert/strict';
import { AgentSession } from '../../activities/agent-session.ts';

const REF = { execution_id: 'run', dataset: 'demo', wave: 1, dry_run: false };

describe('the session of an agent', () => {
  /** Asks for a slot, and tells what came of it so far. */
  const ask = (session: AgentSession, order: number, limit: number, wanted = () => true) => {
    const asked: { release: (() => void) | null | undefined } = { release: undefined };
    void session.acquire(order, limit, wanted).then((release) => (asked.release = release));
    return asked;
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('gives as many slots as the limit, and the next to the oldest chunk that waits', async () => {
    const session = new AgentSession();
    const [first, second] = [ask(session, 1, 2), ask(session, 1, 2)];
    const [late, early] = [ask(session, 3, 2), ask(session, 2, 2)];
    await settled();
    assert.ok(first.release && second.release);
    assert.deepEqual([late.release, early.release], [undefined, undefined]);
    first.release();
    first.release();
    await settled();
    assert.ok(early.release);
    assert.equal(late.release, undefined, 'a slot given back twice counts twice');
  });

  it('answers null as soon as a slot is not wanted any more', async () => {
    const session = new AgentSession();
    let wanted = true;
    ask(session, 1, 1);
    const waiting = ask(session, 1, 1, () => wanted);
    await settled();
    assert.equal(waiting.release, undefined);
    wanted = false;
    session.look();
    await settled();
    assert.equal(waiting.release, null);
  });

  it('stops chunks of an earlier epoch of the same wave, and no others', () => {
    const session = new AgentSession();
    session.drain({ ref: REF, epoch: 2 });
    session.drain({ ref: REF, epoch: 0 });
    assert.equal(session.isDrained(REF, 1), true);
    assert.equal(session.isDrained(REF, 2), false);
    assert.equal(session.isDrained({ ...REF, wave: 2 }, 1), false);
    assert.equal(session.isDrained({ ...REF, execution_id: 'other' }, 1), false);
  });

  it("counts from the agent's first task of the wave", () => {
    const session = new AgentSession();
    assert.deepEqual([session.elapsedMs(REF, 500), session.elapsedMs(REF, 800)], [0, 300]);
    assert.equal(session.elapsedMs({ ...REF, wave: 2 }, 900), 0);
  });
});
