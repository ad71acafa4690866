import assert from 'node:assert/strict';
import * as rules from './tidy-rules.ts';

describe('the rules of the house', () => {
  it('find names that say nothing', () => {
    for (const name of ['util.ts', 'helpers.ts', 'types.ts', 'index.js', 'common.test.ts']) {
      assert.equal(rules.fileNameFaults(`domain/x/${name}`).length, 1, name);
    }
    assert.deepEqual(rules.fileNameFaults('domain/common-ground.ts'), []);
  });

  it('find the 301st line', () => {
    assert.deepEqual(rules.lengthFaults('a.ts', 'x\n'.repeat(300)), []);
    assert.deepEqual(rules.lengthFaults('a.ts', 'x\n'.repeat(301)), ['a.ts: 301 lines, expected at most 300']);
  });

  it('find other words in names, and not in text, comments or Math.round', () => {
    const source = [
      'const jobCount = 1;',
      "const text = 'a job'; // the next round",
      'Math.round(2);',
      'const phase22Folder = `${rounds}`;',
      'const background = jobless;',
      "const pattern = /round'/; const next_round = 1;",
    ].join('\n');
    assert.deepEqual(rules.wordFaults('a.ts', source), [
      'a.ts:1: the name jobCount says job, expected run, wave or task',
      'a.ts:4: the name phase22Folder says phase22, expected wavewright',
      'a.ts:4: the name rounds says round, expected wave',
      'a.ts:6: the name next_round says round, expected wave',
    ]);
  });

  it('find open ends, also in comments', () => {
    assert.equal(rules.openEndFaults('a.ts', `// ${'TO' + 'DO'}: later`).length, 1);
    assert.deepEqual(rules.openEndFaults('a.ts', '// todos los dias'), []);
  });

  it('find skipped and exclusive tests', () => {
    assert.deepEqual(rules.skippedTestFaults('a.ts', "it.only('x');"), ['a.ts:1: a test that excludes all others']);
    assert.equal(rules.skippedTestFaults('a.ts', "\nit.skip('x');").length, 1);
    assert.deepEqual(rules.skippedTestFaults('a.ts', "// Needs a browser.\nit.skip('x');"), []);
    assert.deepEqual(rules.skippedTestFaults('a.ts', 'this.skip(); // Needs a browser.'), []);
  });

  it('find paths of one machine', () => {
    for (const path of ['/work/a.ts', '/home/ann/a', '/Users/ann', '/root/.cache', 'C:\\Users\\ann']) {
      assert.equal(rules.machinePathFaults('a.md', `see "${path}"`).length, 1, path);
    }
    assert.deepEqual(rules.machinePathFaults('Dockerfile', 'WORKDIR /home/node/app'), []);
    assert.deepEqual(rules.machinePathFaults('a.ts', "import '../work/a.ts'"), []);
  });

  it('find loose versions', () => {
    const manifest = { dependencies: { a: '1.2.3', b: '^1.2.3' }, devDependencies: { c: 'latest', d: '1.0.0-rc.1' } };
    assert.deepEqual(rules.versionFaults(manifest), [
      'package.json: dependencies.b is ^1.2.3, expected one exact version',
      'package.json: devDependencies.c is latest, expected one exact version',
    ]);
  });
});
