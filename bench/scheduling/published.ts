/**
 * Published results on the twelve 512 × 16 instances of Braun et al. (`u_c_hihi.0` and so on), makespans without a unit.
 *
 * Solutions published with Gogos et al., "Scheduling independent tasks on heterogeneous processors using heuristics and
 * Column Pricing" (Future Generation Computer Systems 60, 2016, doi 10.1016/j.future.2016.01.016), each makespan computed
 * anew from its schedule; bounds and Min-min computed from the instances.
 */
export interface PublishedResult {
  /** Value of the linear program: no schedule is shorter. */
  lp: number;
  /** The best schedule published there (MS). */
  ms: number;
  /** Column Pricing with Restarts (CPR), 10 seconds. */
  cpr: number;
  minMin: number;
}

const ROWS: readonly (readonly [name: string, lp: number, ms: number, cpr: number, minMin: number])[] = [
  ['u_c_hihi', 7346524.2, 7358942.8, 7360953.7, 8460675.0],
  ['u_c_hilo', 152700.4, 152812.2, 152833.7, 161805.4],
  ['u_c_lohi', 238138.1, 238649.0, 238762.0, 275837.4],
  ['u_c_lolo', 5132.8, 5135.7, 5138.0, 5441.4],
  ['u_i_hihi', 2909326.6, 2924720.0, 2926237.4, 3513919.3],
  ['u_i_hilo', 73057.9, 73202.1, 73204.5, 80755.7],
  ['u_i_lohi', 101063.4, 101527.0, 101698.9, 120517.7],
  ['u_i_lolo', 2529.0, 2533.4, 2535.0, 2785.6],
  ['u_s_hihi', 4063563.7, 4080153.4, 4087583.7, 5160342.8],
  ['u_s_hilo', 95419.0, 95553.3, 95602.4, 104375.2],
  ['u_s_lohi', 120452.3, 121000.9, 121117.4, 140284.5],
  ['u_s_lolo', 3414.8, 3419.4, 3421.4, 3806.8],
];

/** By instance name. */
export const PUBLISHED: ReadonlyMap<string, PublishedResult> = new Map(
  ROWS.map(([name, lp, ms, cpr, minMin]) => [name, { lp, ms, cpr, minMin }]),
);

/** Mean gap to the linear program over the instances of these names that are among the twelve; a share. */
export function publishedMeanGap(names: readonly string[], which: 'ms' | 'cpr' | 'minMin'): number {
  const gaps = names.flatMap((name) => {
    const result = PUBLISHED.get(name);
    return result === undefined ? [] : [result[which] / result.lp - 1];
  });
  return gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
}
