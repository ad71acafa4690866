/**
 * Takes over what a run that was terminated from outside had done but not committed: its whole lines count, in its own
 * name, so that done work is never done again. Then the run is closed.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { AttemptLine } from '../domain/model/outcome.ts';
import type { OutcomeRecord } from '../domain/model/records.ts';
import type { WaveResult } from '../domain/model/run.ts';
import type { DispatchFacts } from '../domain/wave/measure-stage.ts';
import { currentLease } from '../store/ledger/lease.ts';
import type { LedgerEntry } from '../store/ledger/entry.ts';
import { readLedger } from '../store/ledger/ledger.ts';
import { runFolder } from '../store/ledger/output-paths.ts';
import { readWhole } from '../store/segments/segment-reader.ts';
import { WaveFiles } from '../store/waves/wave-files.ts';
import { createCloseRun } from './close-run.ts';
import { createCommitWave } from './commit-wave.ts';
import type { DatasetPlace, Dependencies } from './dependencies.ts';
import { createEmitFeedback } from './emit-feedback.ts';
import type { WaveRef } from './interface.ts';
import { createMonitorWave } from './monitor-wave.ts';

/** Closes the run that holds the dataset's lease, if it is another one and Temporal says that it is over. */
export async function adoptLeftRun(
  dependencies: Dependencies,
  place: DatasetPlace,
  run: { execution_id: string; dataset: string; at: number },
): Promise<void> {
  const ledger = await readLedger(place.store);
  const lease = currentLease(ledger);
  if (!lease || lease.closed || lease.execution_id === run.execution_id) return;
  if (!(await dependencies.isRunClosed(lease.execution_id))) return;
  const { execution_id, epoch } = lease;
  const own = ledger.filter((entry) => entry.execution_id === execution_id);
  const committed = new Set(own.flatMap((entry) => (entry.kind === 'wave' ? [entry.wave] : [])));
  for (const wave of await waveFolders(place, execution_id)) {
    if (committed.has(wave)) continue;
    const ref = { execution_id, dataset: run.dataset, wave, dry_run: false };
    await adoptWave(dependencies, place, ref, epoch, run.at);
  }
  const waves: WaveResult[] = [];
  for (const entry of await readLedger(place.store)) {
    if (entry.kind === 'wave' && entry.execution_id === execution_id) waves.push(await committedResult(place, entry));
  }
  await createCloseRun(dependencies)({
    execution_id,
    dataset: run.dataset,
    dry_run: false,
    epoch,
    status: 'terminated',
    started_at: Date.parse(own.find((entry) => entry.kind === 'open')?.at ?? '') || run.at,
    at: run.at,
    reason: 'it was terminated from outside; the next run took over what it had done',
    waves,
    tasks: waves.reduce((sum, wave) => sum + wave.completed + wave.failed + wave.deferred + wave.rejected, 0),
  });
}

