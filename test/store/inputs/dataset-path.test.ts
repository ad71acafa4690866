import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { BadInputError } from '../../../contracts/bad-input.ts';
import { resolveDataset } from '../../../store/inputs/dataset-path.ts';
import { DatasetFixture } from './dataset-fixture.ts';

describe('data set path', () => {
  let data: DatasetFixture;
  let other: DatasetFixture;
  beforeEach(() => {
    data = new DatasetFixture();
    other = new DatasetFixture();
    mkdirSync(join(data.root, 'demo'));
    mkdirSync(join(data.root, 'alpha'));
    data.write('file', '');
  });
  afterEach(() => {
    data.remove();
    other.remove();
  });
  const refused = (name: string, message: RegExp) =>
    assert.throws(
      () => resolveDataset(data.root, name),
      (error) => error instanceof BadInputError && message.test(error.message),
      name,
    );

  it('is the folder below the data root', () => {
    assert.equal(resolveDataset(data.root, 'demo'), join(data.root, 'demo'));
  });
  it('refuses names off the pattern', () => {
    for (const name of ['', '..', '../demo', 'a/b', '/etc', 'Demo', '-x', 'x'.repeat(65), 'demo\n']) {
      refused(name, /^dataset: found .*expected a folder name that matches/);
    }
  });
  it('lists what there is when the data set is unknown', () => {
    refused('beta', /found "beta", expected a data set below .*: there are alpha, demo$/);
    refused('file', /there are alpha, demo/);
    assert.throws(() => resolveDataset(join(data.root, 'nowhere'), 'demo'), /there are none yet/);
  });
  it('refuses a link that leads out of the data root, and follows one that does not', () => {
    symlinkSync(other.root, join(data.root, 'out'));
    symlinkSync('demo', join(data.root, 'in'));
    refused('out', /may not lead out of it/);
    assert.equal(resolveDataset(data.root, 'in'), join(data.root, 'demo'));
  });
});
