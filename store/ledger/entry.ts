import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ledgerEntry } from '../../contracts/output-files.ts';
import { canonicalJson } from '../../domain/model/canonical-json.ts';

/** A file that a commit made count. `records` is null for what does not hold rows. */
const fileSchema = ledgerEntry.shape.files.element.extend({ records: z.int().min(0).nullable() });
const entrySchema = ledgerEntry.extend({ files: z.array(fileSchema) });

export type LedgerFile = z.output<typeof fileSchema>;
/** One entry as it is written. `previous` is the hash of the entry before, null in the first. */
export type EntryBody = z.output<typeof entrySchema>;
/** An entry that is yet to get its place. */
export type EntryDraft = Omit<EntryBody, 'entry' | 'previous'>;
/** An entry with its own hash: the SHA-256 (hex) of its file. */
export type LedgerEntry = EntryBody & { sha256: string };

/** The bytes of an entry's file: canonical JSON and a line end. */
export function entryText(body: EntryBody): string {
  return canonicalJson(body) + '\n';
}

export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** An entry read back, or what is wrong with its file. */
export function parseEntry(text: string): LedgerEntry | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `it is not JSON (${(error as Error).message})` };
  }
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { problem: `field ${issue?.path.join('.') || '(whole)'}: ${issue?.message ?? 'unexpected'}` };
  }
  if (entryText(parsed.data) !== text) return { problem: 'it is not written as canonical JSON: it was edited' };
  return { ...parsed.data, sha256: sha256Of(text) };
}
