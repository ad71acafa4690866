import assert from 'node:assert/strict';
import { shownPayload, withNote, type Note } from '../../../domain/control/notes.ts';

describe('notes for a board', () => {
  it('are the last five, in order', () => {
    let notes: Note[] = [];
    for (let at = 1; at <= 7; at++) notes = withNote(notes, { at, text: `note ${at}` });
    assert.deepEqual(
      notes.map(({ at }) => at),
      [3, 4, 5, 6, 7],
    );
  });

  it('repeat a payload cut to its beginning', () => {
    assert.equal(shownPayload(undefined), 'nothing');
    assert.equal(shownPayload({ a: [1] }), '{"a":[1]}');
    assert.ok(shownPayload('x'.repeat(500)).length < 80);
  });
});
