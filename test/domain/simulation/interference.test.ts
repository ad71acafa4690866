/** Each way to disturb a simulated wave, in a wave small enough to work out by hand. */
import assert from 'node:assert/strict';
import type { Interference } from '../../../domain/simulation/interference.ts';
import type { SimulateWaveInput } from '../../../domain/simulation/simulate-wave.ts';
import { simulateWave } from '../../../domain/simulation/simulate-wave.ts';
import { agent, settings, smallWave, START, task, tasks } from '../../simulation/small-wave.ts';

/** Eight tasks of a second on one agent, with the times of the dispatch's events. */
function run(interference: Interference, change: Partial<SimulateWaveInput> = {}) {
  const events: string[] = [];
  const wave = simulateWave(
    smallWave({
      settings: settings([agent('a')]),
      interference,
      observe: (_before, event) => events.push(`${event.at - START} ${event.type}`),
      ...change,
    }),
  );
  return { wave, events, of: (type: string) => events.filter((event) => event.endsWith(` ${type}`)) };
}

const undisturbed = run({});

describe('a disturbed wave: agents', () => {
  it('a frozen agent is given up, goes on as a zombie, and what it then writes does not count', () => {
    let written = 0;
    const { wave, of } = run({
      wrote: () => {
        written += 1;
        return written === 1 ? [{ at_ms: 0, kind: 'freeze', agent_id: 'a', for_ms: 15_000 }] : [];
      },
    });
    // The first line comes after 60 ms for the plan, 15 to hand over, and a second.
    assert.deepEqual(of('chunkLost')[0], '11075 chunkLost');
    assert.ok(written > wave.lines.length, `${written} lines were written`);
    assert.equal(wave.state.counts.completed, 8);
  });

  it('a short freeze is not noticed, but for the time', () => {
    const disturbances = [{ at_ms: 500, kind: 'freeze' as const, agent_id: 'a', for_ms: 9_000 }];
    const { wave, of } = run({}, { disturbances });
    assert.deepEqual(of('chunkLost'), []);
    assert.equal(wave.lines[0]!.finished_at - START, 9_500);
  });

  it('a crash between two lines leaves what was written', () => {
    let crashed = false;
    const { wave, of } = run({
      wrote: () => {
        if (crashed) return [];
        crashed = true;
        return [
          { at_ms: 0, kind: 'crash', agent_id: 'a' },
          { at_ms: 1, kind: 'recover', agent_id: 'a' },
        ];
      },
    });
    assert.ok(of('chunkLost').length > 0);
    assert.equal(wave.lines[0]!.finished_at - START, 1_075);
    assert.equal(wave.state.counts.completed, 8);
    assert.equal(wave.lines.length, 8);
  });
});

describe('a disturbed wave: results', () => {
  it('what a lost result would have told is found by settling', () => {
    const { wave, of } = run({ arrivals: (seq) => (seq === 1 ? [] : [0]) });
    assert.equal(of('chunkSettled').length, 1);
    assert.equal(wave.lines.length, 8);
  });

  for (const [what, arrivals] of [
    ['a second copy', [0, 5]],
    ['a result after the chunk was given up', [10_005]],
  ] as const) {
    it(`${what} changes nothing`, () => {
      const heard: boolean[] = [];
      const { wave } = run({
        arrivals: (seq) => (seq === 1 ? [...arrivals] : [0]),
        arrived: (seq, open) => {
          if (seq === 1) heard.push(open);
        },
      });
      assert.equal(heard.at(-1), false);
      assert.equal(wave.state.counts.completed, 8);
      assert.equal(wave.lines.length, 8);
    });
  }
});

describe('a disturbed wave: the orchestrator', () => {
  const count = undisturbed.events.length;
  for (const before of [true, false]) {
    it(`dies ${before ? 'before' : 'after'} the commands of any event, and the wave is as if it had not`, () => {
      for (let nth = 1; nth <= count; nth++) {
        let taken = 0;
        let died = false;
        const { wave, events } = run({
          dies: () => {
            if (died || taken + 1 !== nth) return null;
            died = true;
            return { before, down_ms: 0 };
          },
          taken: () => {
            taken += 1;
            return [];
          },
        });
        assert.ok(died);
        assert.deepEqual(events, undisturbed.events);
        assert.equal(JSON.stringify(wave), JSON.stringify(undisturbed.wave));
      }
    });
  }

  it('keeps what comes while it is down, and takes it in order', () => {
    const { wave, events } = run({
      dies: ({ type }) => (type === 'planned' ? { before: false, down_ms: 30_000 } : null),
    });
    assert.equal(wave.state.counts.completed, 8);
    assert.deepEqual(events.slice(2, 4), ['30060 wake', '30060 chunkFinished']);
  });

  it('rests after any event, and does the rest of the work afterwards', () => {
    for (let nth = 1; nth < count; nth++) {
      let taken = 0;
      const { wave, of } = run({
        taken: () => {
          taken += 1;
          return taken === nth ? [{ at_ms: 0, kind: 'rest' }] : [];
        },
      });
      assert.equal(of('quiesce').length, 1);
      assert.ok(of('resumed').length === 1 || nth >= count - 4, `rested after event ${nth}`);
      assert.equal(wave.state.counts.completed, 8);
    }
  });

  it('waits for a command that takes long', () => {
    const { of } = run({ delayMs: ({ type }) => (type === 'plan' ? 500 : 0) });
    assert.deepEqual(of('planned')[0], '560 planned');
  });
});

describe('a disturbed wave: people', () => {
  const asked = { tasks: [...tasks(1), task('h', { risk_level: 'HIGH' })] };
  const counts = (answers: Interference['answers'] & object) => {
    const { completed, deferred, rejected } = run({ answers }, asked).wave.state.counts;
    return { completed, deferred, rejected };
  };

  it('a second answer changes nothing', () => {
    const answers = () => [
      { after_ms: 10, verdict: 'approved' as const },
      { after_ms: 20, verdict: 'rejected' as const },
    ];
    assert.deepEqual(counts(answers), { completed: 2, deferred: 0, rejected: 0 });
  });

  it('a no is a no', () => {
    assert.deepEqual(
      counts(() => [{ after_ms: 10, verdict: 'rejected' }]),
      { completed: 1, deferred: 0, rejected: 1 },
    );
  });

  it('an answer after the deadline comes too late', () => {
    const late = counts(() => [{ after_ms: 30_001, verdict: 'approved' }]);
    assert.deepEqual(late, { completed: 1, deferred: 1, rejected: 0 });
  });
});
