import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { formatFiles, staleFiles } from '../../scripts/formats.ts';

const docs = fileURLToPath(new URL('../../docs', import.meta.url));

describe('formats', () => {
  it('are published as the schemas have them', async () => {
    assert.deepEqual(staleFiles(docs, await formatFiles()), [], 'run: npx tsx scripts/formats.ts');
  });

  it('are told stale when one differs, is missing, or is left over', async () => {
    const files = await formatFiles();
    files.set('formats.md', `${files.get('formats.md')}\n`);
    files.set('schemas/new.json', '{}\n');
    files.delete('schemas/run-input.json');
    assert.deepEqual(staleFiles(docs, files), ['formats.md', 'schemas/new.json', 'schemas/run-input.json']);
  });
});
