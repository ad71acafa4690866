/**
 * Takes back moves that a plan can do without: a task returns to the agent that the plan before had it on, alone or in the
 * place of another that returns too, as long as no lane then ends later than a limit. Small tasks first, so that many return.
 */
import type { ExpectedTimes } from './expected-times.ts';
import { timeOf } from './expected-times.ts';
import type { Assignment, Lanes } from './lanes.ts';
import { firstFree, lanesByAgent } from './lanes.ts';

/**
 * Changes the assignment in place. `home`: by task the agent that it may return to, −1: none. At most so many returns are looked at.
 */
export function takeBack(
  times: ExpectedTimes,
  lanes: Lanes,
  assignment: Assignment,
  home: Int32Array,
  limitMs: number,
  evaluationsMax: number,
): void {
  const { laneOf, finish } = assignment;
  const lanesOf = lanesByAgent(times.agents, lanes);
  const agentNow = (task: number) => lanes.agentOf[laneOf[task]!]!;
  const ms = (task: number, agent: number) => timeOf(times, task, agent);
  const isAway = (task: number) => agentNow(task) !== home[task] && (lanesOf[home[task]!]?.length ?? 0) > 0;
  let away = [...home.keys()].filter(isAway).sort((a, b) => ms(a, home[a]!) - ms(b, home[b]!) || a - b);
  let evaluations = 0;

  const put = (task: number, lane: number) => {
    finish[laneOf[task]!]! -= ms(task, agentNow(task));
    laneOf[task] = lane;
    finish[lane]! += ms(task, agentNow(task));
  };
  const returnsAlone = (task: number): boolean => {
    const lane = firstFree(lanesOf[home[task]!]!, finish);
    if (finish[lane]! + ms(task, home[task]!) > limitMs) return false;
    put(task, lane);
    return true;
  };
  /** In the place of `other`, which is on the task's agent and has room on its own once the task has left. */
  const returnsFor = (task: number, other: number): boolean => {
    const lane = laneOf[other]!;
    if (finish[lane]! - ms(other, agentNow(other)) + ms(task, home[task]!) > limitMs) return false;
    const left = laneOf[task]!;
    const own = lanesOf[home[other]!]!;
    const free = (candidate: number) => finish[candidate]! - (candidate === left ? ms(task, agentNow(task)) : 0);
    const to = own.reduce((first, candidate) => (free(candidate) < free(first) ? candidate : first));
    if (free(to) + ms(other, home[other]!) > limitMs) return false;
    put(other, to);
    put(task, lane);
    return true;
  };
  /** One look at each task that is away, with or without others in its place; answers whether any returned. */
  const pass = (withOthers: boolean): boolean => {
    const count = away.length;
    for (const task of away) {
      if (evaluations > evaluationsMax) break;
      evaluations += 1;
      if (!isAway(task) || returnsAlone(task) || !withOthers) continue;
      away.some((other) => {
        evaluations += 1;
        const isInPlace = other !== task && agentNow(other) === home[task]! && isAway(other);
        return evaluations <= evaluationsMax && isInPlace && returnsFor(task, other);
      });
    }
    away = away.filter(isAway);
    return away.length < count;
  };

  do {
    while (pass(false));
  } while (pass(true));
}
