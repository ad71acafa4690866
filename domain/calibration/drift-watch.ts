/**
 * Whether an agent has become slower or faster than it was: a two-sided cumulative sum (Page 1954) of how far each log-time
 * lies from what was expected of the agent, in standard deviations z:
 *
 *   slower ← max(0, slower + z − k),   faster ← max(0, faster − z − k),   alarm when one of them exceeds h.
 *
 * With k = ½ and h = 8 an agent that has not changed gives an alarm once in some 9,600 attempts, one that changed by a standard
 * deviation is noticed after about 16, by two after about 6 (Siegmund 1985).
 */

/** One agent's sums, ≥ 0. */
export interface DriftSums {
  slower: number;
  faster: number;
}

export interface DriftWatch extends DriftSums {
  /** The last alarm: the wave of the calibration's count that it fell in, and the direction; null: none yet. */
  alarm: { wave: number; became: 'slower' | 'faster' } | null;
}

const SLACK = 0.5;
export const DRIFT_ALARM = 8;

export const NO_DRIFT: DriftWatch = { slower: 0, faster: 0, alarm: null };

export interface Watched {
  sums: DriftSums;
  /** Index from which on the values tell of the changed agent; null: no alarm. */
  changed: { from: number; became: 'slower' | 'faster' } | null;
}

/**
 * Takes a wave's standardised log-times, in the order in which they were seen. After an alarm at `h` the sums begin anew; further
 * alarms in its direction tell of the same change, since the values are still held against what the agent was.
 */
export function watchDrift({ slower, faster }: DriftSums, values: readonly number[], h = DRIFT_ALARM): Watched {
  let sums = { slower, faster };
  let from = { slower: 0, faster: 0 };
  let changed: Watched['changed'] = null;
  values.forEach((z, index) => {
    sums = { slower: Math.max(0, sums.slower + z - SLACK), faster: Math.max(0, sums.faster - z - SLACK) };
    if (sums.slower === 0) from = { ...from, slower: index + 1 };
    if (sums.faster === 0) from = { ...from, faster: index + 1 };
    const became = sums.slower > h ? 'slower' : sums.faster > h ? 'faster' : null;
    if (became === null) return;
    if (changed?.became !== became) changed = { from: from[became], became };
    sums = { slower: 0, faster: 0 };
    from = { slower: index + 1, faster: index + 1 };
  });
  return { sums: changed ? { slower: 0, faster: 0 } : sums, changed };
}
