import assert from 'node:assert/strict';
import { Standstill } from '../../../domain/simulation/standstill.ts';

describe('standstill', () => {
  it('keeps what comes while it stands, and does it in order when it goes on', () => {
    const still = new Standstill();
    const done: number[] = [];
    still.pass(() => done.push(1));
    still.stop();
    still.pass(() => done.push(2));
    still.pass(() => done.push(3));
    assert.deepEqual([done, still.stands], [[1], true]);
    still.goOn();
    assert.deepEqual([done, still.stands], [[1, 2, 3], false]);
  });

  it('stands again when what was kept makes it stand, and the rest waits on', () => {
    const still = new Standstill();
    const done: string[] = [];
    still.stop();
    still.pass(() => {
      still.stop();
      still.pass(() => done.push('again'));
    });
    still.pass(() => done.push('rest'));
    still.goOn();
    assert.deepEqual(done, []);
    still.goOn();
    assert.deepEqual(done, ['again', 'rest']);
  });

  it('forgets what was kept', () => {
    const still = new Standstill();
    const done: string[] = [];
    still.stop();
    still.pass(() => done.push('kept'));
    still.forget();
    still.goOn();
    still.pass(() => done.push('after'));
    assert.deepEqual(done, ['after']);
  });
});
