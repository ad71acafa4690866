/** What agents answered: outputs kept as files are there, and every digest is that of its output. */
import { createHash } from 'node:crypto';
import type { ArtifactStore } from '../../store/artifacts/artifact-store.ts';
import { NoSuchArtifact, PathRefused } from '../../store/artifacts/artifact-store.ts';
import { teller } from './problem.ts';
import type { Tell } from './problem.ts';
import type { WaveRecords } from './wave-records.ts';

export async function checkOutputs(store: ArtifactStore, wave: WaveRecords, tell: Tell): Promise<void> {
  const off = teller(tell, 'outputs');
  for (const row of wave.outcomes) {
    const { output, output_ref, output_sha256 } = row.value;
    if (output_ref === undefined) {
      const has = output !== undefined && output !== null;
      const expected = has ? createHash('sha256').update(JSON.stringify(output)).digest('hex') : null;
      if (expected !== output_sha256)
        off(row, `output_sha256: expected ${expected}, that of output, found ${output_sha256}`);
      continue;
    }
    try {
      const found = await store.sha256(output_ref);
      if (found !== output_sha256) off(row, `output ${output_ref}: expected SHA-256 ${output_sha256}, found ${found}`);
    } catch (error) {
      if (!(error instanceof NoSuchArtifact) && !(error instanceof PathRefused)) throw error;
      off(row, `output_ref: ${error.message}`);
    }
  }
}
