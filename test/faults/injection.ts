/** The control file of a process under test: what its preload `inject.js` breaks. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

export interface FileFault {
  /** Regular expression on the path of the file or folder. */
  path: string;
  step: 'open' | 'write' | 'sync' | 'link' | 'rename' | 'mkdir' | 'any';
  /** The first step that is hit, counted from 1 per thread. */
  nth: number;
  /** A code, `once:` and a code, or `hold`. */
  fault: 'ENOSPC' | 'EIO' | 'once:EIO' | 'once:ENOSPC' | 'hold';
}

export class Injection {
  /** Where the process finds its orders. */
  readonly control: string;
  private id = 0;
  private orders: { fs: FileFault | null; clockMs: number } = { fs: null, clockMs: 0 };

  constructor(control: string) {
    this.control = control;
    this.tell();
  }

  breakFiles(fault: FileFault): void {
    this.orders.fs = fault;
    this.tell();
  }

  /** Moves the process's clock by so much against the true one. */
  moveClock(ms: number): void {
    this.orders.clockMs = ms;
    this.tell();
  }

  heal(): void {
    this.orders = { fs: null, clockMs: 0 };
    this.tell();
  }

  /** Steps that were hit, as `step path`, since the process started. */
  hits(): string[] {
    const path = `${this.control}.hits`;
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => line.slice(line.indexOf(' ') + 1));
  }

  /** By rename: the process must never read half of it. */
  private tell(): void {
    this.id += 1;
    writeFileSync(`${this.control}.new`, JSON.stringify({ id: this.id, ...this.orders }));
    renameSync(`${this.control}.new`, this.control);
  }
}
