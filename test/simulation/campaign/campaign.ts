/** Many seeds on all cores. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Tally } from './tally.ts';
import { addTo, emptyTally } from './tally.ts';

/** Seeds that a thread takes at a time. */
const BATCH = 50;

export interface CampaignInput {
  from: number;
  seeds: number;
  /** Called after every batch with what there is so far. */
  progress: (sofar: Tally) => void;
}

/** Runs the seeds `from` … `from + seeds − 1`. The tally does not depend on the number of threads. */
export async function runCampaign({ from, seeds, progress }: CampaignInput): Promise<Tally> {
  const pool = new Piscina({
    filename: fileURLToPath(new URL('tally.ts', import.meta.url)),
    maxThreads: Math.max(1, Math.min(availableParallelism(), Math.ceil(seeds / BATCH))),
    // A thread starts without the loader for TypeScript.
    execArgv: ['--import', 'tsx'],
  });
  const tally = emptyTally();
  try {
    const batches = Array.from({ length: Math.ceil(seeds / BATCH) }, (_, index) => {
      const first = index * BATCH;
      return { from: from + first, count: Math.min(BATCH, seeds - first) };
    });
    await Promise.all(
      batches.map(async (batch) => {
        addTo(tally, (await pool.run(batch)) as Tally);
        progress(tally);
      }),
    );
  } finally {
    await pool.destroy();
  }
  return tally;
}
