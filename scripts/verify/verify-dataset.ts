/** Verifies what a dataset's runs have left. Reads only, mends nothing. */
import { inputsRecord, ledgerEntry } from '../../contracts/output-files.ts';
import type { ArtifactStore } from '../../store/artifacts/artifact-store.ts';
import type { LedgerEntry } from '../../store/ledger/entry.ts';
import { walkChain } from '../../store/ledger/ledger.ts';
import { dryRunFolder, entryPath, runFolder, waveFolder } from '../../store/ledger/output-paths.ts';
import { checkAgents } from './check-agents.ts';
import { checkAttempts } from './check-attempts.ts';
import { checkEvidence } from './check-evidence.ts';
import { checkFeedback } from './check-feedback.ts';
import { checkGate } from './check-gate.ts';
import { checkIds } from './check-ids.ts';
import { checkLedger } from './check-ledger.ts';
import { checkMeasures } from './check-measures.ts';
import { checkOutputs } from './check-outputs.ts';
import { checkSummary } from './check-summary.ts';
import type { Findings, RunFacts } from './findings.ts';
import type { Problem } from './problem.ts';
import { RecordReader } from './record-reader.ts';
import { parametersOf, waveFacts } from './wave-facts.ts';
import type { WaveFacts } from './wave-facts.ts';
import { readWave } from './wave-records.ts';
import type { WavePlace } from './wave-records.ts';

/** Called before each wave is read. */
export type Progress = (done: number, of: number, what: string) => void;

interface WaveTask {
  place: WavePlace;
  paths: string[];
}

class Verification {
  readonly problems: Problem[] = [];
  readonly waves: WaveFacts[] = [];
  readonly reader: RecordReader;
  private readonly ids = new Map<string, string>();
  private readonly completed = new Map<string, string>();
  private readonly store: ArtifactStore;

  constructor(store: ArtifactStore) {
    this.store = store;
    this.reader = new RecordReader(store, this.tell);
  }

  readonly tell = (problem: Problem): void => void this.problems.push(problem);

  /** Reads wave after wave; of each, only its facts are kept. */
  async checkWaves(tasks: readonly WaveTask[], progress: Progress): Promise<void> {
    for (const [index, { place, paths }] of tasks.entries()) {
      progress(index, tasks.length, `wave ${place.wave} of ${place.execution_id}`);
      const { tell } = this;
      const wave = await readWave(this.reader, place, paths, tell);
      const before = this.waves.findLast((one) => one.place.execution_id === place.execution_id) ?? null;
      const side = checkMeasures(wave, tell);
      checkEvidence(wave, side, before, tell);
      checkIds(wave, this.ids, tell);
      checkAttempts(wave, this.completed, tell);
      checkGate(wave, tell);
      checkAgents(wave, parametersOf(before), tell);
      checkFeedback(wave, tell);
      await checkOutputs(this.store, wave, tell);
      this.waves.push(waveFacts(wave, side));
    }
  }

  async checkRun(folder: string, run: Omit<RunFacts, 'inputs'>, dryRun: boolean): Promise<RunFacts> {
    const { execution_id, status } = run;
    const waves = this.waves.filter((wave) => wave.place.execution_id === execution_id);
    const who = { execution_id, dry_run: dryRun, status };
    await checkSummary(this.reader, `${folder}/phase22_summary.json`, who, waves, this.tell);
    const inputs = await this.reader.document(`${folder}/inputs.json`, inputsRecord);
    return { ...run, inputs: inputs?.value ?? null };
  }
}

/**
 * The ledger, and the records of every committed wave, or with `only` those of one live run (the ledger is checked as a
 * whole all the same). Null where `only` names a run that the ledger does not know.
 */
export async function verifyDataset(
  store: ArtifactStore,
  only: string | null,
  progress: Progress,
): Promise<Findings | null> {
  const entries = await walkChain(store, () => undefined);
  const chosen = entries.filter((entry) => only === null || entry.execution_id === only);
  if (only !== null && chosen.length === 0) return null;
  const verification = new Verification(store);
  await checkLedger(store, verification.tell);
  for (const { entry } of entries) await verification.reader.document(entryPath(entry), ledgerEntry);
  await verification.checkWaves(chosen.flatMap(waveTask), progress);
  const runs: RunFacts[] = [];
  for (const execution_id of new Set(chosen.map((entry) => entry.execution_id))) {
    const close = chosen.find((entry) => entry.kind === 'close' && entry.execution_id === execution_id);
    const run = { execution_id, status: close?.status ?? null };
    runs.push(close ? await verification.checkRun(runFolder(execution_id), run, false) : { ...run, inputs: null });
  }
  return findings(store, verification, runs);
}

function waveTask(entry: LedgerEntry): WaveTask[] {
  const { kind, execution_id, wave, files } = entry;
  if (kind !== 'wave' || wave === null) return [];
  const folder = waveFolder(runFolder(execution_id), wave);
  return [{ place: { execution_id, wave, dry_run: false, folder }, paths: files.map(({ path }) => path) }];
}

/** The records of one dry run, which is in no ledger. Null where there is none of that id. */
export async function verifyDryRun(
  store: ArtifactStore,
  executionId: string,
  progress: Progress,
): Promise<Findings | null> {
  const folder = dryRunFolder(executionId);
  const paths = await store.list(`${folder}/`);
  if (paths.length === 0) return null;
  const waves = new Set(paths.flatMap((path) => /^wave_(\d+)\//.exec(path.slice(folder.length + 1))?.[1] ?? []));
  const tasks = [...waves]
    .map(Number)
    .sort((a, b) => a - b)
    .flatMap((wave): WaveTask[] => {
      const below = waveFolder(folder, wave);
      const counts = paths.filter((path) => path.startsWith(`${below}/records/`) || path === `${below}/evidence.json`);
      // A wave that was stopped before its commit has working files only.
      if (counts.length === 0) return [];
      return [{ place: { execution_id: executionId, wave, dry_run: true, folder: below }, paths: counts }];
    });
  const verification = new Verification(store);
  await verification.checkWaves(tasks, progress);
  const run = await verification.checkRun(folder, { execution_id: executionId, status: null }, true);
  return findings(store, verification, [run]);
}

async function findings(store: ArtifactStore, verification: Verification, runs: RunFacts[]): Promise<Findings> {
  const dryRuns = new Map<string, string[]>();
  for (const path of await store.list('phase22/dry_runs/')) {
    const [, , executionId = ''] = path.split('/');
    const paths = dryRuns.get(executionId);
    if (paths) paths.push(path);
    else dryRuns.set(executionId, [path]);
  }
  const { problems, waves, reader } = verification;
  return { records: reader.records, problems, waves, runs, dryRuns };
}
