import assert from 'node:assert/strict';
import { filesBelow, textOf } from './source-files.ts';
import * as rules from './tidy-rules.ts';

const code = filesBelow('', /\.[jt]s$/);
const written = filesBelow('', /\.(?:[jt]s|json|jsonl|md|ya?ml|sh)$|^(?:Dockerfile|run)$/);
const faultsIn = (files: string[], rule: (path: string, text: string) => string[]) =>
  files.flatMap((path) => rule(path, textOf(path)));

describe('the house is tidy', () => {
  it('names every file after its subject', () => assert.deepEqual(code.flatMap(rules.fileNameFaults), []));
  it('keeps files short', () => assert.deepEqual(faultsIn(code, rules.lengthFaults), []));
  it('uses the words of the glossary', () => assert.deepEqual(faultsIn(code, rules.wordFaults), []));
  it('leaves nothing open', () => assert.deepEqual(faultsIn(code, rules.openEndFaults), []));
  it('skips no test without a reason', () => assert.deepEqual(faultsIn(code, rules.skippedTestFaults), []));
  it('knows no machine by path', () => {
    const judged = written.filter((path) => path !== 'test/house/tidy-rules.test.ts');
    assert.deepEqual(faultsIn(judged, rules.machinePathFaults), []);
  });
  it('pins every dependency, and the lock file names no download address', () => {
    assert.deepEqual(rules.versionFaults(JSON.parse(textOf('package.json')) as Record<string, unknown>), []);
    assert.doesNotMatch(textOf('package-lock.json'), /"resolved": "http/);
  });
  it('is under the MIT licence', () => {
    assert.match(textOf('LICENSE'), /^MIT License\n/);
    assert.equal((JSON.parse(textOf('package.json')) as { license: string }).license, 'MIT');
  });
});
