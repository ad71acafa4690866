/** Opens a run: checks its input and dataset, takes the dataset's lease, and lists the waves. Nothing is written before all checks pass. */
import { activityInfo } from '@temporalio/activity';
import type { ArtifactStore } from '../store/artifacts/artifact-store.ts';
import { BadInputError } from '../contracts/bad-input.ts';
import { parseRunInput } from '../contracts/run-input.ts';
import type { RunConfig } from '../domain/model/run.ts';
import type { PlacedTask } from '../domain/wave/backlog.ts';
import { pendingTasks, placeTasks, waveNumbers } from '../domain/wave/backlog.ts';
import { ensureDemoDataset } from '../store/demo-dataset.ts';
import type { DatasetInputs } from '../store/inputs/load-dataset.ts';
import { loadDataset, requireTasks } from '../store/inputs/load-dataset.ts';
import { consumedTasks } from '../store/ledger/consumed.ts';
import { deriveFiles } from '../store/ledger/derive.ts';
import { LeaseHeld, openLease } from '../store/ledger/lease.ts';
import { readLedger } from '../store/ledger/ledger.ts';
import {
  dryRunFolder,
  EXECUTION_ID_EXPECTED,
  isExecutionId,
  runFolder,
  waveFolder,
} from '../store/ledger/output-paths.ts';
import { requireWholeHead } from '../store/ledger/verify-ledger.ts';
import { adoptLeftRun } from './adopt-run.ts';
import type { DatasetPlace, Dependencies } from './dependencies.ts';
import { datasetPlace } from './dependencies.ts';
import { requireNotifiable } from './notify-approvers.ts';
import type { OpenedRun, OpenRunArgs } from './interface.ts';

export function createOpenRun(dependencies: Dependencies) {
  return async function openRun(args: OpenRunArgs): Promise<OpenedRun> {
    const { execution_id } = args;
    checkExecutionId(execution_id);
    const config = readConfig(args.input);
    if (config.dataset === 'demo') await ensureDemoDataset(dependencies.dataRoot);
    const { root, store } = datasetPlace(dependencies.dataRoot, config.dataset);
    if (config.dryRun) await requireNewDryRun(store, execution_id);
    const inputs = await loadDataset(root);
    requireTasks(inputs);
    if (!config.dryRun) requireFleet(inputs, config.dataset);
    if (config.gate.notifyUrl !== null) requireNotifiable(config.gate.notifyUrl, inputs.agents);
    const placed = placeTasks(inputs.tasks, config.tasksPerWave);
    checkWaves(config, placed);

    const epoch = config.dryRun ? null : await takeLease(args, config.dataset, { root, store }, dependencies);
    const ended = await consumedTasks(store);
    let pending = pendingTasks(placed, ended, { execution_id, rerun: config.rerun });
    const forecastsDone = config.dryRun && pending.length === 0;
    if (forecastsDone) pending = pendingTasks(placed, ended, { execution_id, rerun: true });
    const waves = chooseWaves(config, pending);
    const inWaves = new Set(waves);
    return {
      config: forecastsDone ? { ...config, rerun: true } : config,
      waves,
      lastWave: waveNumbers(placed).at(-1) ?? 0,
      tasks: pending.filter((task) => inWaves.has(task.wave)).length,
      epoch,
      carry: await latestCarry(store),
      searchAttributes: await dependencies.searchAttributesKnown(),
      forecastsDone,
      notes: forecastsDone ? [] : fewerWaves(config, waves),
      timeouts: dependencies.timeouts,
    };
  };
}

/** The Workflow ID names the run's folder. */
function checkExecutionId(executionId: string): void {
  if (isExecutionId(executionId)) return;
  const expected = `a Workflow ID of ${EXECUTION_ID_EXPECTED}; start the run with such a one`;
  throw new BadInputError([{ field: 'Workflow ID', value: JSON.stringify(executionId.slice(0, 200)), expected }]);
}

function readConfig(input: unknown): RunConfig {
  const parsed = parseRunInput(input);
  if (!parsed.ok) throw new BadInputError(parsed.problems);
  return parsed.config;
}

/** A dry run's folder is its own: an id that was used before would mix two forecasts. */
async function requireNewDryRun(store: ArtifactStore, executionId: string): Promise<void> {
  if (!(await store.exists(`${dryRunFolder(executionId)}/phase22_summary.json`))) return;
  const expected = 'a Workflow ID that no dry run of this dataset has had; start the run with another one';
  throw new BadInputError([{ field: 'Workflow ID', value: JSON.stringify(executionId), expected }]);
}

/** A live run acts on a fleet that somebody described; only the demo may do without. */
function requireFleet(inputs: DatasetInputs, dataset: string): void {
  if (inputs.agents !== null || dataset === 'demo') return;
  throw new BadInputError([
    {
      field: 'phase22/agents.json',
      value: 'no such file',
      expected: 'the fleet of a live run; without it only dry runs are possible',
    },
  ]);
}

function checkWaves(config: RunConfig, placed: readonly PlacedTask[]): void {
  const known = waveNumbers(placed);
  const unknown = (config.waves ?? []).filter((wave) => !known.includes(wave));
  if (unknown.length === 0) return;
  const expected = `waves of the dataset: ${known.join(', ')}`;
  throw new BadInputError([{ field: 'waves', value: JSON.stringify(unknown), expected }]);
}

/** Waves that have pending tasks: those asked for, or the first so many of all. */
function chooseWaves(config: RunConfig, pending: readonly PlacedTask[]): number[] {
  const open = waveNumbers(pending);
  if (config.waves) return config.waves.filter((wave) => open.includes(wave));
  return config.waveCount === null ? open : open.slice(0, config.waveCount);
}

function fewerWaves({ waves: named, waveCount }: RunConfig, found: readonly number[]): string[] {
  const asked = named?.length ?? waveCount;
  if (asked === null || found.length === 0 || asked <= found.length) return [];
  const left = found.length === 1 ? 'only one has' : `only ${found.length} have`;
  return [`${asked} waves were asked for, but ${left} tasks left: ${found.join(', ')}`];
}

/** The lease's epoch, once what an earlier run left is committed and loose files are mended. */
async function takeLease(
  args: OpenRunArgs,
  dataset: string,
  place: DatasetPlace,
  dependencies: Dependencies,
): Promise<number> {
  const { execution_id, at } = args;
  await requireWholeHead(place.store);
  await adoptLeftRun(dependencies, place, { execution_id, dataset, at });
  const lease = { execution_id, at: new Date(at).toISOString() };
  const { epoch } = await openLease(place.store, lease, dependencies.isRunClosed).catch(withPageOfHolder);
  await deriveFiles(place.store);
  return epoch;
}

/** A refusal also says where the run at work is to be seen: its page in Temporal's web page. */
function withPageOfHolder(error: unknown): never {
  if (!(error instanceof LeaseHeld)) throw error;
  const { namespace } = activityInfo();
  const page = `/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(error.holder)}`;
  throw new LeaseHeld(error.holder, error.wanted, page);
}

/** What the latest committed wave of any run learned. */
async function latestCarry(store: Parameters<typeof readLedger>[0]): Promise<string | null> {
  const latest = (await readLedger(store)).findLast((entry) => entry.kind === 'wave');
  if (!latest || latest.wave === null) return null;
  return `${waveFolder(runFolder(latest.execution_id), latest.wave)}/carry.json`;
}
