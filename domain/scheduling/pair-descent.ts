/**
 * Local search between pairs of lanes. The potential to be lowered is
 *
 *   Φ = Σ_lanes w · max(0, 1 + s · (load − 1) ÷ 8)^8,
 *
 * loads in shares of the lower bound, w the lane's dual price: a smooth stand-in for e^(s · overload). Where all loads are
 * 1 its slope is the dual prices, so that a step there is judged by its reduced cost; the sharper s, the more only the
 * latest lane counts. For two lanes every move of a task and every swap of two is looked at, and the best is taken, until
 * no pair of lanes has one that helps. Only pairs that a step has touched are looked at again.
 *
 * Starting soft and sharpening step by step (`sharpen`) first places tasks where they are cheap and then evens lanes out with
 * few, cheap changes; starting sharp would even out with any.
 */
import type { Arcs } from './arcs.ts';
import type { SearchBudget } from './search-budget.ts';

/** Sharpness grows by this factor from descent to descent. */
const SHARPEN_FACTOR = 1.7;
/** At the end an overload of 0.03 % weighs e times as much as none. */
export const SHARPNESS_LAST = 3000;
/** A step must lower the potential by more than this share: rounding errors must not look like gains. */
const GAIN_SHARE_MIN = 1e-9;
const NONE = -1;

export class PairDescent {
  /** Arc on which each task is; −1 before `assign`. */
  readonly arcOf: Int32Array;
  /** By lane, in shares of the bound. */
  readonly load: Float64Array;
  potential = 0;

  private readonly arcs: Arcs;
  private readonly free: Float64Array;
  private readonly weight: Float64Array;
  private readonly budget: SearchBudget;
  private readonly lanes: number;
  /** Potential by lane. */
  private readonly part: Float64Array;
  private sharpness = SHARPNESS_LAST;

  /** Arcs by which tasks on lane x may go to lane y: a doubly linked list from `first[x * lanes + y]`. */
  private readonly first: Int32Array;
  private readonly next: Int32Array;
  private readonly before: Int32Array;
  /** Pairs x < y, at x * lanes + y, that a step may help. */
  private readonly dirty: Uint8Array;
  private pairAt = 0;

  /** Tasks that stay where they are until the next `unlockAll`. */
  private readonly lockedIn: Int32Array;
  private lockCount = 0;

  /** The other lane's arcs of the pair at hand: arc, its time there, the task's time here. */
  private backArc = new Int32Array(64);
  private backTime = new Float64Array(64);
  private backNow = new Float64Array(64);

  /** `free`: when lanes are free, in shares of the bound; `weight`: > 0 by lane. */
  constructor(arcs: Arcs, free: Float64Array, weight: Float64Array, budget: SearchBudget) {
    this.arcs = arcs;
    this.free = free;
    this.weight = weight;
    this.budget = budget;
    this.lanes = free.length;
    this.arcOf = new Int32Array(arcs.start.length - 1).fill(NONE);
    this.load = Float64Array.from(free);
    this.part = new Float64Array(this.lanes);
    this.first = new Int32Array(this.lanes ** 2).fill(NONE);
    this.next = new Int32Array(arcs.taskOf.length);
    this.before = new Int32Array(arcs.taskOf.length);
    this.dirty = new Uint8Array(this.lanes ** 2);
    this.lockedIn = new Int32Array(arcs.start.length - 1);
  }

  /** Puts every task on the arc given for it. */
  assign(arcOf: Int32Array): void {
    for (let task = 0; task < arcOf.length; task++) {
      if (this.arcOf[task] !== arcOf[task]) this.place(task, arcOf[task]!);
    }
    this.sumLoads();
  }

  /** Puts a task on an arc, whatever that does, and keeps it there until `unlockAll`. */
  kick(arc: number): void {
    const task = this.arcs.taskOf[arc]!;
    this.lockedIn[task] = this.lockCount;
    if (this.arcOf[task] !== arc) this.place(task, arc);
  }

  /** Tasks locked so far may move again. */
  unlockAll(): void {
    this.lockCount += 1;
  }

  /** Descends at growing sharpness, up to the last one. */
  sharpen(from: number): void {
    for (let sharpness = from; sharpness < SHARPNESS_LAST; sharpness *= SHARPEN_FACTOR) this.descend(sharpness);
    this.descend(SHARPNESS_LAST);
  }

  /** The latest lane's load. */
  latest(): number {
    let latest = 0;
    for (let lane = 0; lane < this.lanes; lane++) if (this.load[lane]! > latest) latest = this.load[lane]!;
    return latest;
  }

  /** Takes steps until none helps or the budget is used up. */
  private descend(sharpness: number): void {
    const { lanes, dirty, budget } = this;
    this.sharpness = sharpness;
    this.sumLoads();
    dirty.fill(1);
    // Every pair once around without a step: no pair has one. It goes on where the last descent ended.
    const size = lanes * lanes;
    let clean = 0;
    let at = this.pairAt;
    while (clean < size && !budget.isUsedUp()) {
      at = at + 1 === size ? 0 : at + 1;
      clean += 1;
      if (dirty[at] === 0) continue;
      dirty[at] = 0;
      const x = Math.floor(at / lanes);
      const y = at - x * lanes;
      if (x < y && this.bestStep(x, y)) {
        dirty[at] = 1;
        clean = 0;
      }
    }
    this.pairAt = at;
  }

