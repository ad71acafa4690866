/** Live and dry runs without a server: the real activities in their order, over a simulated execution. */
import { createCloseRun } from '../../../activities/close-run.ts';
import { createCommitWave } from '../../../activities/commit-wave.ts';
import { waveFiles } from '../../../activities/dependencies.ts';
import type { Dependencies } from '../../../activities/dependencies.ts';
import { createEmitFeedback } from '../../../activities/emit-feedback.ts';
import { createForecastChunk } from '../../../activities/forecast-chunk.ts';
import type { WaveRef } from '../../../activities/interface.ts';
import { createLoadInputs } from '../../../activities/load-inputs.ts';
import { createMonitorWave } from '../../../activities/monitor-wave.ts';
import { createOpenRun } from '../../../activities/open-run.ts';
import { createSelectStrategy } from '../../../activities/select-strategy.ts';
import { createTuneAgents } from '../../../activities/tune-agents.ts';
import type { RunConfig, WaveResult } from '../../../domain/model/run.ts';

const START = Date.UTC(2026, 2, 2);
const WAVE_MS = 600_000;

/** Runs all waves of the dataset `demo` below the data root. */
export async function simulatedRun(dataRoot: string, executionId: string, input: object): Promise<void> {
  const dependencies: Dependencies = {
    dataRoot,
    isRunClosed: () => Promise.resolve(false),
    searchAttributesKnown: () => Promise.resolve(false),
    timeouts: { unreachableMs: 1000, heartbeatMs: 1000, probeMs: 1000 },
  };
  const opened = await createOpenRun(dependencies)({
    execution_id: executionId,
    input: { dataset: 'demo', ...input },
    at: START,
  });
  const { config, epoch } = opened;
  const finished: WaveResult[] = [];
  let { carry } = opened;
  for (const [index, wave] of opened.waves.entries()) {
    const ref = { execution_id: executionId, dataset: 'demo', wave, dry_run: config.dryRun };
    const at = START + (index + 1) * WAVE_MS;
    const waves = opened.waves.slice(0, index + 1);
    const done = await simulatedWave(dependencies, { ref, config, waves, carry, epoch, at });
    carry = done.carry;
    finished.push(done.result);
  }
  await createCloseRun(dependencies)({
    execution_id: executionId,
    dataset: 'demo',
    dry_run: config.dryRun,
    epoch,
    status: 'completed',
    started_at: START,
    at: START + (finished.length + 1) * WAVE_MS,
    reason: null,
    waves: finished,
    tasks: opened.tasks,
  });
}

interface SimulatedWaveArgs {
  ref: WaveRef;
  config: RunConfig;
  waves: number[];
  carry: string | null;
  epoch: number | null;
  at: number;
}

async function simulatedWave(
  dependencies: Dependencies,
  { ref, config, waves, carry, epoch, at }: SimulatedWaveArgs,
): Promise<{ carry: string; result: WaveResult }> {
  await createLoadInputs(dependencies)({ ref, config, waves, retry: null, retryLeft: null, carry, at });
  await createSelectStrategy(dependencies)({ ref, at });
  await createTuneAgents(dependencies)({ ref });
  const { approvalTimeoutMs } = config.gate;
  const { planVersion, accepted, facts } = await createForecastChunk(dependencies)({ ref, approvalTimeoutMs, at });
  if (!ref.dry_run) await releaseLanes(dependencies, ref, planVersion);
  const { waveGate } = config;
  const { result } = await createMonitorWave(dependencies)({
    ref,
    planVersion,
    accepted,
    facts,
    answers: [],
    waveGate,
    at,
  });
  const { signals } = await createEmitFeedback(dependencies)({ ref, at });
  const committed = await createCommitWave(dependencies)({ ref, epoch, planVersion, accepted, at });
  return {
    carry: committed.carry,
    result: { ...result, signals, skipped: false, gate: null, forecast: null, ledger_head: committed.ledger_head },
  };
}

/** The lanes that a live gate would have written: the commit takes the schedule from them. */
async function releaseLanes({ dataRoot }: Dependencies, ref: WaveRef, version: number): Promise<void> {
  const files = waveFiles(dataRoot, ref);
  const rows = await files.schedule.read();
  for (const agent of new Set(rows.map(({ agent_id }) => agent_id))) {
    await files.store.writeJsonl(
      files.lanePath(version, agent),
      rows.filter(({ agent_id }) => agent_id === agent),
    );
  }
}
