import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BRAUN_CLASSES, braunTimes } from '../../../bench/scheduling/instances/braun.ts';
import { parseInstance, readInstances } from '../../../bench/scheduling/instances/files.ts';
import { largeInstance } from '../../../bench/scheduling/instances/large.ts';
import { denseTimes } from '../../../domain/scheduling/expected-times.ts';

const TASKS = 400;
const AGENTS = 7;

describe('instances after Braun et al.', () => {
  it('are of twelve classes, in the order of the publications', () => {
    assert.deepEqual(
      BRAUN_CLASSES.map(({ name }) => name),
      ['c', 'i', 's'].flatMap((consistency) =>
        ['hihi', 'hilo', 'lohi', 'lolo'].map((kind) => `u_${consistency}_${kind}`),
      ),
    );
    const ranges = BRAUN_CLASSES.slice(0, 4).map(({ taskRange, machineRange }) => [taskRange, machineRange]);
    assert.deepEqual(ranges, [
      [3000, 1000],
      [3000, 10],
      [100, 1000],
      [100, 10],
    ]);
  });

  it('spread each row over the range of the machines, and the rows over that of the tasks', () => {
    for (const kind of BRAUN_CLASSES) {
      const { rate: cost } = braunTimes(kind, TASKS, AGENTS, 1);
      const rows = Array.from({ length: TASKS }, (_, task) => cost.subarray(task * AGENTS, (task + 1) * AGENTS));
      const ratios = rows.map((row) => Math.max(...row) / Math.min(...row));
      assert.ok(Math.min(...cost) >= 1 && Math.max(...cost) < kind.taskRange * kind.machineRange, kind.name);
      assert.ok(Math.max(...ratios) < kind.machineRange, kind.name);
      // The mean of all is (1 + taskRange) / 2 × (1 + machineRange) / 2; six standard errors of 400 rows are some 20 %.
      const mean = cost.reduce((sum, ms) => sum + ms, 0) / cost.length;
      const expected = ((1 + kind.taskRange) / 2) * ((1 + kind.machineRange) / 2);
      assert.ok(Math.abs(mean / expected - 1) < 0.2, `${kind.name}: ${mean}, expected about ${expected}`);
    }
  });

  it('sort all columns, none, or those with an even index', () => {
    const sortedShare = (consistency: string, column: number, next: number) => {
      const kind = BRAUN_CLASSES.find((one) => one.consistency === consistency)!;
      const { rate: cost } = braunTimes(kind, TASKS, AGENTS, 1);
      const rows = Array.from({ length: TASKS }, (_, task) => task * AGENTS);
      return rows.filter((start) => cost[start + column]! <= cost[start + next]!).length / TASKS;
    };
    const isAsDrawn = (share: number) => share > 0.3 && share < 0.7;
    for (let column = 0; column + 2 < AGENTS; column++) {
      assert.equal(sortedShare('c', column, column + 1), 1);
      assert.ok(isAsDrawn(sortedShare('i', column, column + 2)));
      if (column % 2 === 0) assert.equal(sortedShare('s', column, column + 2), 1);
      else assert.ok(isAsDrawn(sortedShare('s', column, column + 2)));
    }
  });

  it('are the same bytes for the same seed, and others for another', () => {
    const bytes = (seed: number) => Buffer.from(braunTimes(BRAUN_CLASSES[0]!, 20, 3, seed).rate.buffer).toString('hex');
    assert.equal(bytes(3), bytes(3));
    assert.notEqual(bytes(3), bytes(4));
  });
});

describe('the large instance', () => {
  it('is the same for the same seed, bars some pairs, and leaves every task an agent', () => {
    const one = largeInstance(200, 5, 9);
    assert.deepEqual(largeInstance(200, 5, 9), one);
    const barred = one.rate.filter((rate) => rate === Infinity).length / one.rate.length;
    assert.ok(barred > 0.08 && barred < 0.25, `${barred} of the pairs are barred`);
    for (let type = 0; type < one.types; type++) {
      assert.ok(one.rate.subarray(type * 5, type * 5 + 5).some((rate) => rate < Infinity));
    }
    assert.ok(one.typeOf.every((type) => type >= 0 && type < one.types));
    assert.ok(one.size.every((size) => size >= 1));
  });
});

describe('instance files', () => {
  const parse = (text: string) => parseInstance('a.0', text);

  it('are read task by task', () => {
    const instance = denseTimes(2, 3, Float64Array.from([1, 2.5, 3, 4, 5, 60]));
    assert.deepEqual(parse('2 3 0\n1\n2.500000\n3\n4\n5\n6e1\n'), instance);
    assert.deepEqual(parse('2 3 0\r\n1\r\n2.5\r\n3\r\n4\r\n5\r\n60\r\n\r\n'), instance);
  });

  it('are refused with file and line, what was found and what was expected', () => {
    const inAll = '(2 × 2 = 4 in all)';
    const refused: [text: string, message: string][] = [
      ['', 'a.0:1: found the end of the file, expected "<tasks> <agents> 0"'],
      ['2 2', 'a.0:1: found "2 2", expected "<tasks> <agents> 0"'],
      ['2 0 0', 'a.0:1: found "2 0 0", expected "<tasks> <agents> 0"'],
      ['2 2 0\n1\nfast\n3\n4', `a.0:3: found "fast", expected a time above 0 and below 1e+100 ${inAll}`],
      ['2 2 0\n1\n2\n-3\n4', `a.0:4: found "-3", expected a time above 0 and below 1e+100 ${inAll}`],
      ['2 2 0\n1\n2\n0\n4', `a.0:4: found "0", expected a time above 0 and below 1e+100 ${inAll}`],
      ['2 2 0\n1\n2\n\n4', `a.0:4: found "", expected a time above 0 and below 1e+100 ${inAll}`],
      ['2 2 0\n1\n2\n1e999\n4', `a.0:4: found "1e999", expected a time above 0 and below 1e+100 ${inAll}`],
      ['2 2 0\n1\n2\n3\n', `a.0:5: found the end of the file, expected time 4 ${inAll}`],
      ['2 2 0\n1\n2\n3\n4\n5', 'a.0:6: found "5", expected the end of the file after 4 times'],
    ];
    for (const [text, message] of refused) assert.throws(() => parse(text), { message });
  });

  it('are found in a folder by their names', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wavewright-instances-'));
    try {
      writeFileSync(join(folder, 'README.md'), 'no instance');
      assert.throws(() => readInstances(folder), /: no instance files, expected names such as u_c_hihi\.0$/);
      writeFileSync(join(folder, 'b.1'), '1 1 0\n7\n');
      writeFileSync(join(folder, 'a.0'), '1 2 0\n7\n8\n');
      const found = readInstances(folder).map(({ name, times }) => [name, times.agents, ...times.rate]);
      assert.deepEqual(found, [
        ['a', 2, 7, 8],
        ['b.1', 1, 7],
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
