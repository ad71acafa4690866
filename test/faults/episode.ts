/** One live run on real processes, struck by a fault and watched to its end. Everything drawn comes from the seed. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { seededRandom } from '../../domain/model/random.ts';
import { ORCHESTRATOR_QUEUE } from '../../domain/model/task-queues.ts';
import { writeDemoDataset } from '../../store/demo-dataset.ts';
import type { multiWaveRun } from '../../workflows/multi-wave-run.ts';
import { pauseSignal, resumeSignal, runProgressQuery } from '../../workflows/messages.ts';
import { allowHosts, editFleet } from '../workflows/harness.ts';
import { startCountingPrograms, startCountingService, type CountingAgents } from './counting-agent.ts';
import type { Child } from './child-processes.ts';
import { attemptName, RunFiles } from './run-files.ts';
import type { Build, Stage } from './stage.ts';

const ASK_MS = 2_000;
/** Long enough for a machine that is busy with other work. */
const WAIT_MS = 120_000;
export const VICTIM = 'agent_0';

export class Episode {
  readonly stage: Stage;
  readonly dataset: string;
  readonly folder: string;
  readonly files: RunFiles;
  readonly random: () => number;
  readonly shape: {
    waves: number;
    tasks: number;
    agents: number;
    idempotent: boolean;
    http: boolean;
    person: 'approved' | 'rejected';
  };
  readonly violations: string[] = [];
  kills = 0;
  /** Starts that happened although everything stood still. */
  startedWhilePaused = 0;
  recoverySeconds: number | null = null;
  /** Serves `VICTIM` alone. */
  victim: Child | null = null;
  /** Serves all other agents. */
  others: Child | null = null;
  /** Requests that agents had had when the present run, after another one, had opened its first wave; else 0. */
  requestsBefore = 0;
  private isNew = true;
  private counting: CountingAgents | null = null;
  private readonly straggling: number | null;
  private runs = 0;
  private current: WorkflowHandle<typeof multiWaveRun> | null = null;
  private recovering: { at: number; isProgress: () => boolean } | null = null;
  private readonly countsFolder: string;

  constructor(stage: Stage, kind: string, seed: number, straggling: number | null) {
    this.stage = stage;
    this.dataset = `${kind}-${seed}`;
    this.folder = join(stage.dataRoot, this.dataset);
    this.files = new RunFiles(this.folder);
    this.countsFolder = join(stage.folder, 'counts', this.dataset);
    this.straggling = straggling;
    this.random = seededRandom('episode', kind, seed);
    const waves = this.random() < 0.7 ? 1 : 2;
    this.shape = {
      waves,
      tasks: Math.floor(this.between(20, 60) / waves),
      agents: Math.floor(this.between(2, 5)),
      person: this.random() < 0.75 ? 'approved' : 'rejected',
      // Then a straggling task may run a second time elsewhere.
      idempotent: this.random() < 0.5 || straggling !== null,
      // Agents are services or programs.
      http: this.random() < 0.5,
    };
  }

  get agents(): CountingAgents {
    if (this.counting === null) throw new Error('the episode has not begun');
    return this.counting;
  }

  /** To be called when a wave of the present run is seen first. */
  waveOpened(): void {
    if (this.isNew && this.startedAgain) this.requestsBefore = this.agents.requests().length;
    this.isNew = false;
  }

  /** True once a second run was started. */
  get startedAgain(): boolean {
    return this.runs > 1;
  }

  get run(): WorkflowHandle<typeof multiWaveRun> {
    if (this.current === null) throw new Error('no run was started');
    return this.current;
  }

  between(from: number, to: number): number {
    return from + (to - from) * this.random();
  }

  oneOf<T>(choices: readonly [T, ...T[]]): T {
    return choices[Math.floor(this.random() * choices.length)] ?? choices[0];
  }

  /** Writes the dataset, starts what serves it, and starts a run. */
  async begin(): Promise<void> {
    const { waves, tasks, agents, idempotent, http } = this.shape;
    this.counting = await (http ? startCountingService : startCountingPrograms)(this.countsFolder);
    const seed = Math.floor(this.between(1, 10_000));
    await writeDemoDataset(this.folder, { waves, tasks, agents, seed });
    editFleet(this.folder, ({ agent_id, slots, capabilities }) => ({
      agent_id,
      slots,
      capabilities,
      idempotent,
      ...this.agents.entry(
        String(agent_id),
        (agent_id === VICTIM ? this.straggling : null) ?? Math.round(this.between(50, 130)),
      ),
    }));
    allowHosts(this.folder, this.agents.hosts);
    await Promise.all([this.stage.anOrchestrator(), this.startVictim(), this.startOthers()]);
    await this.startRun();
  }

  async startVictim(build: Build = 'own'): Promise<void> {
    this.victim = await this.stage.startAgents(this.dataset, [VICTIM], build);
  }

  async startOthers(): Promise<void> {
    const others = Array.from({ length: this.shape.agents - 1 }, (_, index) => `agent_${index + 1}`);
    this.others = await this.stage.startAgents(this.dataset, others);
  }

  async startRun(): Promise<void> {
    this.isNew = true;
    const workflowId = `${this.dataset}-run-${(this.runs += 1)}`;
    this.current = await this.stage.client.workflow.start<typeof multiWaveRun>('multiWaveRun', {
      workflowId,
      taskQueue: ORCHESTRATOR_QUEUE,
      args: [{ dataset: this.dataset, dryRun: false, waveGate: { onUnhealthy: 'continue' } }],
    });
  }

