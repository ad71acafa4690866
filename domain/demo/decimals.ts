/** `value` to so many decimal places, as a number. */
export function toDecimals(value: number, places: number): number {
  const scale = 10 ** places;
  return Math.round(value * scale) / scale;
}
