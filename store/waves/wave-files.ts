/**
 * The working files of one wave: what its activities hand to each other by name. They lie in the wave's folder below
 * `phase22/runs/<execution_id>` (a dry run's: `phase22/dry_runs/…`).
 */
import type { InputsRecord, QuarantineRecord } from '../../contracts/output-files.ts';
import type { AcceptedSegment } from '../../domain/dispatch/state.ts';
import { countedLines } from '../../domain/dispatch/counted-lines.ts';
import type { AttemptLine } from '../../domain/model/outcome.ts';
import type { LaneRow, Move, Unplaceable } from '../../domain/model/plan.ts';
import type { GateDecision, LearningSignal } from '../../domain/model/records.ts';
import type { ApprovalRequest } from '../../domain/model/run.ts';
import type { ForecastRecord } from '../../domain/simulation/forecast.ts';
import type { Carry } from '../../domain/wave/carry.ts';
import type { ChosenStrategy, TunedWave } from '../../domain/wave/choose-stage.ts';
import type { WaveContext } from '../../domain/wave/context.ts';
import type { MeasureStageResult } from '../../domain/wave/measure-stage.ts';
import type { PlanMemory } from '../../domain/wave/plan-memory.ts';
import type { PlanStageResult } from '../../domain/wave/plan-stage.ts';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import { dryRunFolder, runFolder, waveFolder } from '../ledger/output-paths.ts';
import { readAccepted } from '../segments/segment-reader.ts';

/** Names a wave of a run. */
export interface WaveName {
  execution_id: string;
  wave: number;
  dry_run: boolean;
}

/** What was read for a wave. */
export interface ReadFile {
  inputs: InputsRecord;
  quarantine: QuarantineRecord[];
}

/** What a wave starts from, written once; `read`: the name of the document that says what was read for it. */
export interface ContextFile extends WaveContext {
  read: string;
}

/** The settings and actions that tuning gave, without what is computed again when needed. */
export type TuningFile = Pick<TunedWave, 'settings' | 'actions' | 'memory'>;

/** What the gate decided on one plan version, and what it asked people. */
export interface GateFile {
  decisions: GateDecision[];
  requests: ApprovalRequest[];
  moves: Move[];
  /** Tasks that no agent can take any more. */
  dead: Unplaceable[];
  /** When the plan was made, epoch milliseconds. */
  at: number;
}

/** A list of accepted segments that was folded out of the workflow's state. */
interface AcceptedList {
  previous: string | null;
  segments: AcceptedSegment[];
}

export class WaveFiles {
  readonly store: ArtifactStore;
  readonly folder: string;
  readonly runFolder: string;
  readonly root: string;

  /** `root` is the dataset's folder, where `store` is rooted too. */
  constructor(store: ArtifactStore, root: string, name: WaveName) {
    this.store = store;
    this.root = root;
    this.runFolder = name.dry_run ? dryRunFolder(name.execution_id) : runFolder(name.execution_id);
    this.folder = waveFolder(this.runFolder, name.wave);
  }

  readonly inputs = this.document<InputsRecord>('inputs.json');
  readonly quarantine = this.document<QuarantineRecord[]>('quarantine.json');
  readonly context = this.document<ContextFile>('context.json');
  readonly forecast = this.document<ForecastRecord>('forecast.json');
  /** Rows of a simulated plan, as first released. */
  readonly schedule = this.document<LaneRow[]>('schedule.json');
  readonly strategy = this.document<ChosenStrategy>('strategy.json');
  readonly tuning = this.document<TuningFile>('tuning.json');
  readonly measured = this.document<MeasureStageResult>('measured.json');
  readonly signals = this.document<LearningSignal[]>('signals.json');
  readonly carry = this.document<Carry>('carry.json');

  /** Named by its content, so that each attempt to begin the wave has its own. */
  readFor(name: string): JsonDocument<ReadFile> {
    return this.document(`read/${name}.json`);
  }

  planned(version: number): JsonDocument<PlanStageResult> {
    return this.document(`plans/${version}/plan.json`);
  }

  memory(version: number): JsonDocument<PlanMemory> {
    return this.document(`plans/${version}/memory.json`);
  }

  gate(version: number): JsonDocument<GateFile> {
    return this.document(`plans/${version}/gate.json`);
  }

  lanePath(version: number, agentId: string): string {
    return `${this.folder}/plans/${version}/lanes/${agentId}.jsonl`;
  }

  /** Rows that the gate released to an agent; none where the plan has no lane for it. */
  async lane(version: number, agentId: string): Promise<LaneRow[]> {
    const path = this.lanePath(version, agentId);
    return (await this.store.exists(path)) ? this.store.readJsonl<LaneRow>(path) : [];
  }

  /** One document per epoch, so that a late drain takes nothing back. */
  drained(agentId: string, epoch: number): JsonDocument<{ epoch: number }> {
    return this.document(`drained/${agentId}/${epoch}.json`);
  }

  /** The latest epoch that the agent was drained for; 0: none. */
  async drainedEpoch(agentId: string): Promise<number> {
    const folder = `${this.folder}/drained/${agentId}/`;
    const epochs = (await this.store.list(folder)).map((path) => Number(path.slice(folder.length, -'.json'.length)));
    return Math.max(0, ...epochs);
  }

  /** Base name of a chunk's segments. */
  segmentBase(seq: number, agentId: string): string {
    return `${this.folder}/segments/c${seq}-${agentId}`;
  }

  /** Digest of the list, which the next one carries on. */
  async foldAccepted(list: number, previous: string | null, segments: AcceptedSegment[]): Promise<string> {
    const content: AcceptedList = { previous, segments };
    return (await this.store.writeJson(this.listPath(list), content)).sha256;
  }

  /** The lines of the wave that count, in the order in which they were accepted. */
  async acceptedLines(accepted: { lists: number; segments: AcceptedSegment[] }): Promise<AttemptLine[]> {
    return countedLines(await this.allAcceptedLines(accepted));
  }

  /** Every accepted line, also where a task ran twice. */
  async allAcceptedLines(accepted: { lists: number; segments: AcceptedSegment[] }): Promise<AttemptLine[]> {
    const segments: AcceptedSegment[] = [];
    for (let list = 1; list <= accepted.lists; list++) {
      const folded = JSON.parse(await this.store.readText(this.listPath(list))) as AcceptedList;
      segments.push(...folded.segments);
    }
    return this.linesOf([...segments, ...accepted.segments]);
  }

  async linesOf(segments: readonly AcceptedSegment[]): Promise<AttemptLine[]> {
    const lines: AttemptLine[] = [];
    for (const segment of segments) {
      for (const line of await readAccepted(this.root, segment)) lines.push(line);
    }
    return lines;
  }

  private listPath(list: number): string {
    return `${this.folder}/accepted/${list}.json`;
  }

  private document<T>(name: string): JsonDocument<T> {
    // The folder is known only once the constructor has run.
    const path = () => `${this.folder}/${name}`;
    return {
      path,
      exists: () => this.store.exists(path()),
      read: async () => JSON.parse(await this.store.readText(path())) as T,
      write: async (value) => void (await this.store.writeJson(path(), value)),
      writeOnce: async (value) =>
        void (await this.store.createExclusive(path(), `${JSON.stringify(value, null, 2)}\n`)),
    };
  }
}

export interface JsonDocument<T> {
  path(): string;
  exists(): Promise<boolean>;
  read(): Promise<T>;
  write(value: T): Promise<void>;
  /** Leaves a document alone that is there already. */
  writeOnce(value: T): Promise<void>;
}
