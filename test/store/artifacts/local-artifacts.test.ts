import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NoSuchArtifact, PathRefused } from '../../../store/artifacts/artifact-store.ts';
import { localArtifacts } from '../../../store/artifacts/local-artifacts.ts';
import { scratchFolder } from '../scratch-folder.ts';

describe('local artifacts', () => {
  const folder = scratchFolder();
  const open = () => localArtifacts(join(folder(), 'root'));

  it('reads back what was written, with size and digest', async () => {
    const store = open();
    const written = await store.write('a/b/c.txt', 'grün\n');
    const sha256 = createHash('sha256').update('grün\n').digest('hex');
    assert.deepEqual(written, { bytes: 6, sha256 });
    assert.equal(await store.readText('a/b/c.txt'), 'grün\n');
    assert.equal(await store.size('a/b/c.txt'), 6);
    assert.equal(await store.sha256('a/b/c.txt'), sha256);
    assert.equal(await store.exists('a/b'), false);
  });

  it('replaces a file and leaves no temporary file behind', async () => {
    const store = open();
    await store.write('a/x', 'long old content');
    await store.write('a/x', Buffer.from('new'));
    assert.equal(await store.readText('a/x'), 'new');
    assert.deepEqual(readdirSync(join(folder(), 'root/a')), ['x']);
  });

  it('keeps the old bytes when the content fails half-way', async () => {
    const store = open();
    await store.write('a/x', 'old');
    const pieces = function* () {
      yield Buffer.from('half of the n');
      throw new Error('source lost');
    };
    await assert.rejects(store.write('a/x', pieces()), /source lost/);
    assert.equal(await store.readText('a/x'), 'old');
    assert.deepEqual(readdirSync(join(folder(), 'root/a')), ['x']);
  });

  it('creates a file once, whoever races', async () => {
    const store = open();
    const wins = await Promise.all(Array.from({ length: 12 }, (_, i) => store.createExclusive('n/1', `by ${i}`)));
    assert.equal(wins.filter(Boolean).length, 1);
    assert.equal(await store.readText('n/1'), `by ${wins.indexOf(true)}`);
    assert.deepEqual(readdirSync(join(folder(), 'root/n')), ['1']);
  });

  it('lists by prefix, sorted, without unfinished writes', async () => {
    const store = open();
    for (const path of ['p/b.json', 'p/a/2', 'p/a/1', 'pq/z', 'q']) await store.write(path, '');
    writeFileSync(join(folder(), 'root/p/.tmp-1-x'), 'torn');
    assert.deepEqual(await store.list('p'), ['p/a/1', 'p/a/2', 'p/b.json', 'pq/z']);
    assert.deepEqual(await store.list('p/'), ['p/a/1', 'p/a/2', 'p/b.json']);
    assert.deepEqual(await store.list('p/a/2'), ['p/a/2']);
    assert.deepEqual(await store.list('nowhere/'), []);
    assert.deepEqual(await localArtifacts(join(folder(), 'none')).list(''), []);
  });

  it('streams rows out and back, many more than one piece', async () => {
    const store = open();
    const rows = Array.from({ length: 5000 }, (_, i) => ({ i, text: `zeile ${i} ä` }));
    const written = await store.writeJsonl('rows.jsonl', rows);
    assert.equal(written.records, 5000);
    assert.equal(written.bytes, await store.size('rows.jsonl'));
    assert.equal(written.sha256, await store.sha256('rows.jsonl'));
    assert.deepEqual(await store.readJsonl('rows.jsonl'), rows);
    assert.equal((await store.writeJsonl('none.jsonl', [])).records, 0);
    assert.deepEqual(await store.readJsonl('none.jsonl'), []);
  });

  it('names file and line of a row that is broken or has no end', async () => {
    const store = open();
    await store.write('bad.jsonl', '{"a":1}\n{"a":\n');
    await assert.rejects(store.readJsonl('bad.jsonl'), /bad\.jsonl, line 2/);
    await store.write('torn.jsonl', '{"a":1}');
    await assert.rejects(store.readJsonl('torn.jsonl'), /torn\.jsonl, line 1.*no line end/);
  });

  it('says which file is missing', async () => {
    const store = open();
    for (const reading of [store.read('a/x'), store.sha256('a/x'), store.readJsonl('a/x')]) {
      await assert.rejects(reading, (error) => error instanceof NoSuchArtifact && error.path === 'a/x');
    }
    assert.equal(await store.size('a/x'), null);
  });

  it('removes a file and the folders that became empty, but not the first', async () => {
    const store = open();
    await store.write('p/w/a/x', '');
    await store.write('p/w/b/x', '');
    await store.remove('p/w/a/x');
    assert.deepEqual(readdirSync(join(folder(), 'root/p/w')), ['b']);
    await store.remove('p/w/b/x');
    assert.deepEqual(readdirSync(join(folder(), 'root/p')), []);
    await store.remove('p/w/b/x');
  });

  it('sweeps unfinished writes that are old enough', async () => {
    const store = open();
    await store.write('p/x', '');
    for (const name of ['.tmp-old', '.tmp-new']) writeFileSync(join(folder(), 'root/p', name), '');
    utimesSync(join(folder(), 'root/p/.tmp-old'), new Date(0), new Date(0));
    assert.deepEqual(await store.sweep(60_000), ['p/.tmp-old']);
    assert.deepEqual(readdirSync(join(folder(), 'root/p')).sort(), ['.tmp-new', 'x']);
  });

  const escapes = ['../x', 'a/../../x', '/etc/passwd', 'a//b', './a', 'a/.', '', 'a\\..\\x', 'C:/x', 'a\0b', 'a/'];
  for (const path of escapes) {
    it(`refuses the path ${JSON.stringify(path)} for reading and writing`, async () => {
      const store = open();
      const refused = (error: unknown) => error instanceof PathRefused && error.path === path;
      await assert.rejects(store.read(path), refused);
      await assert.rejects(store.write(path, ''), refused);
      await assert.rejects(store.createExclusive(path, ''), refused);
      await assert.rejects(store.remove(path), refused);
      assert.deepEqual(readdirSync(folder()), []);
    });
  }

  it('refuses symbolic links that lead outside, or nowhere', async () => {
    const store = open();
    await store.write('in/x', 'inside');
    mkdirSync(join(folder(), 'outside'));
    mkdirSync(join(folder(), 'root-twin'));
    writeFileSync(join(folder(), 'outside/x'), 'secret');
    symlinkSync(join(folder(), 'outside'), join(folder(), 'root/out'));
    symlinkSync(join(folder(), 'root-twin'), join(folder(), 'root/twin'));
    symlinkSync(join(folder(), 'outside/x'), join(folder(), 'root/in/file'));
    symlinkSync(join(folder(), 'nowhere'), join(folder(), 'root/dangling'));
    for (const path of ['out/x', 'out/new/y', 'twin/x', 'in/file', 'dangling/x']) {
      await assert.rejects(store.read(path), PathRefused, path);
      await assert.rejects(store.write(path, 'overwritten'), PathRefused, path);
    }
    await assert.rejects(store.list('out/'), /out.*leads outside/);
    assert.deepEqual(readdirSync(join(folder(), 'outside')), ['x']);
    assert.equal(existsSync(join(folder(), 'nowhere')), false);
    assert.deepEqual(await store.list(''), ['in/x']);
  });

  it('follows a symbolic link that stays inside, and a root that is one', async () => {
    await open().write('in/x', 'inside');
    symlinkSync(join(folder(), 'root/in'), join(folder(), 'root/also'));
    symlinkSync(join(folder(), 'root'), join(folder(), 'door'));
    assert.equal(await localArtifacts(join(folder(), 'door')).readText('also/x'), 'inside');
  });
});
