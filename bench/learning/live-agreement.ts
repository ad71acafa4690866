/**
 * Does the simulator tell the truth? A run of the experiment on a real Temporal server, with agents that really wait, beside
 * simulated runs of the same dataset that differ in the noise of attempts alone: the live total should be one more of them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WaveEvidence } from '../../domain/model/evidence.ts';
import { simulateRun } from '../../domain/simulation/simulate-run.ts';
import { loadDataset } from '../../store/inputs/load-dataset.ts';
import { demoRun } from '../../test/simulation/demo-run.ts';
import { Harness } from '../../test/workflows/harness.ts';
import { writeDataset } from './dataset.ts';
import type { Size } from './experiment.ts';
import { makespanMs } from './experiment.ts';
import type { FleetName } from './fleets.ts';
import { nextOf } from './paired.ts';

export interface AgreementRequest {
  fleet: FleetName;
  seed: number;
  size: Size;
  timeScale: number;
  /** Simulated runs. */
  runs: number;
}

export interface AgreementFigures {
  fleet: FleetName;
  seed: number;
  waves: number;
  /** Sum over the waves of first dispatch to last outcome, milliseconds. */
  live_ms: number;
  simulated_ms: number;
  /** In which one more simulated run lies in 95 of 100 cases. */
  interval: [number, number];
  inside: boolean;
}

const DATASET = 'agreement';
/** A target that is met: nobody is asked to hurry, as in the experiment. */
const INPUT = { targets: { throughput: 0.01 }, waveGate: { onUnhealthy: 'continue' } };

/** Starts a server, agents and an orchestrator of its own, and stops them. */
export async function measureAgreement(request: AgreementRequest): Promise<AgreementFigures> {
  const { fleet, seed, size, timeScale } = request;
  const harness = await Harness.start();
  try {
    const folder = join(harness.dataRoot, DATASET);
    writeDataset(folder, fleet, seed, size, timeScale);
    const simulated = await simulatedTotals(folder, request);
    await harness.serve(DATASET);
    const run = await harness.start({ ...INPUT, dataset: DATASET, dryRun: false, seed });
    await run.result();
    const live = Array.from({ length: size.waves }, (_, index) => liveMakespanMs(folder, index + 1));
    const live_ms = live.reduce((sum, ms) => sum + ms, 0);
    const { mean, ci } = simulated;
    return {
      fleet,
      seed,
      waves: size.waves,
      live_ms,
      simulated_ms: mean,
      interval: ci,
      inside: live_ms >= ci[0] && live_ms <= ci[1],
    };
  } finally {
    await harness.stop();
  }
}

async function simulatedTotals(folder: string, { seed, runs }: AgreementRequest): Promise<ReturnType<typeof nextOf>> {
  const input = demoRun(await loadDataset(folder), { ...INPUT, seed });
  const totals = Array.from({ length: runs }, (_, run) => {
    const natures = input.natures.map((nature) => ({ ...nature, seed: nature.seed + 1_000_000 * (run + 1) }));
    return simulateRun({ ...input, natures }).reduce((sum, { simulated }) => sum + makespanMs(simulated.facts), 0);
  });
  return nextOf(totals);
}

function liveMakespanMs(folder: string, wave: number): number {
  const path = join(folder, `phase22/wave_${wave}/evidence.json`);
  const { first_dispatch_at, last_outcome_at } = JSON.parse(readFileSync(path, 'utf8')) as WaveEvidence;
  return makespanMs({ firstDispatchAt: first_dispatch_at, lastOutcomeAt: last_outcome_at });
}
