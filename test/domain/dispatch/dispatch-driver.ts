/** Drives the dispatch by hand: one event after another, with reports built from what is open. */
import { invariant } from '../../../domain/model/invariant.ts';
import { step } from '../../../domain/dispatch/rules-1/step.ts';
import type { ChunkReport, DispatchCommand, DispatchEvent, PlannedAgent } from '../../../domain/dispatch/protocol.ts';
import type { ControlLevel, DispatchSettings, DispatchState } from '../../../domain/dispatch/state.ts';
import { newDispatch } from '../../../domain/dispatch/state.ts';

export const LEVEL: ControlLevel = { epoch: 0, paused: false, dryRun: false, cancelled: false };
export const SETTINGS: DispatchSettings = {
  rules: 1,
  rebalancePermille: 150,
  strandedMaxMs: 60_000,
  chunkTargetMs: 10_000,
  chunkTasksMax: 4_000,
  probeEveryMs: 2_000,
};

type Planned = Extract<DispatchEvent, { type: 'planned' }>;
type Body = DispatchEvent extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never;

export class DispatchDriver {
  state: DispatchState;
  commands: DispatchCommand[] = [];
  nextWakeAt: number | null = null;
  at = 1_000;

  constructor(settings: Partial<DispatchSettings> = {}, level: Partial<ControlLevel> = {}) {
    this.state = newDispatch({ ...SETTINGS, ...settings }, { ...LEVEL, ...level });
  }

  /** Sends an event `afterMs` after the last one; gives the commands back. */
  send(event: Body, afterMs = 0): DispatchCommand[] {
    this.at += afterMs;
    const result = step(this.state, { at: this.at, ...event });
    this.state = result.state;
    this.commands = result.commands;
    this.nextWakeAt = result.nextWakeAt;
    return result.commands;
  }

  /** Answers the open question for a plan. `sizes`: rows per agent, each of one predicted second. */
  planned(sizes: Record<string, number>, change: Partial<Planned> = {}): DispatchCommand[] {
    const lanes = Object.entries(sizes).map(([agentId, size]) => ({ agentId, size, totalMs: size * 1000 }));
    const released = change.released ?? lanes.reduce((sum, lane) => sum + lane.size, 0);
    return this.send({
      type: 'planned',
      version: this.state.planVersion + 1,
      lanes,
      tasks: released + (change.deferred ?? 0) + (change.rejected ?? 0),
      released,
      deferred: 0,
      rejected: 0,
      dead: 0,
      moves: 0,
      stranded: 0,
      uncovered: 0,
      requests: [],
      agents: lanes.map(({ agentId }) => plannedAgent(agentId)),
      ...change,
    });
  }

  /** A report on an open chunk: all completed in a second each, unless `change` says otherwise. */
  report(seq: number, change: Partial<ChunkReport> = {}): ChunkReport {
    const chunk = this.state.open.find((open) => open.seq === seq);
    invariant(chunk, `chunk ${seq} is not open`);
    const { agentId, planVersion, from, to } = chunk;
    const completed = change.completed ?? to - from;
    return {
      seq,
      agentId,
      planVersion,
      from,
      to,
      segment: { file: `c${seq}`, lines: completed, bytes: 10, sha256: `s${seq}` },
      completed,
      dead: 0,
      failedAttempts: 0,
      elsewhere: 0,
      straightFailures: 0,
      leaving: false,
      observedMs: completed * 1000,
      costMicros: 0,
      predictedMs: completed * 1000,
      workedMs: completed * 1000,
      lastEndAt: this.at,
      ...change,
    };
  }

  finish(seq: number, change: Partial<ChunkReport> = {}, afterMs = 100): DispatchCommand[] {
    return this.send({ type: 'chunkFinished', report: this.report(seq, change) }, afterMs);
  }

  level(change: Partial<ControlLevel>): DispatchCommand[] {
    const { level } = this.state;
    return this.send({ type: 'level', level: { ...level, epoch: level.epoch + 1, ...change } });
  }
}

/** An agent as a plan tells of it: one task at a time, nothing else. */
export function plannedAgent(agentId: string, change: Partial<PlannedAgent> = {}): PlannedAgent {
  return { agentId, parallel: 1, idempotent: false, onTrial: false, paceTasks: 4, ...change };
}

/** A driver with its first plan asked for and answered. */
export function planned(
  sizes: Record<string, number>,
  change: Partial<Planned> = {},
  settings: Partial<DispatchSettings> = {},
): DispatchDriver {
  const driver = new DispatchDriver(settings);
  driver.send({ type: 'wake' });
  driver.planned(sizes, change);
  return driver;
}

/** What the commands are, in short. */
export const names = (commands: readonly DispatchCommand[]): string[] =>
  commands.map((command) => {
    if (command.type === 'dispatch') return `dispatch ${command.agentId} ${command.from}–${command.to}`;
    if (command.type === 'plan') return `plan ${command.reason}`;
    if (command.type === 'drain' || command.type === 'probe') return `${command.type} ${command.agentId}`;
    if (command.type === 'settle') return `settle ${command.chunk.seq}`;
    if (command.type === 'finish') return `finish ${command.reason}`;
    return command.type;
  });
