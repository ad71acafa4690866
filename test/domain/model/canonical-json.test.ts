import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canonicalJson } from '../../../domain/model/canonical-json.ts';
import type { Json } from '../../../domain/model/task.ts';

describe('canonicalJson', () => {
  it('sorts keys by code unit, numbers among them too, and keeps lists', () => {
    assert.equal(
      canonicalJson({ b: [2, 1], a: null, B: 'ü', 10: true, 9: 1.5 }),
      '{"10":true,"9":1.5,"B":"ü","a":null,"b":[2,1]}',
    );
  });

  it('is JSON of the same value, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as Json;
        const text = canonicalJson(json);
        assert.deepEqual(JSON.parse(text), json);
        assert.equal(canonicalJson(reversed(json)), text);
      }),
    );
  });
});

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, inner]) => [key, reversed(inner)]));
}
