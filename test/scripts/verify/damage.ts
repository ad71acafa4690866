/** Edits of files of a dataset, as a careless or ill-meaning hand would make them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A record as it stands in its file, all fields open to change. */
export type Rough = Record<string, unknown>;

export class Damage {
  readonly root: string;

  /** `root`: the dataset's folder. */
  constructor(root: string) {
    this.root = root;
  }

  text(path: string, change: (text: string) => string): void {
    const file = join(this.root, path);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  }

  document(path: string, change: (value: Rough) => void): void {
    this.text(path, (text) => {
      const value = JSON.parse(text) as Rough;
      change(value);
      return `${JSON.stringify(value, null, 2)}\n`;
    });
  }

  /** `change` edits the rows in place, or answers with others. */
  rows(path: string, change: (rows: Rough[]) => Rough[] | void): void {
    this.text(path, (text) => {
      const rows = text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Rough);
      return (change(rows) ?? rows).map((row) => `${JSON.stringify(row)}\n`).join('');
    });
  }
}

/** The first row for which `wanted` holds; without one the test says nothing. */
export function first(rows: Rough[], wanted: (row: Rough) => boolean = () => true): Rough {
  const found = rows.find(wanted);
  if (!found) throw new Error('the fixture has no such row');
  return found;
}
