/** Plain tables for terminals and files: no colours, no lines between rows. */
import Table from 'cli-table3';
import { plainText } from './plain-text.ts';

export type Cell = string | number | null;

function isNumber(cell: Cell): boolean {
  return typeof cell === 'number' || (cell !== null && /^-?\d+(\.\d+)?$/.test(cell));
}

/** A table as text; null is shown as a dash, columns of numbers stand to the right. */
export function renderTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const align = head.map((_, column) => {
    const cells = rows.map((row) => row[column] ?? null).filter((cell) => cell !== null);
    return cells.length > 0 && cells.every(isNumber) ? 'right' : 'left';
  });
  const table = new Table({
    head: [...head],
    colAligns: align,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
  });
  table.push(...rows.map((row) => row.map((cell) => (cell === null ? '–' : plainText(String(cell))))));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
