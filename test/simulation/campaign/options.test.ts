import assert from 'node:assert/strict';
import { flagsOf } from './case.ts';
import { parseOptions } from './options.ts';

describe('campaign: flags', () => {
  it('are a campaign from seed 1 unless one seed is named', () => {
    assert.deepEqual(parseOptions([]), { what: 'campaign', from: 1, seeds: 1_000, json: false });
    const given = ['--seeds', '20', '--from', '7', '--json'];
    assert.deepEqual(parseOptions(given), { what: 'campaign', from: 7, seeds: 20, json: true });
  });

  it('say all of a case', () => {
    const one = { seed: 4711, keep: [3, 7], tasks: 5, agents: [0, 2] };
    assert.equal(flagsOf(one), '--seed 4711 --keep 3,7 --tasks 5 --agents 0,2');
    for (const same of [one, { ...one, keep: [] }, { ...one, keep: null, tasks: null, agents: null }]) {
      assert.deepEqual(parseOptions(flagsOf(same).split(' ')), { what: 'case', one: same, json: false });
    }
  });
});