  /** Takes the best move or swap between two lanes; false where none helps. */
  private bestStep(x: number, y: number): boolean {
    const { arcs, arcOf, load, weight, lockedIn, lockCount, lanes, next } = this;
    const backs = this.listBack(y * lanes + x);
    const { backArc, backTime, backNow } = this;
    const slope = this.sharpness / 8;
    const wx = weight[x]!;
    const wy = weight[y]!;
    // 1 + s(load − 1)/8, so that only the task's part is left to add.
    const hereX = 1 + slope * (load[x]! - 1);
    const hereY = 1 + slope * (load[y]! - 1);
    const now = this.part[x]! + this.part[y]!;
    let least = now - GAIN_SHARE_MIN * this.potential;
    let there = NONE;
    let back = NONE;
    this.budget.spend(backs + 1);
    for (let b = 0; b < backs; b++) {
      const value = wx * eighth(hereX + slope * backTime[b]!) + wy * eighth(hereY - slope * backNow[b]!);
      if (value < least) {
        least = value;
        back = b;
      }
    }
    for (let arc = this.first[x * lanes + y]!; arc !== NONE; arc = next[arc]!) {
      const task = arcs.taskOf[arc]!;
      if (lockedIn[task] === lockCount) continue;
      const leftX = hereX - slope * arcs.time[arcOf[task]!]!;
      const joinedY = hereY + slope * arcs.time[arc]!;
      if (this.budget.isUsedUp()) break;
      this.budget.spend(backs + 1);
      const moved = wx * eighth(leftX) + wy * eighth(joinedY);
      if (moved < least) {
        least = moved;
        there = arc;
        back = NONE;
      }
      for (let b = 0; b < backs; b++) {
        const value = wx * eighth(leftX + slope * backTime[b]!) + wy * eighth(joinedY - slope * backNow[b]!);
        if (value < least) {
          least = value;
          there = arc;
          back = b;
        }
      }
    }
    if (there === NONE && back === NONE) return false;
    const backing = back === NONE ? NONE : backArc[back]!;
    if (there !== NONE) this.place(arcs.taskOf[there]!, there);
    if (backing !== NONE) this.place(arcs.taskOf[backing]!, backing);
    this.touch(x);
    this.touch(y);
    return true;
  }

  /** Copies one list of arcs into arrays that the inner loop can run over; answers with their number. */
  private listBack(list: number): number {
    const { arcs, arcOf, lockedIn, lockCount, next } = this;
    let count = 0;
    for (let arc = this.first[list]!; arc !== NONE; arc = next[arc]!) {
      const task = arcs.taskOf[arc]!;
      if (lockedIn[task] === lockCount) continue;
      if (count === this.backArc.length) this.growBack();
      this.backArc[count] = arc;
      this.backTime[count] = arcs.time[arc]!;
      this.backNow[count] = arcs.time[arcOf[task]!]!;
      count += 1;
    }
    return count;
  }

  private growBack(): void {
    const size = this.backArc.length * 2;
    const [arc, time, now] = [new Int32Array(size), new Float64Array(size), new Float64Array(size)];
    arc.set(this.backArc);
    time.set(this.backTime);
    now.set(this.backNow);
    this.backArc = arc;
    this.backTime = time;
    this.backNow = now;
  }

  /** Moves a task: its other arcs now start from another lane. */
  private place(task: number, arc: number): void {
    const { start, laneOf, time } = this.arcs;
    const old = this.arcOf[task]!;
    const [from, to] = [start[task]!, start[task + 1]!];
    if (old !== NONE) {
      const lane = laneOf[old]!;
      this.load[lane]! -= time[old]!;
      for (let other = from; other < to; other++)
        if (other !== old) this.unlink(lane * this.lanes + laneOf[other]!, other);
    }
    const lane = laneOf[arc]!;
    this.load[lane]! += time[arc]!;
    this.arcOf[task] = arc;
    for (let other = from; other < to; other++) if (other !== arc) this.link(lane * this.lanes + laneOf[other]!, other);
  }

  private link(list: number, arc: number): void {
    const head = this.first[list]!;
    this.next[arc] = head;
    this.before[arc] = NONE;
    if (head !== NONE) this.before[head] = arc;
    this.first[list] = arc;
  }

  private unlink(list: number, arc: number): void {
    const after = this.next[arc]!;
    const before = this.before[arc]!;
    if (before === NONE) this.first[list] = after;
    else this.next[before] = after;
    if (after !== NONE) this.before[after] = before;
  }

  /** A lane's load has changed: its potential has, and each pair with it is worth another look. */
  private touch(lane: number): void {
    const { lanes, dirty } = this;
    const part = this.partOf(lane);
    this.potential += part - this.part[lane]!;
    this.part[lane] = part;
    for (let other = 0; other < lane; other++) dirty[other * lanes + lane] = 1;
    for (let other = lane + 1; other < lanes; other++) dirty[lane * lanes + other] = 1;
  }

  /** Sums afresh: adding and subtracting lets rounding errors grow. */
  private sumLoads(): void {
    const { arcs, arcOf, load } = this;
    load.set(this.free);
    for (let task = 0; task < arcOf.length; task++) load[arcs.laneOf[arcOf[task]!]!]! += arcs.time[arcOf[task]!]!;
    this.potential = 0;
    for (let lane = 0; lane < this.lanes; lane++) {
      this.part[lane] = this.partOf(lane);
      this.potential += this.part[lane]!;
    }
  }

  private partOf(lane: number): number {
    return this.weight[lane]! * eighth(1 + (this.sharpness / 8) * (this.load[lane]! - 1));
  }
}

/** max(0, y)^8. */
function eighth(y: number): number {
  if (y <= 0) return 0;
  const squared = y * y;
  const fourth = squared * squared;
  return fourth * fourth;
}
