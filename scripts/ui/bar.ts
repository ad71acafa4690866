/** A bar of `width` characters, filled in proportion; never full before the whole is reached, never empty once begun. */
export function bar(done: number, total: number, width: number): string {
  if (total <= 0) return '·'.repeat(width);
  const share = Math.min(1, Math.max(0, done / total));
  let filled = Math.round(share * width);
  if (share < 1) filled = Math.min(filled, width - 1);
  if (share > 0) filled = Math.max(filled, 1);
  return '█'.repeat(filled) + '·'.repeat(width - filled);
}
