import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInputError } from '../../../contracts/bad-input.ts';
import type { ModuleEntry } from '../../../contracts/agents-file.ts';
import { moduleAgent } from '../../../workers/agents/module-agent.ts';
import { scratchFolder } from '../../store/scratch-folder.ts';
import { context, task } from './attempt.ts';

describe('a module agent', () => {
  const scratch = scratchFolder();
  const dataset = () => join(scratch(), 'set');
  beforeEach(() => mkdirSync(join(dataset(), 'agents'), { recursive: true }));

  const open = (text: string, change: Partial<ModuleEntry> = {}) => {
    const path = change.path ?? 'agents/agent.ts';
    if (text !== '') writeFileSync(join(dataset(), path), text);
    const common = { agent_id: 'a', slots: 4, capabilities: [], idempotent: false };
    return moduleAgent({ kind: 'module', ...common, export: 'execute', ...change, path }, dataset());
  };
  const run = async (text: string, change: Partial<ModuleEntry> = {}) =>
    (await open(text, change)).execute(task({ text: 'a b' }), context());

  for (const name of ['agent.ts', 'agent.mts', 'agent.js', 'agent.mjs']) {
    it(`calls the export of ${name} with task and context`, async () => {
      const answer = await run(
        `export async function execute(task, context) {
          return { status: 'completed', output: [task.payload.text, context.idempotency_key, context.signal.aborted] };
        }`,
        { path: name },
      );
      assert.deepEqual(answer, { status: 'completed', output: ['a b', 'set/t_1/1', false] });
    });
  }

  it('understands types, imports of neighbours, CommonJS, and an export of another name', async () => {
    writeFileSync(
      join(dataset(), 'agents/words.ts'),
      'export const words = (text: string): number => text.split(" ").length;',
    );
    const typed = `import { words } from './words.ts';
      export const count = (task: { payload: { text: string } }) => ({ status: 'completed', cost: words(task.payload.text) });`;
    assert.deepEqual(await run(typed, { export: 'count' }), { status: 'completed', cost: 2 });
    const common = 'exports.execute = () => ({ status: "completed" });';
    assert.deepEqual(await run(common, { path: 'common.cjs' }), { status: 'completed' });
  });

  it('loads once, however many agents use it', async () => {
    const text = 'let calls = 0; export const execute = () => ({ status: "completed", cost: ++calls });';
    const [one, two] = [await open(text), await open(text)];
    await one.execute(task(), context());
    assert.deepEqual(await two.execute(task(), context()), { status: 'completed', cost: 2 });
  });

  it('gives copies, so that one attempt cannot change the task of the next', async () => {
    const agent = await open(
      'export const execute = (task, context) => { task.payload = 1; context.parameters.retry_threshold = 9; return { status: "failed" }; };',
    );
    const [given, around] = [task({ text: 'a' }), context()];
    await agent.execute(given, around);
    assert.deepEqual([given.payload, around.parameters.retry_threshold], [{ text: 'a' }, 3]);
  });

  it('leaves throwing to the executor, and takes no answer that is none', async () => {
    await assert.rejects(run('export const execute = () => { throw new Error("broken"); };'), /^Error: broken$/);
    for (const [returned, reason] of [
      ['undefined', /^9\.ts returned undefined, expected an answer$/],
      ['({ status: "done" })', /answered wrongly: status: found "done"/],
      ['({ status: "completed", confidence: NaN })', /answered wrongly: confidence/],
    ] as const) {
      const { status, error } = await run(`export const execute = async () => ${returned};`, {
        path: `${returned.length}.ts`,
      });
      assert.equal(status, 'failed');
      assert.match(error ?? '', reason);
    }
  });

  it('hands on the abort signal', async () => {
    const agent = await open(
      `export const execute = (_, { signal }) => new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ status: 'failed', error: 'aborted' }));
      });`,
    );
    const abort = new AbortController();
    const answer = agent.execute(task(), context(abort.signal));
    abort.abort();
    assert.deepEqual(await answer, { status: 'failed', error: 'aborted' });
  });

  describe('is refused', () => {
    const refused = (text: string, change: Partial<ModuleEntry>, message: RegExp) =>
      assert.rejects(open(text, change), (error) => {
        assert.ok(error instanceof BadInputError, String(error));
        assert.match(error.message, message);
        return true;
      });

    it('where there is no such file', () =>
      refused(
        '',
        { path: 'none.ts' },
        /^agent a: path: found "none\.ts", expected a module below .*set, and there is none/,
      ));

    it('where the file leads out of the dataset, by link or folder', async () => {
      writeFileSync(join(scratch(), 'outside.ts'), 'export const execute = () => null;');
      symlinkSync(join(scratch(), 'outside.ts'), join(dataset(), 'link.ts'));
      symlinkSync(scratch(), join(dataset(), 'folder'));
      for (const path of ['link.ts', 'folder/outside.ts', '../outside.ts']) {
        await refused('', { path }, /^agent a: path: .*a symbolic link that leaves the data set/);
      }
    });

    it('where it does not load', () =>
      refused('throw new Error("at once");', { path: 'bad.ts' }, /"bad\.ts", expected a module that loads; .*at once/));

    it('where the export is missing or no function, and says what there is', async () => {
      const text = 'export const run = () => null; export const execute = 1;';
      await refused(text, {}, /^agent a: export: found "execute", expected a function .*exports execute, run/);
      await refused(text, { export: 'other' }, /^agent a: export: found "other"/);
    });
  });
});
