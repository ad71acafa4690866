import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncLocalStorage, CancelledFailure, type Context } from '@temporalio/activity';
import { waveFiles } from '../../../activities/dependencies.ts';
import { runInput } from '../../../bench/learning/experiment.ts';
import { drawFleet } from '../../../bench/learning/fleets.ts';
import type { WaveContext } from '../../../domain/wave/context.ts';
import type { ContextFile } from '../../../store/waves/wave-files.ts';
import { computePool, type ComputePool } from '../../../workers/orchestrator/compute-activities.ts';

describe('activities that compute in threads', () => {
  const ref = { execution_id: 'run', dataset: 'demo', wave: 1, dry_run: false };
  let dataRoot: string;
  let pool: ComputePool;
  before(async () => {
    dataRoot = mkdtempSync(join(tmpdir(), 'wavewright-threads-'));
    mkdirSync(join(dataRoot, 'demo'));
    pool = computePool(dataRoot);
    await pool.activities.commitWave({} as never).catch(() => {}); // The threads have started.
  });
  after(async () => {
    await pool.close();
    rmSync(dataRoot, { recursive: true, force: true });
  });

  it('are ended in the middle when they are cancelled, leave nothing, and the next one runs', async () => {
    const files = waveFiles(dataRoot, ref);
    await files.context.write(wave(2_000) as ContextFile);
    const abort = new AbortController();
    const asked = inActivity(abort, () => pool.activities.selectStrategy({ ref, at: 0 }));
    setTimeout(() => abort.abort(), 200);
    await assert.rejects(asked, CancelledFailure);
    await assert.rejects(files.strategy.read());

    await files.context.write(wave(4) as ContextFile);
    const { strategy } = await inActivity(new AbortController(), () => pool.activities.selectStrategy({ ref, at: 0 }));
    assert.equal(strategy, 'maximize_success');
  }).timeout(60_000);
});

/** A wave whose strategy is rolled out: with thousands of tasks that takes many seconds. */
function wave(tasks: number): WaveContext {
  const size = { agents: 16, tasks, waves: 1 };
  const { context, waves } = runInput(drawFleet('heterogeneous', 1, size), size, 1);
  return { ...context, tasks: waves[0]!.tasks, strategy: 'maximize_success' };
}

/** As within an activity that Temporal cancels when `abort` says so. */
function inActivity<T>({ signal }: AbortController, work: () => Promise<T>): Promise<T> {
  const cancelled = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new CancelledFailure('CANCELLED')));
  });
  cancelled.catch(() => {});
  return asyncLocalStorage.run({ cancellationSignal: signal, cancelled } as unknown as Context, work);
}
