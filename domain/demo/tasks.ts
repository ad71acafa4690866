/** The demo's backlog: what there is to do in each wave. */
import { normal, seededRandom } from '../model/random.ts';
import { CAPABILITIES, type Capability } from './fleet.ts';
import { toDecimals } from './decimals.ts';

export interface DemoTask {
  task_id: string;
  wave: number;
  risk: 'LOW' | 'MEDIUM' | 'HIGH';
  /** 1 is most urgent. */
  priority: number;
  /** 0–1, for upstream's reasoning text. */
  complexity: number;
  capabilities: Capability[];
  /** Typical time of one attempt on an ordinary agent, milliseconds. */
  typical_ms: number;
  /** Probability of success that upstream sees in the task itself, 0–1. */
  typical_success: number;
}

/**
 * A log-normal with mean 329 ms. On six agents with two slots each and a summed speed of 5.75, 240 tasks keep the fleet
 * busy for 240 × 329 ms × 1.07 attempts ÷ 11.5 ≈ 7.3 s at best, 33 tasks/s: below the target until tuning gives the
 * agents a third slot, 49 tasks/s at best.
 */
const MEDIAN_MS = 400;
const SPREAD = 0.5;
const SHORTEST_MS = 80;
const LONGEST_MS = 2000;

const HIGH_SHARE = 0.08;
const MEDIUM_SHARE = 0.22;
const CAPABILITY_SHARE = 0.12;
const PRIORITIES = 4;

/**
 * By risk, the range of declared success. High-risk tasks are only proposed when well rehearsed: with 0.965 or more on
 * the steady agents the gate's 0.9 is met, and a medium one stays above 0.75 after three failures at −0.05 each.
 */
const SUCCESS_RANGE = { LOW: [0.88, 0.97], MEDIUM: [0.94, 0.97], HIGH: [0.97, 0.985] } as const;

/** The tasks of one wave, `task_<wave>_001` onwards. */
export function demoTasks(wave: number, count: number, seed: number): DemoTask[] {
  return Array.from({ length: count }, (_, index) => {
    const task_id = `task_${wave}_${String(index + 1).padStart(3, '0')}`;
    const random = seededRandom('demo task', seed, task_id);
    const risk = riskOf(random());
    const [least, most] = SUCCESS_RANGE[risk];
    const complexity = random();
    const typical = MEDIAN_MS * Math.exp(SPREAD * normal(random));
    return {
      task_id,
      wave,
      risk,
      priority: 1 + Math.floor(random() * PRIORITIES),
      complexity: toDecimals(complexity, 2),
      capabilities: random() < CAPABILITY_SHARE ? [CAPABILITIES[Math.floor(random() * CAPABILITIES.length)]!] : [],
      typical_ms: Math.min(LONGEST_MS, Math.max(SHORTEST_MS, typical)),
      typical_success: most - (most - least) * complexity,
    };
  });
}

function riskOf(u: number): DemoTask['risk'] {
  if (u < HIGH_SHARE) return 'HIGH';
  return u < HIGH_SHARE + MEDIUM_SHARE ? 'MEDIUM' : 'LOW';
}