  /** Asks until there is an answer that counts, whatever is down meanwhile. */
  async until(what: string, wanted: () => unknown, waitMs = WAIT_MS): Promise<void> {
    const deadline = performance.now() + waitMs;
    while (!(await wanted())) {
      if (performance.now() > deadline) throw new Error(`waited ${waitMs / 1000} s in vain for ${what}`);
      await wait(10);
    }
  }

  /** A server call that gives up soon; null when it failed. */
  async ask<T>(call: () => Promise<T>): Promise<T | null> {
    try {
      return await this.stage.connection.withDeadline(Date.now() + ASK_MS, call);
    } catch {
      return null;
    }
  }

  /** Repeats a server call until it succeeds. */
  async insist(what: string, call: () => Promise<unknown>): Promise<void> {
    await this.until(what, async () => (await this.ask(async () => [await call()])) !== null);
  }

  /** Waits until a drawn part of the first wave has outcomes. */
  async untilOutcomes(part: [number, number] = [0.1, 0.5]): Promise<void> {
    const wanted = Math.max(2, Math.round(this.between(...part) * this.shape.tasks));
    await this.until(`${wanted} outcomes`, () => this.files.attempts().size >= wanted);
  }

  /** Attempts that were asked for, of the victim or of all, and that have left no line yet. */
  inFlight(whose: 'victim' | 'all' = 'victim'): string[] {
    const ended = this.files.attempts();
    return this.agents
      .requests()
      .filter(({ agent_id }) => whose === 'all' || agent_id === VICTIM)
      .map(({ agent_id, task_id, attempt }) => attemptName(agent_id, task_id, attempt))
      .filter((name) => !ended.has(name));
  }

  untilInFlight(whose: 'victim' | 'all' = 'victim'): Promise<void> {
    return this.until('a task in flight', () => this.inFlight(whose).length > 0);
  }

  async isOver(): Promise<boolean> {
    const described = await this.ask(() => this.run.describe());
    return described !== null && described.status.name !== 'RUNNING';
  }

  async progress() {
    return this.ask(() => this.run.query(runProgressQuery));
  }

  /** Pauses the run and waits until nothing is in flight. */
  async pause(): Promise<void> {
    await this.insist('the pause', () => this.run.signal(pauseSignal));
    await this.untilPaused();
  }

  untilPaused(): Promise<void> {
    return this.until('a paused run', async () => (await this.progress())?.status === 'paused');
  }

  async resume(): Promise<void> {
    await this.insist('the resumption', () => this.run.signal(resumeSignal));
  }

  /** Carries out `fault` while the run is paused, and counts what was started nevertheless. */
  async whilePaused(fault: () => Promise<void>): Promise<void> {
    await this.pause();
    const before = this.agents.requests().length;
    await fault();
    await wait(this.between(300, 1_000));
    await this.untilPaused();
    this.startedWhilePaused += this.agents.requests().length - before;
    await this.resume();
  }

  async kill(child: Child | null): Promise<void> {
    if (child === null) throw new Error('nothing to kill');
    const wasAlive = child.alive;
    await child.kill('SIGKILL');
    this.kills += 1;
    this.bites(wasAlive && child.endedBy === 'SIGKILL', `${child.name} was not killed`);
  }

  /** A fault must have hit; one that did not proves nothing. */
  bites(hit: boolean, otherwise: string): void {
    if (!hit) this.violations.push(`the fault missed: ${otherwise}`);
  }

  /**
   * From `since` (`performance.now()`, else now) it recovers, until the first file of the run or its ledger that is not
   * there now; with `attempts`, until the end of one of their tasks.
   */
  recovers({ attempts = [], since = performance.now() }: { attempts?: readonly string[]; since?: number } = {}): void {
    const known = new Set(this.files.all());
    const tasks = new Set(attempts.map((name) => name.split(' ')[1]));
    const isNew = ({ file }: { file: string }) => !known.has(file);
    this.recovering = {
      at: since,
      isProgress: () =>
        tasks.size === 0
          ? this.files.all().some((file) => isNew({ file }))
          : this.files.lines().some((line) => isNew(line) && tasks.has(line.task_id)),
    };
  }

  /** Looks whether the recovery that is measured is over. */
  lookForProgress(): void {
    if (this.recovering === null || !this.recovering.isProgress()) return;
    this.recoverySeconds = (performance.now() - this.recovering.at) / 1000;
    this.recovering = null;
  }

  /** Ends the agents' processes; with `keep` the files stay. */
  async end(keep: boolean): Promise<void> {
    if (this.current !== null) await this.ask(() => this.run.terminate('the episode is over'));
    for (const child of [this.victim, this.others]) await child?.kill('SIGKILL');
    await this.counting?.stop();
    await this.stage.handOver(!keep);
    if (keep) return;
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(this.countsFolder, { recursive: true, force: true });
  }

  /** Ids of the dataset's tasks with their declared risk. */
  tasks(): Map<string, string> {
    const text = readFileSync(join(this.folder, 'phase20/predicted_tasks.jsonl'), 'utf8').trimEnd();
    const rows = text.split('\n').map((line) => JSON.parse(line) as { task_id: string; risk_assessment: string });
    return new Map(rows.map(({ task_id, risk_assessment }) => [task_id, risk_assessment]));
  }
}
