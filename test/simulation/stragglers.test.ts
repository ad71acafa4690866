/** What second copies are worth on the virtual clock: waves with stragglers, with and without agents declared idempotent. */
import assert from 'node:assert/strict';
import { seededRandom } from '../../domain/model/random.ts';
import type { SimulatedWave } from '../../domain/simulation/simulate-wave.ts';
import { simulateWave } from '../../domain/simulation/simulate-wave.ts';
import { agent, estimator, settings, smallWave, START, tasks } from './small-wave.ts';

const SEEDS = 40;
/** A straggling attempt takes eight times the median (Ananthanarayanan and others, "Effective Straggler Mitigation", 2013). */
const STRAGGLER = 8;

function wave(seed: number, idempotent: boolean, stragglerShare: number): SimulatedWave {
  const fleet = ['a', 'b', 'c', 'd'].map((id) => agent(id, { idempotent }));
  return simulateWave(
    smallWave({
      settings: settings(fleet, { seed }, { max_parallel_tasks: 2 }),
      tasks: tasks(48),
      estimate: estimator({ predicted_ms: 2_000 }),
      model: (row, attempt) => {
        const random = seededRandom('stragglers', seed, row.task_id, row.agent_id, attempt);
        const slow = random() < stragglerShare ? STRAGGLER : 1;
        return { duration_ms: row.predicted_ms * (0.8 + 0.4 * random()) * slow, success: true };
      },
    }),
  );
}

/** Sum of makespans with copies ÷ without, and what the copies cost. */
function compare(stragglerShare: number) {
  let [withCopies, without, begun, won, discardedMs, workMs] = [0, 0, 0, 0, 0, 0];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const hedged = wave(seed, true, stragglerShare);
    assert.equal(hedged.state.counts.completed, 48);
    withCopies += (hedged.facts.lastOutcomeAt ?? START) - START;
    without += (wave(seed, false, stragglerShare).facts.lastOutcomeAt ?? START) - START;
    begun += hedged.facts.copies;
    won += hedged.lines.filter((line) => line.copy).length;
    discardedMs += hedged.discarded.reduce((sum, line) => sum + line.finished_at - line.started_at, 0);
    workMs += hedged.lines.reduce((sum, line) => sum + line.finished_at - line.started_at, 0);
  }
  return { ratio: withCopies / without, begun, won, waste: discardedMs / workMs };
}

describe('second copies', function () {
  this.timeout(60_000);

  it('shorten waves with stragglers by more than a tenth, for little work done twice', () => {
    const { ratio, begun, won, waste } = compare(0.03);
    assert.ok(ratio < 0.9, `makespan with copies ÷ without: ${ratio}`);
    assert.ok(won > begun / 2, `${won} of ${begun} copies were first`);
    assert.ok(waste < 0.02, `${waste} of the work was done twice`);
  });

  it('are not begun where nobody straggles', () => {
    const { ratio, begun } = compare(0);
    assert.deepEqual([ratio, begun], [1, 0]);
  });
});
