import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { PathRefused } from '../../../store/artifacts/artifact-store.ts';
import { latestSegment, readAccepted, readWhole, SegmentDamaged } from '../../../store/segments/segment-reader.ts';
import type { SegmentFile } from '../../../store/segments/segment-writer.ts';
import { openSegment, segmentWriter } from '../../../store/segments/segment-writer.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { attemptLine } from './attempt-line.ts';

const BASE = 'phase22/runs/r/wave_1/segments/c-1';

describe('segments', () => {
  const folder = scratchFolder();
  const place = (file: string) => join(folder(), file);

  async function segmentOf(count: number) {
    const writer = await openSegment(folder(), BASE);
    await Promise.all(Array.from({ length: count }, (_, i) => writer.append(attemptLine(i))));
    return writer.close();
  }

  it('describes exactly what is on disk', async () => {
    const accepted = await segmentOf(50);
    const bytes = readFileSync(place(accepted.file));
    assert.equal(accepted.file, `${BASE}.1.jsonl`);
    assert.equal(accepted.lines, 50);
    assert.equal(accepted.bytes, bytes.length);
    assert.equal(accepted.sha256, createHash('sha256').update(bytes).digest('hex'));
    const lines = Array.from({ length: 50 }, (_, i) => attemptLine(i));
    assert.deepEqual(await readAccepted(folder(), accepted), lines);
    assert.deepEqual(await readWhole(folder(), accepted.file), { lines, bytes: bytes.length, sha256: accepted.sha256 });
    assert.deepEqual(readdirSync(place('phase22/runs/r/wave_1/segments')), ['c-1.1.jsonl']);
  });

  it('resolves an append only when the line is in the file', async () => {
    const writer = await openSegment(folder(), BASE);
    for (let i = 0; i < 5; i++) {
      await writer.append(attemptLine(i));
      assert.equal((await readWhole(folder(), writer.file)).lines.length, i + 1);
    }
    await writer.close();
    await assert.rejects(writer.append(attemptLine(9)), /closed segment/);
  });

  it('leaves out a tail torn at any byte, and goes on from what is whole', async () => {
    const accepted = await segmentOf(3);
    const whole = readFileSync(place(accepted.file));
    const secondEnd = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (let cut = secondEnd; cut <= whole.length; cut++) {
      writeFileSync(place(accepted.file), whole.subarray(0, cut));
      const { lines, bytes, sha256 } = await readWhole(folder(), accepted.file);
      const expected = cut === whole.length ? 3 : 2;
      assert.equal(lines.length, expected, `cut at ${cut}`);
      assert.equal(bytes, expected === 3 ? whole.length : secondEnd);
      assert.equal(sha256, createHash('sha256').update(whole.subarray(0, bytes)).digest('hex'));
    }
    truncateSync(place(accepted.file), whole.length - 1);
    const writer = await openSegment(folder(), BASE);
    assert.equal(writer.file, `${BASE}.2.jsonl`);
    assert.deepEqual(writer.resumed, [attemptLine(0), attemptLine(1)]);
    await writer.append(attemptLine(2));
    const second = await writer.close();
    assert.equal(second.lines, 3);
    assert.equal(second.sha256, accepted.sha256);
    assert.equal(await latestSegment(folder(), BASE), second.file);
  });

  it('keeps what is before damage in the middle', async () => {
    const { file } = await segmentOf(2);
    appendFileSync(place(file), '\0\0\0\0\n' + JSON.stringify(attemptLine(3)) + '\n');
    assert.equal((await readWhole(folder(), file)).lines.length, 2);
  });

  it('accepts by range: a zombie that writes on changes nothing, a changed byte is an error', async () => {
    const accepted = await segmentOf(4);
    appendFileSync(place(accepted.file), JSON.stringify(attemptLine(4)) + '\n{"torn":');
    assert.equal((await readAccepted(folder(), accepted)).length, 4);
    const bytes = readFileSync(place(accepted.file));
    bytes[20] = 0x58;
    writeFileSync(place(accepted.file), bytes);
    const names = (error: unknown) => error instanceof SegmentDamaged && error.message.includes(accepted.file);
    await assert.rejects(readAccepted(folder(), accepted), names);
    await assert.rejects(readAccepted(folder(), { ...accepted, lines: 5 }), names);
    truncateSync(place(accepted.file), accepted.bytes - 1);
    await assert.rejects(readAccepted(folder(), accepted), names);
    await assert.rejects(readAccepted(folder(), { ...accepted, file: `${BASE}.7.jsonl` }), SegmentDamaged);
  });

  it('gives attempts that open side by side a file each', async () => {
    await segmentOf(2);
    const writers = await Promise.all(Array.from({ length: 6 }, () => openSegment(folder(), BASE)));
    assert.deepEqual(
      writers.map(({ file }) => file).sort(),
      [2, 3, 4, 5, 6, 7].map((k) => `${BASE}.${k}.jsonl`),
    );
    for (const writer of writers) {
      assert.deepEqual(writer.resumed, [attemptLine(0), attemptLine(1)]);
      await writer.close();
    }
    assert.equal(readdirSync(place('phase22/runs/r/wave_1/segments')).length, 7);
  });

  it('counts attempts by number, and does not mix up chunks', async () => {
    await segmentOf(1);
    for (const name of ['c-1.9.jsonl', 'c-1.10.jsonl', 'c-10.11.jsonl', 'c-1.012.jsonl', 'c-1.13.jsonl.bak']) {
      writeFileSync(place(`phase22/runs/r/wave_1/segments/${name}`), '');
    }
    assert.equal(await latestSegment(folder(), BASE), `${BASE}.10.jsonl`);
    assert.equal(await latestSegment(folder(), 'phase22/runs/r/wave_1/segments/c-2'), null);
    assert.equal(await latestSegment(folder(), 'nowhere/c'), null);
  });

  it('refuses to leave the root', async () => {
    symlinkSync(tmpdir(), place('out'));
    for (const base of ['../c', 'out/c']) {
      await assert.rejects(openSegment(folder(), base), PathRefused);
      await assert.rejects(latestSegment(folder(), base), PathRefused);
    }
  });

  it('survives any sequence of attempts, each killed in the middle of a write', async () => {
    const attempts = fc.array(fc.record({ lines: fc.nat(6), torn: fc.nat(400) }), { minLength: 1, maxLength: 4 });
    let sequences = 0;
    await fc.assert(
      fc.asyncProperty(attempts, async (sequence) => {
        const base = `s/${sequences++}`;
        let done = 0;
        for (const { lines, torn } of sequence) {
          const writer = await openSegment(folder(), base);
          assert.equal(writer.resumed.length, done);
          for (let i = 0; i < lines; i++) await writer.append(attemptLine(done++));
          const { file } = await writer.close();
          const line = Buffer.from(JSON.stringify(attemptLine(999)));
          appendFileSync(place(file), line.subarray(0, torn % line.length));
        }
        const { lines } = await readWhole(folder(), (await latestSegment(folder(), base)) ?? '');
        assert.deepEqual(
          lines.map(({ position }) => position),
          Array.from({ length: done }, (_, i) => i),
        );
      }),
      { numRuns: 25 },
    );
  });
});

