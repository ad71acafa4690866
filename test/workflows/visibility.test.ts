import assert from 'node:assert/strict';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';
import { approvalOf, approveAll, until, untilWave, waveHandle } from './follow-run.ts';
import { Harness, workflowBundle } from './harness.ts';

const { WorkflowMetadata } = proto.temporal.api.sdk.v1;
const RUN_STATUS = defineSearchAttributeKey('RunStatus', 'KEYWORD');
const DRY_RUN = defineSearchAttributeKey('DryRun', 'BOOL');
const WAVE_NUMBER = defineSearchAttributeKey('WaveNumber', 'INT');
const WAVE_STRATEGY = defineSearchAttributeKey('WaveStrategy', 'KEYWORD');
const HEALTH_SCORE = defineSearchAttributeKey('HealthScore', 'DOUBLE');

describe('what Temporal shows of a run', function () {
  this.timeout(60_000);
  let harness: Harness;

  before(async () => {
    harness = await Harness.start();
  });
  after(() => harness.stop());

  const metadata = async (handle: WorkflowHandle) =>
    WorkflowMetadata.fromObject(await handle.query<Record<string, unknown>>('__temporal_workflow_metadata'));

  it('registers every search attribute with its type', async () => {
    const { customAttributes } = await harness.client.connection.operatorService.listSearchAttributes({
      namespace: 'default',
    });
    const { IndexedValueType } = proto.temporal.api.enums.v1;
    for (const [name, type] of [
      ['WaveNumber', IndexedValueType.INDEXED_VALUE_TYPE_INT],
      ['WaveStrategy', IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD],
      ['HealthScore', IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE],
      ['RunStatus', IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD],
      ['DryRun', IndexedValueType.INDEXED_VALUE_TYPE_BOOL],
    ] as const) {
      assert.equal(customAttributes?.[name], type, name);
    }
  });

  it('sets the search attributes, and shows boards with what waits and how to answer', async () => {
    await harness.dataset('shown', { waves: 1, tasks: 24, seed: 7, speed: 6 });
    await harness.serve('shown');
    const run = await harness.start({ dataset: 'shown', dryRun: false, waveGate: { onUnhealthy: 'continue' } });
    const wave = waveHandle(harness.client, run, 1);
    const { requests } = await untilWave('a request', wave, (progress) => progress.requests.length > 0);
    const [request] = requests;
    assert.ok(request);

    const ofWave = await metadata(wave);
    assert.match(ofWave.currentDetails, /\*\*Wave 1: /);
    assert.match(ofWave.currentDetails, /\| agent_0 \| up \|/);
    assert.ok(ofWave.currentDetails.includes(JSON.stringify({ ...approvalOf(request), approver: 'YOUR NAME' })));
    const ofRun = await until('the request on the board of the run', async () => {
      const found = await metadata(run);
      return found.currentDetails.includes(request.digest) && found;
    });
    assert.match(ofRun.currentDetails, /workflows\/run-1%2Fwave-1\)/);
    for (const { definition } of [ofWave, ofRun]) {
      const names = (list: { name?: string | null }[] | null | undefined) => (list ?? []).map(({ name }) => name);
      for (const name of ['pause', 'resume', 'setDryRun']) {
        assert.ok(names(definition?.signalDefinitions).includes(name), name);
      }
      for (const name of ['approve', 'reject']) assert.ok(names(definition?.updateDefinitions).includes(name), name);
      assert.ok(names(definition?.queryDefinitions).includes('progress'));
    }

    const result = await approveAll(harness.client, run);
    const runAttributes = (await run.describe()).typedSearchAttributes;
    assert.deepEqual([runAttributes.get(RUN_STATUS), runAttributes.get(DRY_RUN)], ['completed', false]);
    const waveAttributes = (await wave.describe()).typedSearchAttributes;
    assert.deepEqual(
      [waveAttributes.get(RUN_STATUS), waveAttributes.get(DRY_RUN), waveAttributes.get(WAVE_NUMBER)],
      ['completed', false, 1],
    );
    assert.equal(waveAttributes.get(WAVE_STRATEGY), result.waves[0]?.strategy);
    assert.equal(waveAttributes.get(HEALTH_SCORE), result.waves[0]?.health);
  });

  it('has no zod in the workflow bundle', async () => {
    const { code } = await workflowBundle();
    assert.ok(code.includes('multiWaveRun'));
    assert.equal(/node_modules\/zod|ZodError/.test(code), false);
  });
});
