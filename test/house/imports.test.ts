import assert from 'node:assert/strict';
import { forbiddenArrows, importsOf, loadedPackages, PURE_PACKAGES, ROOMS } from './import-walk.ts';
import { filesBelow, textOf } from './source-files.ts';

const sources = new Map(
  Object.keys(ROOMS)
    .flatMap((room) => filesBelow(room, /\.[jt]s$/))
    .map((file) => [file, textOf(file)]),
);

describe('the imports of the project', () => {
  it('follow the table of rooms', () => {
    assert.ok(sources.size > 50, `only ${sources.size} files were found`);
    assert.deepEqual(forbiddenArrows(sources), []);
  });

  it('load nothing into the workflow bundle but Temporal and what is pure, and never zod', () => {
    const allowed = ['@temporalio/workflow', '@temporalio/common', ...PURE_PACKAGES];
    const workflows = [...sources.keys()].filter((file) => file.startsWith('workflows/'));
    assert.ok(workflows.length > 0);
    for (const file of workflows) {
      for (const [name, way] of loadedPackages(file, sources)) assert.ok(allowed.includes(name), way.join(' → '));
    }
  });
});

describe('the import walker', () => {
  const faults = (files: Record<string, string>) => forbiddenArrows(new Map(Object.entries(files)));

  it('finds imports of every form', () => {
    const source = `
      import a, { b } from './a.ts';
      import type { T } from './t.ts';
      import * as all from "pack";
      import './effect.ts';
      export { c } from './c.ts';
      export type { D } from './d.ts';
      import { type E } from './e.ts';
      import {
        long,
        list,
      } from './long.ts';
      const later = await import('./later.ts');
      type F = typeof import('./f.ts');
    `;
    const text = importsOf(source).map(({ specifier, typeOnly }) => `${specifier}${typeOnly ? ' (type)' : ''}`);
    assert.deepEqual(text, [
      './a.ts',
      './t.ts (type)',
      'pack',
      './effect.ts',
      './c.ts',
      './d.ts (type)',
      './e.ts',
      './long.ts',
      './later.ts',
      './f.ts (type)',
    ]);
  });

  it('is not fooled by comments and text', () => {
    const source = `
      // import './comment.ts';
      /* import x from './block.ts' */
      const text = "import y from './text.ts'";
      const template = \`import z from './\${text}.ts'; import './template.ts'\`;
      const pattern = /import '.\\/regex.ts'/;
      const url = 'http://host'; import './after.ts';
      thing.import('./method.ts');
    `;
    assert.deepEqual(
      importsOf(source).map(({ specifier }) => specifier),
      ['./after.ts'],
    );
  });

  it('finds an arrow that points the wrong way', () => {
    const found = faults({
      'domain/a.ts': "import { b } from '../store/b.ts';",
      'store/b.ts': "import type { w } from '../workers/w.ts';",
      'workers/w.ts': "import { main } from '../scripts/cli.ts';",
      'scripts/cli.ts': "import '../domain/a.ts';",
    });
    assert.deepEqual(found, [
      'domain/a.ts: imports ../store/b.ts, but domain may not use store',
      'store/b.ts: imports ../workers/w.ts, but store may not use workers',
      'workers/w.ts: imports ../scripts/cli.ts, but workers may not use scripts',
    ]);
  });

  it('lets workflows see other rooms by type only', () => {
    const activities = { 'activities/a.ts': '' };
    assert.deepEqual(faults({ 'workflows/w.ts': "import type { A } from '../activities/a.ts';", ...activities }), []);
    assert.deepEqual(faults({ 'workflows/w.ts': "import { A } from '../activities/a.ts';", ...activities }), [
      'workflows/w.ts: imports ../activities/a.ts, but workflows may use activities by `import type` only',
    ]);
  });

  it('finds packages where they do not belong, files that are not there, and rooms that nobody knows', () => {
    const found = faults({
      'domain/a.ts': "import { readFile } from 'node:fs/promises';",
      'contracts/c.ts': "import * as z from 'zod'; import 'zodiac'; import './missing.ts';",
      'workflows/w.ts': "import * as z from 'zod'; import type { Client } from '@temporalio/client';",
      'cellar/c.ts': '',
    });
    assert.deepEqual(found, [
      'domain/a.ts: imports node:fs/promises, but domain may not use that package',
      'contracts/c.ts: imports zodiac, but contracts may not use that package',
      'contracts/c.ts: imports ./missing.ts, and there is no contracts/missing.ts',
      'workflows/w.ts: imports zod, but workflows may not use that package',
      'cellar/c.ts: the room cellar is not in the import table',
    ]);
  });

  it('follows what is loaded at run time, and only that', () => {
    const files = new Map([
      ['workflows/w.ts', "import { a } from '../domain/a.ts'; import type { c } from '../contracts/c.ts';"],
      ['domain/a.ts', "import { b } from './b.ts';"],
      ['domain/b.ts', "import { a } from './a.ts'; import * as z from 'zod';"],
      ['contracts/c.ts', "import * as other from 'other';"],
    ]);
    assert.deepEqual(
      [...loadedPackages('workflows/w.ts', files)],
      [['zod', ['workflows/w.ts', 'domain/a.ts', 'domain/b.ts', 'zod']]],
    );
  });
});
