/** Where two JSON values differ, numbers compared with the tolerance of a recomputation. */

/** Relative above 1, absolute below. */
const TOLERANCE = 1e-9;

export function sameNumber(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Sentences `field: expected …, found …`. A key that only `found` has is not looked at. */
export function differences(expected: unknown, found: unknown, field = ''): string[] {
  if (typeof expected === 'number' && typeof found === 'number') {
    return sameNumber(expected, found) ? [] : [sentence(field, expected, found)];
  }
  if (typeof expected !== 'object' || expected === null || typeof found !== 'object' || found === null) {
    return expected === found ? [] : [sentence(field, expected, found)];
  }
  if (Array.isArray(expected) !== Array.isArray(found)) return [sentence(field, expected, found)];
  if (Array.isArray(expected) && Array.isArray(found) && expected.length !== found.length) {
    return [sentence(field, expected, found)];
  }
  return Object.entries(expected).flatMap(([key, value]) =>
    differences(value, (found as Record<string, unknown>)[key], field === '' ? key : `${field}.${key}`),
  );
}

function sentence(field: string, expected: unknown, found: unknown): string {
  return `${field === '' ? 'value' : field}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`;
}
