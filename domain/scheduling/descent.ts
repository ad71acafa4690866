/**
 * Local search on an assignment: tasks move off the lane that finishes last, swap with tasks of another lane, or take the
 * place of tasks there that go elsewhere, while that lowers the objective
 *
 *   makespan + bias × (standard deviation of the lanes' finish times).
 *
 * Without a bias only the lane that finishes last gives tasks away, and a step must lower the latest finish of the
 * lanes it touches: so the search goes on when two lanes are last together, and the sorted finish times fall from step
 * to step. With a bias a step must lower the objective itself, and every lane gives tasks away, the latest first:
 * evenness below the makespan is then worth something. The best step of a lane is taken. Work is bounded by
 * evaluations, not by a clock: the same input gives the same plan on every machine.
 */
import { invariant } from '../model/invariant.ts';
import type { ExpectedTimes } from './expected-times.ts';
import { timeOf } from './expected-times.ts';
import type { Assignment, Lanes } from './lanes.ts';
import { latest } from './lanes.ts';

/** A step must gain more than this share of the makespan: rounding errors must not look like gains. */
const GAIN_SHARE_MIN = 1e-9;

/** Tasks that change lanes together. */
interface Step {
  changes: readonly { task: number; lane: number }[];
  value: number;
}

/**
 * Improves the assignment in place until no step helps or `evaluationsMax` steps were looked at, give or take one task's.
 * Answers with how many were.
 */
export function descend(
  times: ExpectedTimes,
  lanes: Lanes,
  assignment: Assignment,
  bias: number,
  evaluationsMax: number,
): number {
  return new Descent(times, lanes, assignment, bias).run(evaluationsMax);
}

/** The objective of an assignment, milliseconds. */
export function objectiveMs(finish: Float64Array, bias: number): number {
  return latest(finish) + (bias === 0 ? 0 : bias * deviation(sumOf(finish), squaresOf(finish), finish.length));
}

function deviation(sum: number, squares: number, count: number): number {
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}

function sumOf(finish: Float64Array): number {
  return finish.reduce((sum, ms) => sum + ms, 0);
}

function squaresOf(finish: Float64Array): number {
  return finish.reduce((sum, ms) => sum + ms * ms, 0);
}

class Descent {
  private readonly tasksOn: number[][];
  /** Lanes, the latest first. */
  private readonly order: number[];
  private evaluations = 0;
  private evaluationsMax = 0;
  private last = 0;
  private sum = 0;
  private squares = 0;
  private spread = 0;

  private readonly times: ExpectedTimes;
  private readonly lanes: Lanes;
  private readonly assignment: Assignment;
  private readonly bias: number;

  constructor(times: ExpectedTimes, lanes: Lanes, assignment: Assignment, bias: number) {
    this.times = times;
    this.lanes = lanes;
    this.assignment = assignment;
    this.bias = bias;
    this.tasksOn = lanes.agentOf.map(() => []);
    this.order = lanes.agentOf.map((_, lane) => lane);
    assignment.laneOf.forEach((lane, task) => {
      invariant(lane >= 0, 'descent starts from a whole assignment');
      this.tasksOn[lane]!.push(task);
    });
  }

  run(evaluationsMax: number): number {
    this.evaluationsMax = evaluationsMax;
    const { finish } = this.assignment;
    while (this.evaluations < evaluationsMax) {
      this.measure();
      this.order.sort((a, b) => finish[b]! - finish[a]! || a - b);
      const sources = this.bias === 0 ? this.order.slice(0, 1) : this.order;
      const step = this.firstStep(sources);
      if (step === null) break;
      this.take(step);
    }
    return this.evaluations;
  }

  private measure(): void {
    const { finish } = this.assignment;
    this.last = latest(finish);
    this.sum = sumOf(finish);
    this.squares = squaresOf(finish);
    this.spread = deviation(this.sum, this.squares, finish.length);
  }

  /** The best step of the first lane that has one: moves first, swaps where no move helps. */
  private firstStep(sources: readonly number[]): Step | null {
    for (const source of sources) {
      const step = this.bestMove(source) ?? this.bestSwap(source) ?? this.bestEjection(source);
      if (step) return step;
    }
    return null;
  }

  private bestMove(source: number): Step | null {
    const { times } = this;
    const { finish } = this.assignment;
    const from = this.lanes.agentOf[source]!;
    let best = this.noStep();
    for (const task of this.tasksOn[source]!) {
      if (this.evaluations >= this.evaluationsMax) break;
      const left = finish[source]! - timeOf(times, task, from);
      this.evaluations += finish.length;
      for (let lane = 0; lane < finish.length; lane++) {
        if (lane === source) continue;
        const joined = finish[lane]! + timeOf(times, task, this.lanes.agentOf[lane]!);
        const value = this.valueOf(source, left, lane, joined);
        if (value < best.value) best = { changes: [{ task, lane }], value };
      }
    }
    return best.changes.length === 0 ? null : best;
  }

