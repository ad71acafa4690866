/** Throws when the program itself is wrong; bad input gets an error of its own instead. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`);
}
