import type * as z from 'zod';
import { rowParser } from '../../contracts/input-records.ts';
import type { DatasetFolder } from './dataset-folder.ts';
import { readJsonFile } from './json-file.ts';
import type { Rejected } from './jsonl-reader.ts';
import { readJsonl } from './jsonl-reader.ts';

/** What became of one input file. */
export interface FileFacts {
  /** Below the data set. */
  path: string;
  present: boolean;
  records: number;
  rejected: number;
}

/** A rejected line, with its file below the data set. */
export interface Quarantined extends Rejected {
  file: string;
}

/** A record, with where it was found. */
export interface Placed<T> {
  value: T;
  file: string;
  line: number;
}

/** Reads the files of one data set and keeps book of what was there and what was refused. */
export class DatasetReader {
  readonly folder: DatasetFolder;
  readonly quarantine: Quarantined[] = [];
  readonly #files = new Map<string, FileFacts>();

  constructor(folder: DatasetFolder) {
    this.folder = folder;
  }

  /** Facts by path, sorted. */
  facts(): FileFacts[] {
    return [...this.#files.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }

  /** The good records of one JSONL file, in file order. */
  async jsonl<T>(path: string, schema: z.ZodType<T>): Promise<Placed<T>[]> {
    const at = await this.folder.locate(path);
    if (at.kind !== 'inside') {
      this.#note(path, at.kind === 'refused', 0, at.kind === 'refused' ? [wholeFile(at.reason)] : []);
      return [];
    }
    const { records, rejected, present } = await readJsonl(at.path, rowParser(schema));
    this.#note(path, present, records.length, rejected);
    return records.map(({ value, line }) => ({ value, file: path, line }));
  }

  /** The good records of several JSONL files, in the order of the files; none given counts as `missing` absent. */
  async allJsonl<T>(paths: readonly string[], schema: z.ZodType<T>, missing?: string): Promise<Placed<T>[]> {
    if (paths.length === 0 && missing !== undefined) this.#note(missing, false, 0, []);
    const all: Placed<T>[] = [];
    for (const path of paths) for (const record of await this.jsonl(path, schema)) all.push(record);
    return all;
  }

  /** A file that is one JSON document; null where it is absent or refused. */
  async document<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
    const at = await this.folder.locate(path);
    if (at.kind !== 'inside') {
      this.#note(path, at.kind === 'refused', 0, at.kind === 'refused' ? [wholeFile(at.reason)] : []);
      return null;
    }
    const document = await readJsonFile(at.path, rowParser(schema));
    const rejected = document.kind === 'rejected' ? [document.rejected] : [];
    this.#note(path, document.kind !== 'missing', document.kind === 'value' ? 1 : 0, rejected);
    return document.kind === 'value' ? document.value : null;
  }

  /** The documents of several files; none given counts as `missing` absent. */
  async allDocuments<T>(paths: readonly string[], schema: z.ZodType<T>, missing: string): Promise<T[]> {
    if (paths.length === 0) this.#note(missing, false, 0, []);
    const all: T[] = [];
    for (const path of paths) {
      const value = await this.document(path, schema);
      if (value !== null) all.push(value);
    }
    return all;
  }

  #note(path: string, present: boolean, records: number, rejected: readonly Rejected[]): void {
    this.#files.set(path, { path, present, records, rejected: rejected.length });
    for (const entry of rejected) this.quarantine.push({ file: path, ...entry });
  }
}

function wholeFile(reason: string): Rejected {
  return { line: 1, reason, raw: '' };
}
