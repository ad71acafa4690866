/**
 * Urgent tasks early: without ending later, a plan can still choose which tasks wait. Lowers the weighted completion time
 *
 *   Σ_i 2^−rank(i) · C_i,
 *
 * rank 0 for the most urgent priority of the plan (from the sixteenth on all count alike), C_i when the task is expected to end, each lane taking its most urgent
 * tasks first. A task changes lanes, alone or against a less urgent one, where that lowers the sum and neither of the two
 * lanes ends later than the plan does. Inside a level the order is left open: its tasks end on average half-way.
 */
import type { ExpectedTimes } from './expected-times.ts';
import { timeOf } from './expected-times.ts';
import type { Assignment, Lanes } from './lanes.ts';
import { latest } from './lanes.ts';

/** A step must gain more than this share of the sum: rounding errors must not look like gains. */
const GAIN_SHARE_MIN = 1e-9;
const RANKS_MAX = 16;

/** Improves the assignment in place; `priorities` by task, lower is more urgent. At most so many steps are looked at. */
export function urgentFirst(
  times: ExpectedTimes,
  lanes: Lanes,
  assignment: Assignment,
  priorities: readonly number[],
  evaluationsMax: number,
): void {
  const levels = [...new Set(priorities)].sort((a, b) => a - b);
  if (levels.length < 2) return;
  const rankOf = new Map(levels.map((priority, rank) => [priority, Math.min(rank, RANKS_MAX - 1)]));
  const rank = priorities.map((priority) => rankOf.get(priority)!);
  new UrgencyDescent(times, lanes, assignment, rank, Math.min(levels.length, RANKS_MAX)).run(evaluationsMax);
}

/** Σ 2^−rank · C, milliseconds. */
export function weightedCompletionMs(
  times: ExpectedTimes,
  lanes: Lanes,
  assignment: Assignment,
  rank: readonly number[],
): number {
  return new UrgencyDescent(times, lanes, assignment, rank, Math.max(0, ...rank) + 1).total();
}

class UrgencyDescent {
  private readonly times: ExpectedTimes;
  private readonly lanes: Lanes;
  private readonly assignment: Assignment;
  private readonly rank: readonly number[];
  private readonly levels: number;
  private readonly weight: Float64Array;
  private readonly tasksOn: number[][];
  /** Milliseconds and number of tasks, `lane * levels + rank`. */
  private readonly work: Float64Array;
  private readonly count: Float64Array;
  private readonly end: number;

  constructor(times: ExpectedTimes, lanes: Lanes, assignment: Assignment, rank: readonly number[], levels: number) {
    this.times = times;
    this.lanes = lanes;
    this.assignment = assignment;
    this.rank = rank;
    this.levels = levels;
    this.weight = Float64Array.from({ length: levels }, (_, level) => 2 ** -level);
    this.tasksOn = lanes.agentOf.map(() => []);
    this.work = new Float64Array(lanes.agentOf.length * levels);
    this.count = new Float64Array(lanes.agentOf.length * levels);
    this.end = latest(assignment.finish);
    assignment.laneOf.forEach((lane, task) => this.add(lane, task, 1));
  }

  total(): number {
    return this.lanes.agentOf.reduce((sum, _, lane) => sum + this.completion(lane), 0);
  }

  run(evaluationsMax: number): void {
    const urgent = [...this.rank.keys()].filter((task) => this.rank[task]! < this.levels - 1);
    const tasks = urgent.sort((a, b) => this.rank[a]! - this.rank[b]! || a - b);
    let evaluations = 0;
    for (let improved = true; improved;) {
      improved = false;
      for (const task of tasks) {
        for (let lane = 0; lane < this.tasksOn.length; lane++) {
          if (lane === this.assignment.laneOf[task] || this.time(task, lane) === Infinity) continue;
          if (evaluations > evaluationsMax) return;
          evaluations += (this.tasksOn[lane]!.length + 1) * this.levels;
          if (this.improve(task, lane)) improved = true;
        }
      }
    }
  }

  /** Sends the task to the lane, alone or against the first less urgent one there, where that helps. */
  private improve(task: number, lane: number): boolean {
    for (const back of [-1, ...this.tasksOn[lane]!]) {
      if (back !== -1 && this.rank[back]! <= this.rank[task]!) continue;
      if (this.exchange(task, lane, back)) return true;
    }
    return false;
  }

  private exchange(task: number, lane: number, back: number): boolean {
    const { finish, laneOf } = this.assignment;
    const from = laneOf[task]!;
    const gives = back === -1 ? 0 : this.time(back, lane);
    const takes = back === -1 ? 0 : this.time(back, from);
    const finishFrom = finish[from]! - this.time(task, from) + takes;
    const finishTo = finish[lane]! + this.time(task, lane) - gives;
    if (finishFrom > this.end || finishTo > this.end) return false;
    const before = this.completion(from) + this.completion(lane);
    this.move(task, from, lane);
    if (back !== -1) this.move(back, lane, from);
    if (this.completion(from) + this.completion(lane) < before - GAIN_SHARE_MIN * before) {
      finish[from] = finishFrom;
      finish[lane] = finishTo;
      return true;
    }
    this.move(task, lane, from);
    if (back !== -1) this.move(back, from, lane);
    return false;
  }

  private move(task: number, from: number, to: number): void {
    this.add(from, task, -1);
    this.add(to, task, 1);
    this.assignment.laneOf[task] = to;
  }

  private add(lane: number, task: number, sign: 1 | -1): void {
    const at = lane * this.levels + this.rank[task]!;
    this.work[at]! += sign * this.time(task, lane);
    this.count[at]! += sign;
    const tasks = this.tasksOn[lane]!;
    if (sign === 1) tasks.push(task);
    else tasks.splice(tasks.lastIndexOf(task), 1);
  }

  /** Weighted completion of a lane's tasks. */
  private completion(lane: number): number {
    let start = this.lanes.freeAt[lane]!;
    let sum = 0;
    for (let level = 0; level < this.levels; level++) {
      const work = this.work[lane * this.levels + level]!;
      const count = this.count[lane * this.levels + level]!;
      sum += this.weight[level]! * (count * start + (work * (count + 1)) / 2);
      start += work;
    }
    return sum;
  }

  private time(task: number, lane: number): number {
    return timeOf(this.times, task, this.lanes.agentOf[lane]!);
  }
}
