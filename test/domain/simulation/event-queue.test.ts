import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EventQueue } from '../../../domain/simulation/event-queue.ts';

describe('event queue', () => {
  it('is empty when it is empty', () => {
    const queue = new EventQueue<string>();
    assert.equal(queue.pop(), null);
    queue.push(5, 'x');
    assert.equal(queue.size, 1);
    assert.equal(queue.pop()?.item, 'x');
    assert.equal(queue.pop(), null);
  });

  it('gives things back by time, equal times in the order they went in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }), (times) => {
        const queue = new EventQueue<number>();
        times.forEach((at, index) => queue.push(at, index));
        const out = times.map(() => queue.pop()!.item);
        const sorted = times.map((_, index) => index).sort((a, b) => times[a]! - times[b]! || a - b);
        assert.deepEqual(out, sorted);
      }),
    );
  });

  it('takes things in while it gives others out', () => {
    const queue = new EventQueue<string>();
    queue.push(3, 'c');
    queue.push(1, 'a');
    assert.deepEqual(queue.pop(), { at: 1, order: 1, item: 'a' });
    queue.push(2, 'b');
    assert.deepEqual([queue.pop()?.item, queue.pop()?.item], ['b', 'c']);
  });
});