async function waveFolders({ store }: DatasetPlace, executionId: string): Promise<number[]> {
  const pattern = new RegExp(`^${runFolder(executionId).replaceAll('.', '\\.')}/wave_(\\d+)/tuning\\.json$`);
  const paths = await store.list(`${runFolder(executionId)}/wave_`);
  return paths
    .flatMap((path) => pattern.exec(path)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Commits what the wave had done. One without a released plan can have done nothing. */
async function adoptWave(
  dependencies: Dependencies,
  place: DatasetPlace,
  ref: WaveRef,
  epoch: number,
  at: number,
): Promise<void> {
  const files = new WaveFiles(place.store, place.root, ref);
  let planVersion = 0;
  while (await files.memory(planVersion + 1).exists()) planVersion += 1;
  if (planVersion === 0) return;
  const lines = await quietLines(dependencies, files, place);
  const file = `${files.folder}/segments/adopted.1.jsonl`;
  const { bytes, sha256, records } = await place.store.writeJsonl(file, lines);
  const accepted = { lists: 0, listsSha256: null, segments: [{ file, lines: records, bytes, sha256 }] };
  const { settled, released } = await files.memory(planVersion).read();
  const counts = (how: string) => Object.values(settled).filter((one) => one === how).length;
  const first = lines.length === 0 ? null : Math.min(...lines.map((line) => line.started_at));
  const last = lines.length === 0 ? null : Math.max(...lines.map((line) => line.finished_at));
  const agents = [...new Set(lines.map((line) => line.agent_id))].sort();
  const facts: DispatchFacts = {
    released: released.length,
    deferred: counts('deferred'),
    rejected: counts('rejected'),
    // What the dispatch saw went with its workflow; the lines tell when work began and ended.
    releasedAt: first,
    firstDispatchAt: first,
    lastOutcomeAt: last,
    pauses: [],
    copies: lines.filter((line) => line.copy).length,
    agents: agents.map((agent_id) => ({
      agent_id,
      up: [{ from: first ?? at, to: last ?? at }],
      breaker: 'closed',
      trips: 0,
    })),
  };
  const waveGate = { minHealth: 0, onUnhealthy: 'continue' as const };
  // Not the time of the adoption: whoever adopts, and however often, writes the same bytes.
  const adoptedAt = last ?? at;
  await createMonitorWave(dependencies)({ ref, planVersion, accepted, facts, answers: [], waveGate, at: adoptedAt });
  await createEmitFeedback(dependencies)({ ref, at: adoptedAt });
  await createCommitWave(dependencies)({ ref, epoch, planVersion, accepted, at: adoptedAt });
}

/** What the run's workflow would have kept of a committed wave, read back from the wave's files. */
async function committedResult({ store, root }: DatasetPlace, entry: LedgerEntry): Promise<WaveResult> {
  const { execution_id, entry: number, sha256 } = entry;
  const wave = entry.wave ?? 0;
  const files = new WaveFiles(store, root, { execution_id, wave, dry_run: false });
  const { attempts, evidence, health, anomalies } = await files.measured.read();
  const { settings } = await files.tuning.read();
  const folders = settings.agents.map(({ agent_id }) => `${files.folder}/records/agents/${agent_id}`);
  const read = (folder: string) => store.readJsonl<OutcomeRecord>(`${folder}/outcomes.jsonl`);
  const outcomes = (await Promise.all(folders.map(read))).flat();
  const { retried } = await files.context.read();
  const over = new Set(outcomes.filter(({ final }) => final).map(({ task_id }) => task_id));
  return {
    wave,
    dry_run: false,
    strategy: settings.strategy,
    health: health.overall_health_score,
    health_status: health.health_status,
    completed: attempts.filter(({ final, status }) => final && status === 'completed').length,
    failed: (await store.readJsonl(`${files.folder}/records/dead_letters.jsonl`)).length,
    deferred: evidence.deferred,
    rejected: evidence.rejected,
    anomalies: anomalies.length,
    signals: (await files.signals.read()).length,
    retried: retried.filter((task) => over.has(task)).length,
    cost: outcomes.reduce((sum, { cost }) => sum + (cost ?? 0), 0),
    skipped: false,
    gate: null,
    forecast: null,
    ledger_head: { entry: number, sha256 },
  };
}

/** The wave's lines, once its executors have had time to notice that their run is gone. */
async function quietLines(dependencies: Dependencies, files: WaveFiles, place: DatasetPlace): Promise<AttemptLine[]> {
  let lines = await doneLines(files, place);
  for (;;) {
    // Watched, not told by the lines' times: clocks of agents and of this process may be hours apart.
    await wait(dependencies.timeouts.heartbeatMs);
    const now = await doneLines(files, place);
    if (now.length === lines.length) return now;
    lines = now;
  }
}

/**
 * Every task's attempts in their order, up to its end, each attempt once. Two chunks can hold the same attempt where the
 * first was lost and its task planned again, or copied: then the one that ended first counts, and a copy only if it
 * completed its task.
 */
async function doneLines(files: WaveFiles, { store, root }: DatasetPlace): Promise<AttemptLine[]> {
  const newest = new Map<string, { k: number; path: string }>();
  for (const path of await store.list(`${files.folder}/segments/c`)) {
    const [, base, k] = /^(.*)\.(\d+)\.jsonl$/.exec(path) ?? [];
    if (base === undefined || Number(k) < (newest.get(base)?.k ?? 0)) continue;
    newest.set(base, { k: Number(k), path });
  }
  const all: AttemptLine[] = [];
  for (const { path } of newest.values()) all.push(...(await readWhole(root, path)).lines);
  all.sort((a, b) => a.finished_at - b.finished_at || (a.task_id < b.task_id ? -1 : 1));
  const next = new Map<string, number>();
  return all.flatMap((line) => {
    const due = next.get(line.task_id) ?? 1;
    const counts = line.copy ? line.verdict === 'completed' && due !== Infinity : line.attempt === due;
    if (!counts) return [];
    next.set(line.task_id, line.verdict === 'completed' || line.verdict === 'dead' ? Infinity : due + 1);
    return [line.copy ? { ...line, attempt: due } : line];
  });
}
