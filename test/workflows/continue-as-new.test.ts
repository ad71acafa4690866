import assert from 'node:assert/strict';
import { approveAll, until } from './follow-run.ts';
import { Harness } from './harness.ts';
import { assertSound, finals, taskIds } from './records.ts';

/** So few events that every wave is asked to continue as new in the middle of its dispatch, and the run between waves. */
const EVENTS_MAX = 60;

describe('continue as new', function () {
  this.timeout(60_000);
  let harness: Harness;

  before(async () => {
    harness = await Harness.start({ dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': EVENTS_MAX } });
  });
  after(() => harness.stop());

  /** Executions of a workflow that ended by continuing as new. */
  const continued = async (workflowId: string): Promise<number> => {
    let count = 0;
    for await (const execution of harness.client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) {
      if (execution.status.name === 'CONTINUED_AS_NEW') count += 1;
    }
    return count;
  };

  it('a wave that continues as new in the middle of its dispatch loses nothing', async () => {
    const folder = await harness.dataset('long', { waves: 2, tasks: 40, speed: 2 });
    await harness.serve('long');
    const run = await harness.start({ dataset: 'long', dryRun: false, waveGate: { onUnhealthy: 'continue' } }, 'long');
    const result = await approveAll(harness.client, run);
    assert.deepEqual([result.status, result.waves.map(({ wave }) => wave)], ['completed', [1, 2]]);
    const outcomes = await assertSound(folder);
    assert.deepEqual(finals(outcomes), taskIds(folder));
    for (const wave of [1, 2]) {
      await until(`wave ${wave} to have continued as new`, () => continued(`long/wave-${wave}`));
    }
  });
});
