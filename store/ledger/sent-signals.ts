import { signalId } from '../../domain/feedback/signal-id.ts';
import { FEEDBACK_PHASES } from '../../domain/model/records.ts';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import { readLedger } from './ledger.ts';

/** Ids of the signals of all waves that were committed. */
export async function sentSignalIds(store: ArtifactStore): Promise<ReadonlySet<string>> {
  const ids = (await readLedger(store)).flatMap(({ kind, execution_id, wave }) =>
    kind === 'wave' && wave !== null ? FEEDBACK_PHASES.map((phase) => signalId(execution_id, wave, phase)) : [],
  );
  return new Set(ids);
}
