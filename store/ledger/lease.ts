/**
 * The lease of a dataset: the last `open` entry, until a `close` entry of the same run. One live run at a time holds
 * it; each new holder gets a higher epoch, and commits with an older one are refused.
 */
import { invariant } from '../../domain/model/invariant.ts';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import type { CommitFile } from './committed-files.ts';
import { writeCommitFiles } from './committed-files.ts';
import type { LedgerEntry } from './entry.ts';
import { appendEntry, readLedger } from './ledger.ts';
import { runFolder } from './output-paths.ts';

export interface Lease {
  epoch: number;
  execution_id: string;
  /** True once its run was closed in the ledger. */
  closed: boolean;
}

/** Another run is at work on the dataset; `page` is where it is to be seen, if that is known. */
export class LeaseHeld extends Error {
  override name = 'LeaseHeld';
  readonly holder: string;
  readonly wanted: string;

  constructor(holder: string, wanted: string, page: string | null = null) {
    super(
      `Run ${wanted} cannot start: run ${holder} is at work on this dataset. ` +
        `Wait for it, cancel or terminate it, or start a dry run.${page === null ? '' : ` The run at work: ${page}`}`,
    );
    this.holder = holder;
    this.wanted = wanted;
  }
}

/** The run may not write to the dataset: its lease was closed, or another run has taken over. */
export class StaleEpoch extends Error {
  override name = 'StaleEpoch';

  constructor(run: { epoch: number; execution_id: string }, lease: Lease | null) {
    const now = lease === null ? 'nobody holds it' : `it is at epoch ${lease.epoch}, ${stateOf(lease)}`;
    super(`Run ${run.execution_id} has epoch ${run.epoch} of the dataset's lease, but ${now}. Nothing was committed.`);
  }
}

/** The id belongs to a run that is over, so its records could not be told from those of a new one. */
export class ExecutionOver extends Error {
  override name = 'ExecutionOver';

  constructor(executionId: string) {
    super(`Run ${executionId} is over on this dataset. Start the new run with another Workflow ID.`);
  }
}

/** The lease as the ledger has it; null when no run ever opened the dataset. */
export function currentLease(ledger: readonly LedgerEntry[]): Lease | null {
  const open = ledger.findLast((entry) => entry.kind === 'open');
  if (open === undefined) return null;
  const { epoch, execution_id } = open;
  return { epoch, execution_id, closed: closeOf(ledger, execution_id) !== undefined };
}

/** Throws `StaleEpoch` unless the run holds the lease with this epoch. */
export function requireLease(ledger: readonly LedgerEntry[], run: { epoch: number; execution_id: string }): void {
  const lease = currentLease(ledger);
  const held = lease !== null && lease.epoch === run.epoch && lease.execution_id === run.execution_id;
  if (!held || lease.closed) throw new StaleEpoch(run, lease);
}

/**
 * Takes the dataset's lease for a live run; asked again by the run that holds it, answers with the same epoch. A lease
 * left open is taken over when `isClosed` says that its run has ended; else `LeaseHeld`. `at` is ISO-8601.
 * Throws `ExecutionOver` for a run that held the lease before and lost or closed it.
 */
export async function openLease(
  store: ArtifactStore,
  run: { execution_id: string; at: string },
  isClosed: (executionId: string) => Promise<boolean>,
): Promise<{ epoch: number }> {
  const { execution_id, at } = run;
  runFolder(execution_id);
  const { epoch } = await appendEntry(store, async (ledger) => {
    const lease = currentLease(ledger);
    const own = ledger.findLast((entry) => entry.kind === 'open' && entry.execution_id === execution_id);
    if (own !== undefined) {
      if (lease?.execution_id === execution_id && !lease.closed) return own;
      throw new ExecutionOver(execution_id);
    }
    if (lease !== null && !lease.closed && !(await isClosed(lease.execution_id))) {
      throw new LeaseHeld(lease.execution_id, execution_id);
    }
    return { kind: 'open', epoch: (lease?.epoch ?? 0) + 1, execution_id, wave: null, at, status: null, files: [] };
  });
  return { epoch };
}

/**
 * Ends a run in the ledger, with files directly in its folder (summary, report, inputs). A run that is closed already
 * keeps its first closing. Throws `StaleEpoch` when another run has taken over.
 */
export async function closeLease(
  store: ArtifactStore,
  run: { epoch: number; execution_id: string; at: string; status: string; files: readonly CommitFile[] },
): Promise<LedgerEntry> {
  const { epoch, execution_id, at, status } = run;
  const folder = runFolder(execution_id);
  for (const { path } of run.files) {
    invariant(
      !path.slice(folder.length + 1).includes('/'),
      `closing ${execution_id} names ${path}, not a file of the run`,
    );
  }
  const closed = (ledger: readonly LedgerEntry[]) => {
    const entry = closeOf(ledger, execution_id);
    if (entry === undefined) requireLease(ledger, run);
    return entry;
  };
  const before = closed(await readLedger(store));
  if (before !== undefined) return before;
  const files = await writeCommitFiles(store, folder, run.files);
  return appendEntry(
    store,
    (ledger) => closed(ledger) ?? { kind: 'close', epoch, execution_id, wave: null, at, status, files },
  );
}

function closeOf(ledger: readonly LedgerEntry[], executionId: string): LedgerEntry | undefined {
  return ledger.find((entry) => entry.kind === 'close' && entry.execution_id === executionId);
}

function stateOf(lease: Lease): string {
  return lease.closed ? `closed by run ${lease.execution_id}` : `held by run ${lease.execution_id}`;
}
