/** The short form of `npm run test:power`: the list holds, and a few quick bugs are really caught. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { changed, PROJECT, projectText, type TreeCopy } from '../tree-copy.ts';
import { BUGS } from './all-bugs.ts';
import { copyForBugs, runTests, tryBug } from './bench.ts';

const QUICK = ['beyond-max-attempts', 'silence-approves', 'throughput-counts-pauses'];

describe('seeded bugs', function () {
  this.timeout(60_000);

  it('are at least 24, each with a name of its own', () => {
    assert.ok(BUGS.length >= 24);
    assert.equal(new Set(BUGS.map(({ name }) => name)).size, BUGS.length);
  });

  for (const bug of BUGS) {
    it(`${bug.name}: its text stands once in ${bug.file}, and its tests are there`, () => {
      assert.notEqual(changed(projectText(bug.file), bug), projectText(bug.file));
      for (const file of bug.caughtBy) assert.ok(existsSync(join(PROJECT, file)), file);
    });
  }

  it('whose text is not there, or there twice, are refused in words', () => {
    const bug = { file: 'a.ts', find: 'one', replace: 'two' };
    assert.throws(() => changed('nothing', bug), /a\.ts: "one" stands in it 0 times, expected exactly once/);
    assert.throws(() => changed('one and one', bug), /a\.ts: "one" stands in it 2 times, expected exactly once/);
  });

  describe('in a copy', () => {
    let copy: TreeCopy;
    before(() => {
      copy = copyForBugs();
    });
    after(() => copy.remove());

    for (const name of QUICK) {
      it(`${name} is caught, and without it its tests pass`, async () => {
        const bug = BUGS.find((candidate) => candidate.name === name);
        assert.ok(bug);
        const run = await tryBug(copy, bug);
        assert.equal(run.ending, 'failed', run.tail);
        const after = await runTests(copy.root, bug.caughtBy);
        assert.equal(after.ending, 'passed', after.tail);
      });
    }

    it('one that does not load is not caught but broken', async () => {
      const bug = { ...BUGS.find(({ name }) => name === QUICK[0])!, replace: ') (' };
      assert.equal((await tryBug(copy, bug)).ending, 'broken');
    });
  });
});
