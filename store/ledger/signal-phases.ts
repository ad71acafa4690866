import { signalId } from '../../domain/feedback/signal-id.ts';
import { FEEDBACK_PHASES, type FeedbackPhase } from '../../domain/model/records.ts';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import { readLedger } from './ledger.ts';

/** The signals of all waves that were committed, by id: the phase that each went to. */
export async function signalPhases(store: ArtifactStore): Promise<ReadonlyMap<string, FeedbackPhase>> {
  const sent = (await readLedger(store)).flatMap(({ kind, execution_id, wave }) =>
    kind === 'wave' && wave !== null
      ? FEEDBACK_PHASES.map((phase) => [signalId(execution_id, wave, phase), phase] as const)
      : [],
  );
  return new Map(sent);
}
