/** Keeps the agents of datasets served by processes of their own, and follows the fleet files as they change. */
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { allAgents, datasetAgents } from '../agents/fleet.ts';
import type { ServedAgent } from '../agents/serve-agents.ts';
import type { ProcessEvent, SupervisedProcess } from './processes.ts';
import { superviseProcess } from './processes.ts';

const PROGRAM = fileURLToPath(new URL('../../scripts/wavewright.js', import.meta.url));
/** Larger fleets share so many processes per dataset. */
const PROCESSES_PER_DATASET = 8;
const SCAN_EVERY_MS = 2_000;
/** A process that did not start, because its agent lacks a variable for example, is tried again after so long. */
const START_AGAIN_MS = 30_000;

/** What the process of agents prints once they poll. */
export const AGENTS_READY = 'agents ready';

export interface FleetOptions {
  dataRoot: string;
  /** Null: every dataset below the data root. */
  dataset: string | null;
  env: NodeJS.ProcessEnv;
  logFolder: string;
  onEvent: (event: ProcessEvent) => void;
  onFault: (dataset: string, error: Error) => void;
}

export interface Fleet {
  /** Names of the agents served, as `dataset/agent_id`. */
  agents(): string[];
  stop(): Promise<void>;
}

interface Group {
  dataset: string;
  agents: ServedAgent[];
}

/** Starts the processes and waits until all agents poll; then keeps looking for datasets and fleets that changed. */
export async function superviseFleet(options: FleetOptions): Promise<Fleet> {
  const running = new Map<string, { group: Group; process: SupervisedProcess }>();
  const startAgainAt = new Map<string, number>();
  const faults = new Map<string, string>();
  let stopped = false;
  const tellOnce = (dataset: string, error: Error) => {
    if (faults.get(dataset) === error.message) return;
    faults.set(dataset, error.message);
    options.onFault(dataset, error);
  };
  const reconcile = async () => {
    const wanted = groupsOf(
      options.dataset === null
        ? await allAgents(options.dataRoot, tellOnce)
        : await datasetAgents(options.dataRoot, options.dataset),
    );
    for (const [key, { process }] of running) {
      if (wanted.has(key)) continue;
      running.delete(key);
      await process.stop();
    }
    const missing = [...wanted].filter(([key]) => !running.has(key) && (startAgainAt.get(key) ?? 0) <= Date.now());
    const started = await Promise.allSettled(
      missing.map(async ([key, group]) => {
        const process = await startGroup(group, options);
        if (stopped) await process.stop();
        else running.set(key, { group, process });
      }),
    );
    const failed = started.flatMap((start, index) =>
      start.status === 'rejected' ? [{ start, at: missing[index]! }] : [],
    );
    for (const { at } of failed) startAgainAt.set(at[0], Date.now() + START_AGAIN_MS);
    for (const { start, at } of failed) {
      // One dataset's fault is no reason not to serve the others.
      if (options.dataset !== null) throw start.reason;
      tellOnce(at[1].dataset, start.reason instanceof Error ? start.reason : new Error(String(start.reason)));
    }
  };
  await reconcile();
  const abort = new AbortController();
  const watching = (async () => {
    while (!stopped) {
      await wait(SCAN_EVERY_MS, undefined, { signal: abort.signal });
      await reconcile().catch((error: unknown) =>
        tellOnce('fleet', error instanceof Error ? error : new Error(String(error))),
      );
    }
  })().catch(() => undefined);
  return {
    agents: () =>
      [...running.values()].flatMap(({ group }) =>
        group.agents.map(({ dataset, entry }) => `${dataset}/${entry.agent_id}`),
      ),
    stop: async () => {
      stopped = true;
      abort.abort();
      await watching;
      await Promise.all([...running.values()].map(({ process }) => process.stop()));
    },
  };
}

/** One process per agent, up to a number per dataset; the key changes with anything that the process is told. */
function groupsOf(agents: ServedAgent[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  const position = new Map<string, number>();
  for (const agent of agents) {
    const place = position.get(agent.dataset) ?? 0;
    position.set(agent.dataset, place + 1);
    const name = `${agent.dataset}/${place % PROCESSES_PER_DATASET}`;
    const group = groups.get(name) ?? { dataset: agent.dataset, agents: [] };
    group.agents.push(agent);
    groups.set(name, group);
  }
  return new Map([...groups.values()].map((group) => [JSON.stringify(group.agents), group]));
}

function startGroup(group: Group, options: FleetOptions): Promise<SupervisedProcess> {
  const ids = group.agents.map(({ entry }) => entry.agent_id);
  const name = `${group.dataset} ${ids.join(' ')}`;
  return superviseProcess({
    name: `agents ${name}`,
    command: process.execPath,
    args: [PROGRAM, 'agents', '--dataset', group.dataset, ...ids.flatMap((id) => ['--agent', id])],
    env: { ...options.env, WAVEWRIGHT_DATA: options.dataRoot },
    restart: true,
    logFile: resolve(options.logFolder, `agents-${name.replaceAll(' ', '-').slice(0, 100)}.log`),
    ready: new RegExp(AGENTS_READY),
    onEvent: options.onEvent,
  });
}
