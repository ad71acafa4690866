import assert from 'node:assert/strict';
import { newRunId } from '../../scripts/commands/start.ts';
import { workflowUrl, type Session } from '../../scripts/connect.ts';
import { CommandError } from '../../scripts/exit-codes.ts';
import { readRunInput } from '../../scripts/input-options.ts';

describe('the input of start', () => {
  it('is empty without options, so that every default is the contract’s', () => {
    assert.deepEqual(readRunInput({}), {});
  });

  it('keeps what is typed and puts flags on top', () => {
    const input = readRunInput({
      input: '{"seed":5,"waves":9,"dryRun":true}',
      live: true,
      waves: '1,3',
      dataset: 'east',
    });
    assert.deepEqual(input, { seed: 5, waves: [1, 3], dryRun: false, dataset: 'east' });
    assert.deepEqual(readRunInput({ waves: '3' }), { waves: 3 });
  });

  it('names the option, the value and what was expected', () => {
    const refuses = (options: Parameters<typeof readRunInput>[0], message: RegExp): void =>
      assert.throws(
        () => readRunInput(options),
        (error) => {
          assert.ok(error instanceof CommandError && error.exitCode === 2);
          assert.match(error.message, message);
          return true;
        },
      );
    refuses({ input: '{' }, /^--input is not JSON/);
    refuses({ input: 'null' }, /--input must be one JSON object/);
    refuses({ waves: '0' }, /--waves 0: expected a number such as 3/);
    refuses({ waves: '1,' }, /--waves 1,: expected/);
    refuses({ file: '/nowhere/x.json' }, /--file \/nowhere\/x\.json cannot be read/);
    refuses({ file: 'a', input: '{}' }, /exclude each other/);
  });

  it('makes ids that sort by time', () => {
    assert.equal(newRunId('demo', new Date('2026-03-02T08:15:30.120Z'), '1f3a'), 'run-demo-20260302T081530Z-1f3a');
  });

  it('links to the web page where its address is known', () => {
    const session = (address: string): Session => ({ client: undefined as never, namespace: 'default', address });
    const link = (address: string, env: NodeJS.ProcessEnv = {}) => workflowUrl(session(address), 'run/wave-1', env);
    const path = '/namespaces/default/workflows/run%2Fwave-1';
    assert.equal(link('127.0.0.1:7300'), `http://127.0.0.1:8300${path}`);
    assert.equal(link('temporal.example:7233'), null);
    assert.equal(link('temporal.example:7233', { WAVEWRIGHT_UI: 'https://ui.example/' }), `https://ui.example${path}`);
  });
});
