import assert from 'node:assert/strict';
import { hideSecrets, resolveNamedValues } from '../../../workers/agents/named-values.ts';

describe('named values', () => {
  it('are taken as they stand, or from the environment', () => {
    const named = { A: 'plain text', B: { env: 'TOKEN' }, C: { env: 'SHORT' } };
    assert.deepEqual(resolveNamedValues('agent a: env', named, { TOKEN: 'Bearer abcdefgh', SHORT: 'yes' }), {
      values: { A: 'plain text', B: 'Bearer abcdefgh', C: 'yes' },
      secrets: ['Bearer abcdefgh', 'abcdefgh'],
    });
  });

  it('name agent, key and variable where it is missing or empty', () => {
    const resolve = (env: NodeJS.ProcessEnv) => () =>
      resolveNamedValues('agent a: headers', { Authorization: { env: 'TOKEN' } }, env);
    const expected = 'expected a value in the environment variable TOKEN: set it where agents are started';
    assert.throws(resolve({}), { message: `agent a: headers.Authorization: found nothing, ${expected}` });
    assert.throws(resolve({ TOKEN: '' }), {
      message: `agent a: headers.Authorization: found an empty value, ${expected}`,
    });
  });
});

describe('hiding secrets', () => {
  it('hides every one, the longest first', () => {
    const secrets = resolveNamedValues('', { A: { env: 'T' } }, { T: 'Bearer abcdefgh' }).secrets;
    assert.equal(hideSecrets('sent Bearer abcdefgh, and abcdefgh twice', secrets), 'sent ***, and *** twice');
  });
});