describe('segment writer on a failing disk', () => {
  /** A file whose write or sync number `failsAt` (from 1) fails; it would work again afterwards. */
  function diskThatFails(step: 'write' | 'sync', failsAt: number) {
    const writes: string[] = [];
    let steps = 0;
    const file: SegmentFile = {
      appendFile: async (data) => {
        if (step === 'write' && ++steps === failsAt) throw new Error('no space left');
        writes.push(String(data));
      },
      datasync: async () => {
        if (step === 'sync' && ++steps === failsAt) throw new Error('no space left');
      },
      close: async () => {},
    };
    return { file, writes };
  }

  for (const step of ['write', 'sync'] as const) {
    it(`rejects everything after a failed ${step} and writes nothing more`, async () => {
      const { file, writes } = diskThatFails(step, 2);
      const writer = segmentWriter('s.1.jsonl', file, []);
      await writer.append(attemptLine(0));
      const second = writer.append(attemptLine(1));
      const queued = writer.append(attemptLine(2));
      await assert.rejects(second, /no space left/);
      await assert.rejects(queued, /s\.1\.jsonl: a write failed before/);
      await assert.rejects(writer.append(attemptLine(3)), /a write failed before/);
      assert.equal(writes.length, step === 'write' ? 1 : 2);
      const accepted = await writer.close();
      assert.equal(accepted.lines, 1);
      assert.equal(accepted.bytes, Buffer.byteLength(writes[0] ?? ''));
    });
  }

  it('writes lines that wait in one go', async () => {
    const { file, writes } = diskThatFails('write', 0);
    const writer = segmentWriter('s.1.jsonl', file, []);
    await Promise.all([0, 1, 2, 3, 4].map((i) => writer.append(attemptLine(i))));
    assert.deepEqual(
      writes.map((text) => text.split('\n').length - 1),
      [1, 4],
    );
    assert.equal((await writer.close()).lines, 5);
  });
});
