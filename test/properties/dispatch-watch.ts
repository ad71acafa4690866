/** What must hold at every step of a wave's dispatch, whatever happens. */
import assert from 'node:assert/strict';
import type { StepResult } from '../../domain/dispatch/rules-1/step.ts';
import type { DispatchCommand, DispatchEvent } from '../../domain/dispatch/protocol.ts';
import type { ControlLevel, DispatchState } from '../../domain/dispatch/state.ts';
import { isStopped, phaseOf } from '../../domain/dispatch/state.ts';

const CHUNKS_PER_AGENT = 2;
/** The list of accepted segments is folded at 200; what comes back until it is done is on top. */
const ACCEPTED_MAX = 240;
const STATE_BYTES_MAX = 40_000;
/** A wave that takes longer, or more steps, goes on for ever. */
const WAVE_MS_MAX = 86_400_000;
const STEPS_MAX = 20_000;

export class DispatchWatch {
  steps = 0;
  plans = 0;
  folds = 0;
  /** Phases that were seen. */
  readonly phases = new Set<string>();
  acceptedLines = 0;
  private foldedLines = 0;
  private nextRow = new Map<string, number>();
  private lastSeq = 0;
  private readonly unsettled = new Set<number>();
  private readonly startAt: number;

  /** `startAt`: when the wave begins, by its own clock. */
  constructor(startAt: number) {
    this.startAt = startAt;
  }

  readonly observe = (before: DispatchState, event: DispatchEvent, result: StepResult): void => {
    const { state, commands, nextWakeAt } = result;
    this.steps += 1;
    this.phases.add(phaseOf(state));
    assert.ok(nextWakeAt === null || nextWakeAt > event.at, `${event.type}: wake at ${nextWakeAt}, now ${event.at}`);
    this.checkPlan(before, event, state);
    this.checkCommands(state, commands);
    this.checkChunks(state);
    this.checkAccepted(event, before, state);
    this.checkSettled(event, state, commands);
    if (event.type === 'level') this.checkLevel(before, event, state);
    assert.ok(event.at - this.startAt <= WAVE_MS_MAX, 'the wave goes on for more than a day');
    assert.ok(this.steps <= STEPS_MAX, `the wave does not end in ${STEPS_MAX} steps`);
    checkWhole(state, 'state');
    checkWhole(commands, 'commands');
    assert.ok(JSON.stringify(state).length < STATE_BYTES_MAX, 'the state grows');
    if (phaseOf(state) === 'paused') assert.equal(state.open.length, 0, 'paused with chunks in flight');
  };

  private checkPlan(before: DispatchState, event: DispatchEvent, state: DispatchState): void {
    const planned = event.type === 'planned';
    assert.equal(state.planVersion, before.planVersion + (planned ? 1 : 0), `plan version after ${event.type}`);
    if (!planned) return;
    this.plans += 1;
    this.nextRow = new Map();
  }

  private checkCommands(state: DispatchState, commands: DispatchCommand[]): void {
    for (const command of commands) {
      if (command.type === 'fold') this.folds += 1;
      if (command.type !== 'dispatch' && command.type !== 'plan') continue;
      assert.ok(!isStopped(state), `${command.type} while stopped`);
      assert.ok(!state.quiescing, `${command.type} while no chunk is wanted`);
      if (command.type === 'plan') {
        assert.equal(command.version, state.planVersion + 1);
        continue;
      }
      const { agentId, from, to, planVersion, seq } = command;
      assert.equal(seq, this.lastSeq + 1, `chunk ${seq} follows chunk ${this.lastSeq}`);
      this.lastSeq = seq;
      const lane = state.lanes.find((candidate) => candidate.agentId === agentId);
      assert.equal(state.agents.find((one) => one.agentId === agentId)?.status, 'up', `dispatch to a lost agent`);
      assert.equal(planVersion, state.planVersion, 'dispatch from an old plan');
      assert.equal(from, this.nextRow.get(agentId) ?? 0, `${agentId}: a row was skipped or dispatched twice`);
      assert.ok(lane && from < to && to <= lane.size, `${agentId}: rows ${from}–${to} are not in the lane`);
      this.nextRow.set(agentId, to);
    }
  }

