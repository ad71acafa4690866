import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readJsonl, readJsonlChunks } from '../../../store/inputs/jsonl-reader.ts';
import { LINE_BYTES_MAX } from '../../../store/inputs/line-splitter.ts';

type Row = { n: number };
const parse = (value: unknown) => {
  const n = (value as Partial<Row>).n;
  return typeof n === 'number' ? ({ ok: true, value: { n } } as const) : ({ ok: false, reason: 'n missing' } as const);
};
const bytes = (text: string) => Buffer.from(text, 'utf8');
const read = (content: Buffer) => readJsonlChunks([content], parse);

/** A line of the file to be read: its bytes, and what should become of it. */
type Line = { content: Buffer; fate: 'good' | 'bad' | 'blank'; n: number };

const goodLine = fc
  .record({ n: fc.integer(), text: fc.string({ unit: 'grapheme', maxLength: 20 }) })
  .map(({ n, text }): Line => ({ content: bytes(JSON.stringify({ n, text })), fate: 'good', n }));
const badLine = fc
  .constantFrom<Buffer>(
    bytes('{"n": 1'),
    bytes('{"n": NaN}'),
    bytes('{"n": -Infinity}'),
    bytes('[1]'),
    bytes('null'),
    bytes('7'),
    bytes('"text"'),
    bytes('{}'),
    bytes('{"n": "1"}'),
    bytes('{"n":1}{"n":2}'),
    bytes("{'n': 1}"),
    bytes('\u0000'),
    Buffer.from([0x7b, 0x22, 0x6e, 0x22, 0x3a, 0xff, 0x7d]),
    Buffer.from([0xc3]),
  )
  .map((content): Line => ({ content, fate: 'bad', n: 0 }));
const blankLine = fc.constantFrom('', ' ', '\t', '\r').map((text): Line => ({
  content: bytes(text),
  fate: 'blank',
  n: 0,
}));
const lines = fc.array(fc.tuple(fc.oneof(goodLine, badLine, blankLine), fc.constantFrom('\n', '\r\n')), {
  maxLength: 30,
});

describe('JSONL reader', () => {
  it('gives back every good line and reports every bad one, whatever the endings and the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.boolean(),
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
        async (file, bom, lastNewline, cuts) => {
          const parts: Buffer[] = bom ? [Buffer.from([0xef, 0xbb, 0xbf])] : [];
          file.forEach(([line, ending], i) => {
            parts.push(line.content);
            if (lastNewline || i < file.length - 1) parts.push(bytes(ending));
          });
          const content = Buffer.concat(parts);
          const chunks: Buffer[] = [];
          for (let from = 0, i = 0; from < content.length; i++) {
            const size = cuts[i % cuts.length] ?? 1;
            chunks.push(content.subarray(from, from + size));
            from += size;
          }
          const { records, rejected } = await readJsonlChunks(chunks, parse);
          const numbered = file.map(([line], i) => ({ ...line, line: i + 1 }));
          assert.deepEqual(
            records,
            numbered.filter(({ fate }) => fate === 'good').map(({ n, line }) => ({ value: { n }, line })),
          );
          assert.deepEqual(
            rejected.map(({ line, raw }) => ({ line, raw })),
            numbered
              .filter(({ fate }) => fate === 'bad')
              .map(({ content: raw, line }) => ({ line, raw: raw.toString('utf8') })),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('survives any bytes at all, and its line numbers rise', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }), async (chunks) => {
        const { records, rejected } = await readJsonlChunks(chunks, parse);
        const newlines = chunks.reduce((sum, chunk) => sum + chunk.filter((byte) => byte === 0x0a).length, 0);
        const numbers = [...records, ...rejected].map(({ line }) => line);
        assert.equal(new Set(numbers).size, numbers.length);
        assert.ok(numbers.every((line) => line >= 1 && line <= newlines + 1));
      }),
      { numRuns: 200 },
    );
  });

  it('keeps nothing of a chunk that its giver uses again', async () => {
    const shared = Buffer.alloc(4);
    function* chunks() {
      for (const part of ['{"n"', ': 12', '3}\n ']) {
        shared.write(part);
        yield shared;
      }
    }
    assert.deepEqual((await readJsonlChunks(chunks(), parse)).records, [{ value: { n: 123 }, line: 1 }]);
  });

  it('takes a line of exactly 1 MB, with BOM and CRLF, and refuses one byte more', async () => {
    const row = (size: number) => {
      const head = '{"n":1,"x":"';
      return `${head}${'x'.repeat(size - head.length - 2)}"}`;
    };
    const fits = await read(bytes(`\uFEFF${row(LINE_BYTES_MAX)}\r\n{"n":2}`));
    assert.deepEqual([fits.records.map(({ value }) => value.n), fits.rejected], [[1, 2], []]);
    for (const size of [LINE_BYTES_MAX + 1, LINE_BYTES_MAX + 2, LINE_BYTES_MAX + 4, LINE_BYTES_MAX + 5, 3_000_000]) {
      for (const ending of ['\n', '\r\n']) {
        const { records, rejected } = await read(bytes(`{"n":1}\n${row(size)}${ending}{"n":2}\n`));
        assert.deepEqual(
          records.map(({ value, line }) => [value.n, line]),
          [
            [1, 1],
            [2, 3],
          ],
        );
        assert.deepEqual(
          rejected.map(({ line, raw }) => [line, raw.length]),
          [[2, 500]],
        );
        assert.match(rejected[0]?.reason ?? '', /longer than 1 MB/);
      }
    }
  });

  it('says why: not UTF-8, not JSON, NaN, not an object, nested too deep', async () => {
    const reasons = async (content: Buffer) => (await read(content)).rejected.map(({ reason }) => reason);
    assert.deepEqual(await reasons(Buffer.from([0xff])), ['not UTF-8']);
    assert.deepEqual(await reasons(bytes('{"n": 1')), ['not JSON, or cut off']);
    assert.deepEqual(await reasons(bytes('{"n": NaN}')), ['not JSON: NaN is not a JSON number']);
    assert.deepEqual(await reasons(bytes('{"n": -Infinity}')), ['not JSON: -Infinity is not a JSON number']);
    assert.deepEqual(await reasons(bytes('[{"n": 1}]')), ['not an object']);
    const nested = (depth: number) => bytes(`{"n":1,"x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`);
    assert.deepEqual(await reasons(nested(200)), []);
    assert.deepEqual(await reasons(nested(201)), ['nested deeper than 200 levels']);
    assert.deepEqual(await reasons(bytes(`{"n":1,"x":"${'['.repeat(500)}\\"${'['.repeat(500)}"}`)), []);
  });

  it('takes the last of a repeated key', async () => {
    assert.deepEqual((await read(bytes('{"n":1,"n":2}'))).records, [{ value: { n: 2 }, line: 1 }]);
  });

  it('tells a missing file from an empty one, and from a folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jsonl-'));
    try {
      writeFileSync(join(folder, 'empty.jsonl'), '');
      writeFileSync(join(folder, 'one.jsonl'), '{"n":5}');
      assert.deepEqual(await readJsonl(join(folder, 'none.jsonl'), parse), {
        records: [],
        rejected: [],
        present: false,
      });
      assert.deepEqual(await readJsonl(join(folder, 'empty.jsonl'), parse), {
        records: [],
        rejected: [],
        present: true,
      });
      assert.deepEqual((await readJsonl(join(folder, 'one.jsonl'), parse)).records, [{ value: { n: 5 }, line: 1 }]);
      const other = await readJsonl(folder, parse);
      assert.deepEqual([other.present, other.rejected[0]?.reason], [true, 'not a file']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
