/** Makes a failing case small: fewer faults, fewer tasks, fewer agents, while the same kind of violation remains. */
import type { Case } from './case.ts';
import { drawCase } from './case.ts';

/** `stillFails` says whether a smaller case shows the same kind of violation. The case given is known to. */
export function shrink(failing: Case, stillFails: (smaller: Case) => boolean): Case {
  let least = spelledOut(failing);
  for (;;) {
    const smaller = candidates(least).find(stillFails);
    if (smaller === undefined) return least;
    least = smaller;
  }
}

/** The same case with everything in it named. */
function spelledOut(one: Case): Case {
  const { input, faults } = drawCase(one);
  const agents = input.settings.agents.map(({ agent_id }) => Number(agent_id.slice(1)));
  return { seed: one.seed, keep: faults.map(({ number }) => number), tasks: input.tasks.length, agents };
}

/** Those that leave out most come first. */
function candidates(one: Case): Case[] {
  const { keep, tasks, agents } = one;
  const list: Case[] = [];
  if (tasks !== null && tasks > 1) list.push({ ...one, tasks: Math.ceil(tasks / 2) });
  if (keep !== null) for (const without of eachLeftOut(keep)) list.push({ ...one, keep: without });
  if (agents !== null && agents.length > 1) {
    for (const without of eachLeftOut(agents)) list.push({ ...one, agents: without });
  }
  if (tasks !== null && tasks > 2) list.push({ ...one, tasks: tasks - 1 });
  return list;
}

function eachLeftOut(numbers: readonly number[]): number[][] {
  return numbers.map((_, index) => numbers.filter((__, other) => other !== index));
}
