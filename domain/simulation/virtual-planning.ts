/** Plans and gate decisions of a simulated wave, and what is kept of them: the activities of a live wave, in memory. */
import { originMs } from '../dispatch/origin.ts';
import type { ChunkRange, DispatchState } from '../dispatch/state.ts';
import { openTaskBook } from '../dispatch/task-book.ts';
import type { RequestGroup } from '../gate/requests.ts';
import { invariant } from '../model/invariant.ts';
import type { AttemptLine } from '../model/outcome.ts';
import type { LaneRow, Move } from '../model/plan.ts';
import type { GateDecision } from '../model/records.ts';
import { availability } from '../wave/availability.ts';
import { plannedAgents } from '../wave/dispatch-settings.ts';
import { gateStage } from '../wave/gate-stage.ts';
import type { PlanMemory } from '../wave/plan-memory.ts';
import { NO_PLAN, rememberPlan, reportPlan } from '../wave/plan-memory.ts';
import { countedLines } from '../dispatch/counted-lines.ts';
import type { StragglerRows } from '../wave/plan-copies.ts';
import { planCopies } from '../wave/plan-copies.ts';
import type { Answers, PlanStageInput } from '../wave/plan-stage.ts';
import { planStage } from '../wave/plan-stage.ts';
import type { SimulateWaveInput } from './simulate-wave.ts';

/** What was known when a plan was asked for. What happens while it is made is for the next one. */
export interface PlanAsked {
  snapshot: DispatchState;
  lines: AttemptLine[];
  answers: Answers;
}

export class VirtualPlanning {
  readonly decisions: GateDecision[] = [];
  readonly moves: Move[] = [];
  /** Rows of each task's first plan, as released. */
  readonly schedule: LaneRow[] = [];
  memory: PlanMemory = NO_PLAN;
  /** Released lanes by plan version and agent. */
  private readonly lanes = new Map<string, LaneRow[]>();
  private readonly input: SimulateWaveInput;

  constructor(input: SimulateWaveInput) {
    this.input = input;
  }

  rowsOf({ planVersion, agentId, from, to }: Omit<ChunkRange, 'seq'>): LaneRow[] {
    return this.lanes.get(`${planVersion}/${agentId}`)?.slice(from, to) ?? [];
  }

  /** `current` is the dispatch as it stands when the plan is ready, at `now`. */
  make({ snapshot, lines, answers }: PlanAsked, straggler: StragglerRows | null, current: DispatchState, now: number) {
    const { settings, tasks, estimate } = this.input;
    invariant(snapshot.planning, 'no plan was asked for');
    const covered = new Set(snapshot.open.flatMap((chunk) => this.rowsOf(chunk).map((row) => row.task_id)));
    const common = {
      settings,
      tasks,
      book: openTaskBook(countedLines(lines)),
      covered,
      settled: this.memory.settled,
      estimate,
      answers,
    };
    const planInput: PlanStageInput = {
      ...common,
      version: snapshot.planVersion + 1,
      reason: snapshot.planning,
      elapsedMs: originMs(snapshot, now),
      assigned: this.memory.assigned,
      agents: availability(snapshot, settings.agents, now),
    };
    const planned = straggler ? planCopies(planInput, straggler) : (this.input.plan ?? planStage)(planInput);
    const released = new Set(this.memory.released);
    const gate = gateStage({ ...common, plan: planned.plan, dead: planned.dead, released });
    this.memory = rememberPlan(this.memory, planned, gate, originMs(current, now));
    for (const lane of gate.lanes) {
      this.lanes.set(`${this.memory.version}/${lane.agent_id}`, lane.rows);
      this.schedule.push(...lane.rows.filter((row) => !released.has(row.task_id)));
    }
    this.decisions.push(...gate.decisions);
    this.moves.push(...planned.plan.moves);
    const report = reportPlan(
      this.memory,
      planned,
      gate,
      this.deadlines(gate.requests, current, now),
      tasks.length,
      settings,
    );
    return { groups: gate.requests, planned: { type: 'planned' as const, ...report, agents: plannedAgents(settings) } };
  }

  /** A request that waits already keeps its deadline. */
  private deadlines(groups: RequestGroup[], current: DispatchState, now: number): DispatchState['requests'] {
    const known = new Map(current.requests.map(({ request, expiresAt }) => [request, expiresAt]));
    return groups.map(({ request }) => ({
      request,
      expiresAt: known.get(request) ?? now + this.input.approvalTimeoutMs,
    }));
  }
}
