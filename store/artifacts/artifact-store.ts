/**
 * Where files of a dataset live. Paths are relative to the store's root and separated by `/`; a path that leaves the
 * root is refused with `PathRefused`. Nothing here is ever seen half-written: a file has its old bytes or its new ones.
 */

/** What a file is to hold: at once, or piece by piece where it is large. */
export type Content = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Size and SHA-256 (hex) of what was written. */
export interface Written {
  bytes: number;
  sha256: string;
}

export interface ArtifactStore {
  /** The file's bytes; `NoSuchArtifact` when it is missing. */
  read(path: string): Promise<Buffer>;
  /** The file as UTF-8 text; `NoSuchArtifact` when it is missing. */
  readText(path: string): Promise<string>;
  /** The file piece by piece; `NoSuchArtifact` when it is missing. */
  readStream(path: string): AsyncIterable<Uint8Array>;
  /** The rows of a JSONL file that this program wrote; an unreadable line is an error naming file and line. */
  readJsonl<Row>(path: string): Promise<Row[]>;
  exists(path: string): Promise<boolean>;
  /** Size in bytes; null when there is no such file. */
  size(path: string): Promise<number | null>;
  /** SHA-256 (hex) of the file's bytes, streamed. */
  sha256(path: string): Promise<string>;
  /** All files whose path starts with `prefix` (plain text, '' for all), sorted; unfinished writes are left out. */
  list(prefix: string): Promise<string[]>;
  /** Writes or replaces the file in one step, durably. */
  write(path: string, content: Content): Promise<Written>;
  /** Creates the file with these bytes, durably; false, and nothing changed, when there is one already. */
  createExclusive(path: string, bytes: string | Uint8Array): Promise<boolean>;
  /** Writes one indented JSON document. */
  writeJson(path: string, value: unknown): Promise<Written>;
  /** Writes one JSON row a line, streamed; answers also with the number of rows. */
  writeJsonl(path: string, rows: Iterable<unknown> | AsyncIterable<unknown>): Promise<Written & { records: number }>;
  /** Removes the file; a missing one is fine. */
  remove(path: string): Promise<void>;
  /** Removes what writes that were killed left behind, if at least `minAgeMs` old; answers with their paths. */
  sweep(minAgeMs: number): Promise<string[]>;
}

/** A path that would leave the store's root, or that is not one of a store. */
export class PathRefused extends Error {
  override name = 'PathRefused';
  readonly path: string;

  constructor(path: string, reason: string) {
    super(
      `Path ${JSON.stringify(path)} refused: ${reason}. Expected a path below the data folder, relative, separated by "/".`,
    );
    this.path = path;
  }
}

/** A file that was to be read is not there. */
export class NoSuchArtifact extends Error {
  override name = 'NoSuchArtifact';
  readonly path: string;

  constructor(path: string) {
    super(`File ${path} is missing.`);
    this.path = path;
  }
}
