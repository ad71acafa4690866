import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentSession } from '../../activities/agent-session.ts';
import { waveFiles } from '../../activities/dependencies.ts';
import { createDrain } from '../../activities/drain.ts';

describe('drain', () => {
  let dataRoot: string;
  const ref = { execution_id: 'run', dataset: 'demo', wave: 1, dry_run: false };
  beforeEach(() => {
    dataRoot = mkdtempSync(join(tmpdir(), 'wavewright-drain-'));
    mkdirSync(join(dataRoot, 'demo'));
  });
  afterEach(() => rmSync(dataRoot, { recursive: true, force: true }));

  it('is remembered for whichever process of the agent comes next, the latest epoch whatever the order', async () => {
    const session = new AgentSession();
    const drain = createDrain({ dataRoot, session });
    const files = waveFiles(dataRoot, ref);
    assert.equal(await files.drainedEpoch('a'), 0);
    for (const epoch of [3, 12, 2]) await drain({ ref, agentId: 'a', epoch });
    assert.equal(await files.drainedEpoch('a'), 12);
    assert.equal(await files.drainedEpoch('b'), 0);
    assert.equal(await waveFiles(dataRoot, { ...ref, wave: 2 }).drainedEpoch('a'), 0);
    assert.deepEqual([session.isDrained(ref, 11), session.isDrained(ref, 12)], [true, false]);
  });

  it('writes nothing down for the question whether the agent is there', async () => {
    const drain = createDrain({ dataRoot, session: new AgentSession() });
    assert.deepEqual(await drain({ ref, agentId: 'a', epoch: 0 }), { epoch: 0 });
    assert.deepEqual(await waveFiles(dataRoot, ref).store.list(''), []);
  });
});
