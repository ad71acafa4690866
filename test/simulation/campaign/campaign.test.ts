import assert from 'node:assert/strict';
import { runCampaign } from './campaign.ts';
import tallySeeds from './tally.ts';
import { wholeCase } from './case.ts';
import { traceCase } from './trace.ts';

describe('campaign', function () {
  this.timeout(60_000);

  it('counts the same on several threads as on one', async () => {
    const sofar: number[] = [];
    const tally = await runCampaign({ from: 5, seeds: 110, progress: ({ seeds }) => sofar.push(seeds) });
    assert.deepEqual(tally, tallySeeds({ from: 5, count: 110 }));
    assert.equal(sofar.length, 3);
    assert.equal(sofar.at(-1), 110);
  });

  it('tells a case with its faults, events and commands', () => {
    const lines: string[] = [];
    const { faults, watch } = traceCase(wholeCase(2), (line) => lines.push(line));
    const text = lines.join('\n');
    assert.match(text, /^seed 2: \d+ tasks on a0 \(\d at a time\)/);
    assert.match(text, /\n {4}0\.000 s {2}wake \n {12}→ plan reason first, version 1, straggler null\n/);
    assert.equal(lines.filter((line) => /^ +\d+\.\d{3} s {2}\w+/.test(line)).length, watch.steps);
    for (const { number, fault } of faults) assert.ok(text.includes(`fault ${number}: ${fault.kind} `));
    assert.match(text, /\nended \w+: released \d+/);
  });
});
