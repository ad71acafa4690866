/** Values of options, as `commander` parses them. */
import { InvalidArgumentError } from 'commander';

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${Number.MAX_SAFE_INTEGER}.`);
  }
  return value;
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || value <= 0) {
    throw new InvalidArgumentError('Expected a number above 0, in digits and at most one point.');
  }
  return value;
}