  private bestSwap(source: number): Step | null {
    const { times } = this;
    const { finish } = this.assignment;
    const from = this.lanes.agentOf[source]!;
    let best = this.noStep();
    for (const task of this.tasksOn[source]!) {
      const without = finish[source]! - timeOf(times, task, from);
      for (let lane = 0; lane < finish.length; lane++) {
        const to = this.lanes.agentOf[lane]!;
        const added = finish[lane]! + timeOf(times, task, to);
        if (lane === source || added === Infinity) continue;
        if (this.evaluations >= this.evaluationsMax) return best.changes.length === 0 ? null : best;
        const others = this.tasksOn[lane]!;
        this.evaluations += others.length;
        for (const other of others) {
          const value = this.valueOf(
            source,
            without + timeOf(times, other, from),
            lane,
            added - timeOf(times, other, to),
          );
          if (value < best.value)
            best = {
              changes: [
                { task, lane },
                { task: other, lane: source },
              ],
              value,
            };
        }
      }
    }
    return best.changes.length === 0 ? null : best;
  }

  /**
   * A task takes the place of others, the longest of which leave until it fits, each for the lane that ends it first. Only
   * without a bias: evenness is not worth the search.
   */
  private bestEjection(source: number): Step | null {
    if (this.bias > 0) return null;
    let best = this.noStep();
    for (const task of this.tasksOn[source]!) {
      const left = this.assignment.finish[source]! - timeOf(this.times, task, this.lanes.agentOf[source]!);
      if (left >= best.value) continue;
      for (let lane = 0; lane < this.tasksOn.length; lane++) {
        if (this.evaluations >= this.evaluationsMax) break;
        this.evaluations += 1;
        const alone = this.lanes.freeAt[lane]! + timeOf(this.times, task, this.lanes.agentOf[lane]!);
        if (lane !== source && alone < best.value) best = this.ejectionInto(lane, task, source, best) ?? best;
      }
    }
    return best.changes.length === 0 ? null : best;
  }

  /** Null: it does not beat `limit`. */
  private ejectionInto(lane: number, task: number, source: number, { value: limit }: Step): Step | null {
    const agent = this.lanes.agentOf[lane]!;
    const ms = (one: number, to: number) => timeOf(this.times, one, this.lanes.agentOf[to]!);
    const finish = this.assignment.finish.slice();
    finish[source]! -= ms(task, source);
    finish[lane]! += ms(task, lane);
    const changes = [{ task, lane }];
    this.evaluations += finish.length;
    const others = this.tasksOn[lane]!.toSorted((a, b) => timeOf(this.times, b, agent) - timeOf(this.times, a, agent));
    for (const other of others) {
      if (finish[lane]! < limit) break;
      this.evaluations += finish.length;
      let to = -1;
      let end = limit;
      for (let candidate = 0; candidate < finish.length; candidate++) {
        const joined = finish[candidate]! + ms(other, candidate);
        if (candidate !== lane && joined < end) [to, end] = [candidate, joined];
      }
      if (to === -1) return null;
      finish[lane]! -= ms(other, lane);
      finish[to] = end;
      changes.push({ task: other, lane: to });
    }
    const value = changes.reduce((last, change) => Math.max(last, finish[change.lane]!), finish[source]!);
    return value < limit ? { changes, value } : null;
  }

  /** What a step must beat: leaving everything as it is, less the smallest gain that counts. */
  private noStep(): Step {
    const value = this.last + (this.bias === 0 ? 0 : this.bias * this.spread);
    return { changes: [], value: value - GAIN_SHARE_MIN * this.last };
  }

  /** The worth of two lanes' new finish times: the later of them, or with a bias the whole objective. */
  private valueOf(source: number, left: number, lane: number, joined: number): number {
    const later = left > joined ? left : joined;
    if (this.bias === 0 || later === Infinity) return later;
    const { finish } = this.assignment;
    const sum = this.sum + left + joined - finish[source]! - finish[lane]!;
    const squares = this.squares + left ** 2 + joined ** 2 - finish[source]! ** 2 - finish[lane]! ** 2;
    const makespan = Math.max(later, this.latestBut(source, lane));
    return makespan + this.bias * deviation(sum, squares, finish.length);
  }

  private latestBut(source: number, lane: number): number {
    const other = this.order.find((candidate) => candidate !== source && candidate !== lane);
    return other === undefined ? 0 : this.assignment.finish[other]!;
  }

  private take({ changes }: Step): void {
    const { laneOf, finish } = this.assignment;
    const touched = new Set<number>();
    for (const { task, lane } of changes) {
      touched.add(laneOf[task]!).add(lane);
      this.put(task, lane);
    }
    for (const lane of touched) finish[lane] = this.finishOf(lane);
  }

  private put(task: number, lane: number): void {
    const { laneOf } = this.assignment;
    const before = this.tasksOn[laneOf[task]!]!;
    before.splice(before.indexOf(task), 1);
    this.tasksOn[lane]!.push(task);
    laneOf[task] = lane;
  }

  /** Summed afresh: adding and subtracting would let rounding errors grow. */
  private finishOf(lane: number): number {
    const { times } = this;
    const agent = this.lanes.agentOf[lane]!;
    return this.tasksOn[lane]!.reduce((sum, task) => sum + timeOf(times, task, agent), this.lanes.freeAt[lane]!);
  }
}
