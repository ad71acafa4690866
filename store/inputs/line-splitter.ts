/** A longer line is reported, not read. */
export const LINE_BYTES_MAX = 1_000_000;
const BOM = [0xef, 0xbb, 0xbf];
const LF = 0x0a;
const CR = 0x0d;
/** A line may hold these beside its content and still be within the limit. */
const SLACK = BOM.length + 1;

/** A line without its ending and without a byte order mark. Of a line that is too long, only the start. */
export interface ByteLine {
  /** Counted from 1, blank lines too. */
  line: number;
  bytes: Uint8Array;
  tooLong: boolean;
}

/**
 * Cuts a stream of byte chunks into lines at LF or CRLF, holding at most one line of `LINE_BYTES_MAX` bytes. Lines of
 * nothing but white space are counted and left out.
 */
export class LineSplitter {
  #parts: Uint8Array[] = [];
  #held = 0;
  #overflowed = false;
  #line = 1;
  readonly #emit: (line: ByteLine) => void;

  constructor(emit: (line: ByteLine) => void) {
    this.#emit = emit;
  }

  /** Takes the next bytes; the chunk may be reused by the caller afterwards. */
  push(chunk: Uint8Array): void {
    let from = 0;
    for (let lf = chunk.indexOf(LF); lf !== -1; lf = chunk.indexOf(LF, from)) {
      this.#hold(chunk.subarray(from, lf));
      this.#finishLine();
      from = lf + 1;
    }
    if (from < chunk.length) this.#hold(new Uint8Array(chunk.subarray(from)));
  }

  /** Ends the stream: a last line needs no newline. */
  end(): void {
    if (this.#held > 0) this.#finishLine();
  }

  #hold(bytes: Uint8Array): void {
    const room = LINE_BYTES_MAX + SLACK - this.#held;
    if (bytes.length > room) this.#overflowed = true;
    const kept = bytes.length > room ? bytes.subarray(0, room) : bytes;
    if (kept.length === 0) return;
    this.#parts.push(kept);
    this.#held += kept.length;
  }

  #finishLine(): void {
    let bytes = this.#parts.length === 1 ? (this.#parts[0] ?? new Uint8Array()) : concatenated(this.#parts, this.#held);
    if (this.#line === 1 && BOM.every((byte, i) => bytes[i] === byte)) bytes = bytes.subarray(BOM.length);
    if (!this.#overflowed && bytes.at(-1) === CR) bytes = bytes.subarray(0, -1);
    const tooLong = this.#overflowed || bytes.length > LINE_BYTES_MAX;
    if (tooLong || !isBlank(bytes)) this.#emit({ line: this.#line, bytes, tooLong });
    this.#parts = [];
    this.#held = 0;
    this.#overflowed = false;
    this.#line++;
  }
}

function concatenated(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === CR);
}
