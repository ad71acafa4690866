/** Figures as people read them, the same in sentences and in tables. */
import { isBelow } from './metric-value.ts';

/** Three decimals at most, no zeros at the end. */
export function figure(value: number): string {
  return String(Number(value.toFixed(3)));
}

/** The same, but a value that falls short of its target never reads as if it reached it: it is cut then. */
export function figureBeside(target: number, value: number): string {
  const text = figure(value);
  return isBelow(value, target) && Number(text) >= target ? String(Math.floor(value * 1000) / 1000) : text;
}
