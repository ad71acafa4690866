/** Reads records as they are on disk, each held against its schema; what does not fit is told and left out. */
import type * as z from 'zod';
import { zodReason } from '../../contracts/zod-problems.ts';
import type { ArtifactStore } from '../../store/artifacts/artifact-store.ts';
import { NoSuchArtifact } from '../../store/artifacts/artifact-store.ts';
import type { Place, Tell } from './problem.ts';

/** A record and where it stands. */
export interface Row<T> extends Place {
  value: T;
}

export class RecordReader {
  /** Records read so far, good or not. */
  records = 0;
  readonly store: ArtifactStore;
  private readonly tell: Tell;

  constructor(store: ArtifactStore, tell: Tell) {
    this.store = store;
    this.tell = tell;
  }

  /** The good rows of a JSONL file; none where it is missing, which is for the caller to tell. */
  async rows<T>(file: string, schema: z.ZodType<T>): Promise<Row<T>[]> {
    const text = await this.text(file);
    if (text === null || text === '') return [];
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    else this.tell({ check: 'schema', file, line: lines.length, problem: 'the line has no end: the file is cut off' });
    return lines.flatMap((line, index) => this.parse({ file, line: index + 1 }, line, schema));
  }

  /** A JSON document; null where it is missing or does not fit. */
  async document<T>(file: string, schema: z.ZodType<T>): Promise<Row<T> | null> {
    const text = await this.text(file);
    return text === null ? null : (this.parse({ file, line: null }, text, schema)[0] ?? null);
  }

  private parse<T>(place: Place, text: string, schema: z.ZodType<T>): Row<T>[] {
    this.records += 1;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      this.tell({ check: 'schema', ...place, problem: `not JSON (${(error as Error).message})` });
      return [];
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return [{ ...place, value: parsed.data }];
    this.tell({ check: 'schema', ...place, problem: zodReason(parsed.error, value) });
    return [];
  }

  private async text(file: string): Promise<string | null> {
    try {
      return await this.store.readText(file);
    } catch (error) {
      if (error instanceof NoSuchArtifact) return null;
      throw error;
    }
  }
}
