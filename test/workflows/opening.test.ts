import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { approveAll, failureOf, untilRun, untilWave, waveHandle } from './follow-run.ts';
import { Harness } from './harness.ts';
import { assertSound, finals, listing, taskIds } from './records.ts';

describe('opening a run', function () {
  this.timeout(180_000);
  let harness: Harness;

  before(async () => {
    harness = await Harness.start({ timeouts: { unreachableMs: 1_000 } });
    await harness.dataset('ids', { waves: 1, tasks: 4 });
  });
  after(() => harness.stop());

  for (const id of [randomUUID(), 'nightly-2026-11-24T02:00:00Z', 'v1.2_beta']) {
    it(`takes the Workflow ID ${/^[0-9a-f-]{36}$/.test(id) ? 'of a UUID' : id} as a folder's name`, async () => {
      assert.equal((await (await harness.start({ dataset: 'ids' }, id)).result()).status, 'completed');
      assert.ok(existsSync(join(harness.dataRoot, 'ids/phase22/dry_runs', id, 'phase22_summary.json')));
    });
  }

  for (const id of ['east/1', '../../x', 'zwölf', 'a b', '-x', '.', 'a\nb', '<b>*</b>', 'x'.repeat(129)]) {
    it(`refuses the Workflow ID ${JSON.stringify(id.slice(0, 12))} in words, with nothing written`, async () => {
      const before = listing(harness.dataRoot);
      const message = await failureOf(await harness.start({ dataset: 'ids', dryRun: false }, id));
      assert.ok(message.startsWith(`Workflow ID: found ${JSON.stringify(id)}, expected`), message);
      assert.match(message, /letters, digits, "_", "\.", ":" or "-".*start the run with such a one/);
      assert.deepEqual(listing(harness.dataRoot), before);
    });
  }

  it('refuses a second live run of the dataset, names and links the first, and lets a dry run be', async () => {
    const folder = await harness.dataset('taken', { waves: 1, tasks: 8, speed: 4 });
    const input = { dataset: 'taken', dryRun: false, waveGate: { onUnhealthy: 'continue' } };
    const first = await harness.start(input, 'first-2026-11-24T02:00:00Z');
    // Nobody serves its agents, so it is at work for as long as the test wants.
    await untilWave(
      'all agents down',
      waveHandle(harness.client, first, 1),
      ({ agents }) => agents.length === 3 && agents.every(({ status }) => status === 'down'),
    );
    await first.signal('pause');
    await untilRun('the first run to stand still', first, ({ status }) => status === 'paused');

    const before = listing(folder);
    const second = await harness.start(input, 'second');
    const page = '/namespaces/default/workflows/first-2026-11-24T02%3A00%3A00Z';
    assert.equal(
      await failureOf(second),
      'Run second cannot start: run first-2026-11-24T02:00:00Z is at work on this dataset. ' +
        `Wait for it, cancel or terminate it, or start a dry run. The run at work: ${page}`,
    );
    assert.equal((await second.describe()).status.name, 'FAILED');
    assert.deepEqual(listing(folder), before);

    const beside = await (await harness.start({ dataset: 'taken' }, 'beside')).result();
    assert.deepEqual([beside.status, beside.dry_run], ['completed', true]);
    rmSync(join(folder, 'phase22/dry_runs/beside'), { recursive: true });
    assert.deepEqual(listing(folder), before);

    await harness.serve('taken');
    await first.signal('resume');
    assert.equal((await approveAll(harness.client, first)).status, 'completed');
    assert.deepEqual(finals(await assertSound(folder)), taskIds(folder));
    const third = await harness.start(input, 'third');
    assert.equal((await third.result()).status, 'nothing_to_do');
  });
});
