/**
 * When an agent's circuit breaker opens: three straight failures, and so few successes that the upper end of the 95 %
 * Wilson interval of its success rate lies under 0.8. Alone, three failures are bad luck for a good agent now and then;
 * alone, a low rate may be long past.
 */
import type { AttemptLine } from '../model/outcome.ts';
import { straightFailures } from './chunk-report.ts';

const STRAIGHT_FAILURES = 3;

/** `attempts` and `completed` since the breaker was last closed. Whole numbers only, so that replay decides alike. */
export function opensBreaker(straight: number, attempts: number, completed: number): boolean {
  return straight >= STRAIGHT_FAILURES && wilsonUpperUnder80(attempts, completed);
}

/**
 * The upper bound u solves (u − s/n)² = z² u (1 − u) / n with u > s/n. It lies under 0.8 where s/n does and 0.8 is outside the
 * interval: (0.8 n − s)² > 0.16 z² n, here times 100,000, with z² = 3.8415.
 */
function wilsonUpperUnder80(n: number, s: number): boolean {
  const gap = 8 * n - 10 * s;
  return gap > 0 && 1_000 * gap * gap > 61_464 * n;
}

/** Whether a chunk's own lines would open the breaker: its executor then starts nothing more. */
export function stopsExecutor(lines: readonly AttemptLine[]): boolean {
  const completed = lines.reduce((count, line) => count + (line.verdict === 'completed' ? 1 : 0), 0);
  return opensBreaker(straightFailures(lines), lines.length, completed);
}
