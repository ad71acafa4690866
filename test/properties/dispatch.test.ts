/** Hundreds of small waves with everything that may go wrong, all at once. A failure names its seed. */
import assert from 'node:assert/strict';
import type { Effects } from '../simulation/campaign/effects.ts';
import { FAULT_KINDS } from '../simulation/campaign/fault.ts';
import type { CaseResult } from '../simulation/campaign/run-case.ts';
import { flagsOf, wholeCase } from '../simulation/campaign/case.ts';
import { addTo, checkedCase, emptyTally, tallyOf } from '../simulation/campaign/tally.ts';

const SEEDS = 600;

describe('dispatch under faults', function () {
  this.timeout(120_000);
  const all: CaseResult[] = [];
  const tally = emptyTally();

  before(() => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const result = checkedCase(wholeCase(seed));
      all.push(result);
      addTo(tally, tallyOf(result));
    }
  });

  it(`ends, and holds its promises (${SEEDS} seeds)`, () => {
    const failures = tally.shown.map(
      ({ seed, words }) => `${words}; see it with: npm run -s simulate -- ${flagsOf(wholeCase(seed))}`,
    );
    assert.deepEqual(failures, []);
    assert.equal(tally.violations, 0);
  });

  it('sees every state, verdict and end of a wave', () => {
    const phases = new Set(all.flatMap(({ watch }) => [...watch.phases]));
    for (const phase of ['planning', 'running', 'waiting', 'stranded', 'draining', 'paused', 'finished']) {
      assert.ok(phases.has(phase), `no wave was ever ${phase}: the waves are too tame`);
    }
    const lines = all.flatMap(({ wave }) => wave?.lines.map(({ verdict }) => verdict) ?? []);
    for (const verdict of ['completed', 'retry', 'exhausted', 'dead', 'regate'] as const) {
      const share = lines.filter((one) => one === verdict).length / lines.length;
      assert.ok(share > 0.005, `${verdict} is ${share} of ${lines.length} attempts: the waves are too tame`);
    }
    const reasons = new Set(all.map(({ wave }) => wave?.state.finished));
    assert.deepEqual(reasons, new Set(['complete', 'cancelled', 'dry_run']));
  });

  it('really meets every kind of fault', () => {
    for (const kind of FAULT_KINDS) {
      const share = tally.faults[kind] / SEEDS;
      assert.ok(share >= 0.04, `${kind} came to pass ${tally.faults[kind]} times in ${SEEDS} waves`);
    }
  });

  it('really suffers from them', () => {
    const wanted: Record<keyof Effects, number> = {
      zombie_lines: 40,
      dropped_results: 50,
      found_results: 40,
      refused_answers: 50,
      rejected_tasks: 50,
      redone_steps: 50,
      lost_chunks: 150,
      copies: 20,
      abandoned_chunks: 10,
      trips: 100,
      recoveries: 10,
      rebalances: 100,
      failovers: 50,
      pauses: 50,
      old_levels: 150,
      rests: 40,
    };
    for (const [effect, least] of Object.entries(wanted) as [keyof Effects, number][]) {
      const count = tally.effects[effect] ?? 0;
      assert.ok(count >= least, `${effect}: ${count}, expected at least ${least}`);
    }
  });

  it('counts no line of a zombie: there are more lines than counted ones', () => {
    const haunted = all.filter(({ effects }) => effects.zombie_lines > 0);
    assert.ok(haunted.length >= 10, `${haunted.length} waves have a zombie that writes`);
    for (const { wave, attempts, effects } of haunted) {
      assert.ok(wave!.lines.length <= attempts - effects.zombie_lines);
      assert.equal(wave!.lines.length, wave!.state.counts.completed + failedAttempts(wave!.lines));
    }
  });
});

function failedAttempts(lines: readonly { verdict: string }[]): number {
  return lines.filter(({ verdict }) => verdict !== 'completed').length;
}
