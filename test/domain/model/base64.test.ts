import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { decodeBase64 } from '../../../domain/model/base64.ts';

describe('decodeBase64', () => {
  it('reads what an encoder writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        assert.deepEqual(decodeBase64(Buffer.from(bytes).toString('base64')), bytes);
      }),
    );
  });

  it('gives bytes for no text but the one that an encoder writes for them', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'AQgwB9/+=-_ \n'.split('')), maxLength: 9 });
    fc.assert(
      fc.property(texts, (text) => {
        const bytes = decodeBase64(text);
        if (bytes !== null) assert.equal(Buffer.from(bytes).toString('base64'), text);
      }),
      { numRuns: 1000 },
    );
    assert.deepEqual(
      [decodeBase64('AA'), decodeBase64('AB=='), decodeBase64('A-_A'), decodeBase64('AAA')],
      Array(4).fill(null),
    );
  });
});
