import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changeLevel, mergeLevels, NOTHING_ASKED, readLevel } from '../../../domain/control/shared-level.ts';
import type { LevelChange, SharedLevel } from '../../../domain/control/shared-level.ts';

/** A person's word to one of the two sides, or a message from it that arrives at the other. */
type Happening = { side: 0 | 1; change: LevelChange } | { side: 0 | 1; arrives: number };

const change: fc.Arbitrary<LevelChange> = fc.oneof(
  fc.record({ paused: fc.boolean() }),
  fc.constant({ dryRun: true }),
  fc.constant({ cancelled: true }),
);
const side = fc.constantFrom<0 | 1>(0, 1);
const happenings = fc.array(
  fc.oneof(
    fc.record({ side, change }) as fc.Arbitrary<Happening>,
    fc.record({ side, arrives: fc.nat(20) }) as fc.Arbitrary<Happening>,
  ),
  { maxLength: 30 },
);

/** Both sides after every message has arrived, those of one side in any order and some twice. */
function settle(events: readonly Happening[]): { levels: SharedLevel[]; said: { word: number; paused: boolean }[] } {
  const levels = [NOTHING_ASKED, NOTHING_ASKED];
  const sent: SharedLevel[][] = [[], []];
  const said: { word: number; paused: boolean }[] = [];
  const mine = (index: 0 | 1) => levels[index] ?? NOTHING_ASKED;
  for (const event of events) {
    if ('change' in event) {
      levels[event.side] = changeLevel(mine(event.side), event.change);
      sent[event.side]?.push(mine(event.side));
      const { paused } = event.change;
      if (paused !== undefined) said.push({ word: mine(event.side).word, paused });
    } else {
      const other = event.side === 0 ? 1 : 0;
      const message = sent[other]?.[event.arrives];
      if (message) levels[event.side] = mergeLevels(mine(event.side), message);
    }
  }
  for (const index of [0, 1] as const) {
    for (const message of (sent[1 - index] ?? []).toReversed()) levels[index] = mergeLevels(mine(index), message);
  }
  return { levels, said };
}

describe('the level that run and wave share', () => {
  it('is the same on both sides once every message has arrived, in whatever order and however often', () => {
    fc.assert(
      fc.property(happenings, (events) => {
        const { levels, said } = settle(events);
        assert.deepEqual(levels[0], levels[1]);
        const last = Math.max(0, ...said.map(({ word }) => word));
        const words = said.filter(({ word }) => word === last);
        assert.equal(
          levels[0]?.paused,
          words.some(({ paused }) => paused),
          'the last word did not win',
        );
      }),
    );
  });

  it('never takes back a dry run or a cancellation', () => {
    fc.assert(
      fc.property(happenings, (events) => {
        const { levels } = settle(events);
        const asked = (name: 'dryRun' | 'cancelled') =>
          events.some((event) => 'change' in event && event.change[name] === true);
        assert.deepEqual([levels[0]?.dryRun, levels[0]?.cancelled], [asked('dryRun'), asked('cancelled')]);
      }),
    );
  });

  it('is read from a message only where it is one', () => {
    assert.deepEqual(readLevel({ word: 2, paused: true }, NOTHING_ASKED), {
      word: 2,
      paused: true,
      dryRun: false,
      cancelled: false,
    });
    for (const wrong of [null, undefined, 7, 'pause', {}, { word: -1 }, { word: 1.5 }, { word: '1' }, { word: 1001 }]) {
      assert.equal(readLevel(wrong, NOTHING_ASKED), null);
    }
  });
});
