/** Exact answers for small scheduling problems, by HiGHS: the linear program's value, and the optimum of the integer program. */
import loadHighs from 'highs';
import type { ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';
import { timeOf } from '../../../domain/scheduling/expected-times.ts';
import type { Lanes } from '../../../domain/scheduling/lanes.ts';

export interface Oracle {
  /** Value of the linear program, milliseconds. */
  relaxedMs(times: ExpectedTimes, lanes: Lanes): number;
  /** The shortest makespan, milliseconds. */
  optimumMs(times: ExpectedTimes, lanes: Lanes): number;
}

export async function loadOracle(): Promise<Oracle> {
  // The package's types describe its CommonJS form, where the function is under `default`.
  const load = loadHighs as unknown as typeof loadHighs.default;
  const solver = await load();
  const value = (times: ExpectedTimes, lanes: Lanes, whole: boolean): number => {
    const { Status, ObjectiveValue } = solver.solve(programText(times, lanes, whole), { mip_rel_gap: 0 });
    if (Status !== 'Optimal') throw new Error(`HiGHS says ${Status}`);
    return ObjectiveValue;
  };
  return {
    relaxedMs: (times, lanes) => value(times, lanes, false),
    optimumMs: (times, lanes) => value(times, lanes, true),
  };
}

/** min C: each task on one lane; each lane ends by C. In the LP format of CPLEX. */
function programText(times: ExpectedTimes, { agentOf, freeAt }: Lanes, whole: boolean): string {
  const names = Array.from({ length: times.tasks }, (_, task) =>
    agentOf.flatMap((agent, lane) => (timeOf(times, task, agent) < Infinity ? [`x${task}_${lane}`] : [])),
  );
  const placed = names.map((row) => `${row.join(' + ')} = 1`);
  const ends = agentOf.map((agent, lane) => {
    const load = names.flatMap((row, task) =>
      row.includes(`x${task}_${lane}`) ? [`+ ${timeOf(times, task, agent)} x${task}_${lane}`] : [],
    );
    return `${load.join(' ')} - C <= ${-freeAt[lane]!}`;
  });
  const kind = whole
    ? `Binary\n${names.flat().join(' ')}`
    : `Bounds\n${names
        .flat()
        .map((x) => `${x} <= 1`)
        .join('\n')}`;
  return `Minimize\nC\nSubject To\n${[...placed, ...ends].join('\n')}\n${kind}\nEnd\n`;
}