  private checkChunks(state: DispatchState): void {
    for (const { agentId } of state.agents) {
      const open = state.open.filter((chunk) => chunk.agentId === agentId).length;
      assert.ok(open <= CHUNKS_PER_AGENT, `${agentId} has ${open} open chunks`);
    }
  }

  /** What people ask is heard, if it is newer than what they asked before; dry run and cancelling are for good. */
  private checkLevel(before: DispatchState, { level }: { level: ControlLevel }, { level: heard }: DispatchState): void {
    if (level.epoch <= before.level.epoch) return;
    assert.equal(heard.paused, level.paused, `paused ${level.paused} was not heard`);
    assert.equal(heard.dryRun, level.dryRun || before.level.dryRun, `dryRun ${level.dryRun} was not heard`);
    assert.equal(
      heard.cancelled,
      level.cancelled || before.level.cancelled,
      `cancelled ${level.cancelled} was not heard`,
    );
  }

  /**
   * Each chunk whose report is not taken is settled once, before the wave ends; of chunks with the same tasks one at a
   * time. A chunk is abandoned only then.
   */
  private checkSettled(event: DispatchEvent, state: DispatchState, commands: DispatchCommand[]): void {
    if (event.type === 'chunkSettled') assert.ok(this.unsettled.delete(event.report.seq), 'settled unasked');
    for (const command of commands) {
      if (command.type === 'settle') {
        const { seq } = command.chunk;
        assert.ok(!this.unsettled.has(seq), `chunk ${seq} is settled twice at once`);
        this.unsettled.add(seq);
      }
      if (command.type !== 'abandon') continue;
      const abandoned = state.open.find((chunk) => chunk.seq === command.seq);
      assert.ok(abandoned?.settle, `chunk ${command.seq} was abandoned and is not settled`);
    }
    const sets = new Set<number>();
    for (const { seq, settle, copyOf } of state.open) {
      assert.equal(settle === 'asked', this.unsettled.has(seq), `chunk ${seq} waits for settling that nobody does`);
      if (settle !== 'asked') continue;
      assert.ok(!sets.has(copyOf ?? seq), `chunk ${seq} is settled beside its rival`);
      sets.add(copyOf ?? seq);
    }
    for (const { seq, settle, copyOf } of state.open) {
      assert.ok(settle !== 'due' || sets.has(copyOf ?? seq), `chunk ${seq} waits for a rival that is not settled`);
    }
    const finished = commands.some((command) => command.type === 'finish');
    assert.ok(!finished || this.unsettled.size === 0, `finished with ${this.unsettled.size} lost chunks unsettled`);
  }

  /** Every accepted line is in exactly one segment, in the state or folded. */
  private checkAccepted(event: DispatchEvent, before: DispatchState, state: DispatchState): void {
    const sum = (segments: { lines: number }[]) => segments.reduce((lines, segment) => lines + segment.lines, 0);
    if (event.type === 'chunkFinished' || event.type === 'chunkSettled') {
      const { seq, segment } = event.report;
      const accepted = state.open.every((chunk) => chunk.seq !== seq);
      if (accepted) this.acceptedLines += segment?.lines ?? 0;
    }
    if (event.type === 'folded') this.foldedLines += sum(before.accepted.slice(0, event.count));
    assert.equal(this.foldedLines + sum(state.accepted), this.acceptedLines, 'accepted lines');
    assert.ok(state.accepted.length <= ACCEPTED_MAX, `${state.accepted.length} accepted segments in the state`);
  }
}

/** No number of a state or command is a fraction: replay must see the same numbers on every machine. */
function checkWhole(value: unknown, name: string): void {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) assert.fail(`${name} is ${value}`);
  } else if (typeof value === 'object' && value !== null) {
    for (const key in value) checkWhole((value as Record<string, unknown>)[key], key);
  }
}
