/** Hundreds of small waves with crashes, pauses, a dry-run switch and cancelling, all at once. A failure names its seed. */
import assert from 'node:assert/strict';
import { openTaskBook } from '../../domain/dispatch/task-book.ts';
import type { AttemptLine } from '../../domain/model/outcome.ts';
import type { SimulatedWave, SimulateWaveInput } from '../../domain/simulation/simulate-wave.ts';
import { simulateWave } from '../../domain/simulation/simulate-wave.ts';
import { GATE_THRESHOLDS, needsPerson } from '../../domain/gate/thresholds.ts';
import { DispatchWatch } from './dispatch-watch.ts';
import { randomWave } from './random-wave.ts';

const SEEDS = 400;
const SEEDS_TWICE = 40;

interface Ran {
  input: SimulateWaveInput;
  wave: SimulatedWave;
  watch: DispatchWatch;
}

function run(seed: number): Ran {
  const input = randomWave(seed);
  const watch = new DispatchWatch();
  try {
    return { input, wave: simulateWave({ ...input, observe: watch.observe }), watch };
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

describe('dispatch under faults', function () {
  this.timeout(60_000);
  let all: (Ran & { seed: number })[] = [];

  function each(check: (ran: Ran) => void): void {
    for (const ran of all) {
      try {
        check(ran);
      } catch (error) {
        throw new Error(`seed ${ran.seed}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    }
  }

  it(`ends, and holds its promises at every step (${SEEDS} seeds)`, () => {
    all = Array.from({ length: SEEDS }, (_, index) => ({ seed: index + 1, ...run(index + 1) }));
    const phases = new Set(all.flatMap(({ watch }) => [...watch.phases]));
    for (const phase of ['planning', 'running', 'waiting', 'stranded', 'draining', 'paused', 'finished']) {
      assert.ok(phases.has(phase), `no wave was ever ${phase}: the waves are too tame`);
    }
    const lines = all.flatMap(({ wave }) => wave.lines.map(({ verdict }) => verdict));
    for (const verdict of ['completed', 'retry', 'exhausted', 'dead', 'regate'] as const) {
      const share = lines.filter((one) => one === verdict).length / lines.length;
      assert.ok(share > 0.005, `${verdict} is ${share} of ${lines.length} attempts: the waves are too tame`);
    }
    const reasons = new Set(all.map(({ wave }) => wave.state.finished));
    assert.deepEqual(reasons, new Set(['complete', 'cancelled', 'dry_run']));
  });

  it('completes each task once, or says what became of it, or leaves it in the backlog', () => {
    each(({ input, wave }) => {
      // Throws when a task goes on after its end.
      const book = openTaskBook(wave.lines);
      const ends = { completed: 0, dead: 0, deferred: 0, rejected: 0, open: 0 };
      for (const { task_id } of input.tasks) {
        const end = book.get(task_id)?.end ?? null;
        const settled = wave.memory.settled[task_id];
        assert.ok(end === null || settled === undefined, `${task_id} is ${end} and ${settled}`);
        ends[end ?? settled ?? 'open'] += 1;
      }
      const { completed, dead, deferred, rejected } = wave.state.counts;
      assert.deepEqual({ ...ends, open: 0 }, { completed, dead, deferred, rejected, open: 0 });
      if (wave.state.finished === 'complete') assert.equal(ends.open, 0, 'complete with tasks left');
    });
  });

  it('accepts every line once', () => {
    each(({ wave, watch }) => {
      assert.equal(wave.lines.length, watch.acceptedLines);
      const keys = wave.lines.map((line) => `${line.task_id}/${line.attempt}`);
      assert.equal(new Set(keys).size, keys.length, 'an attempt was accepted twice');
    });
  });

  it("keeps within an agent's attempts, the run's attempts and the agents' capabilities", () => {
    each(({ input, wave }) => {
      const tasks = new Map(input.tasks.map((task) => [task.task_id, task]));
      const counts = new Map<string, number>();
      for (const { task_id, agent_id, attempt } of wave.lines) {
        const key = `${task_id} on ${agent_id}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        const limit = input.settings.parameters[agent_id]!.retry_threshold;
        assert.ok(counts.get(key)! <= limit, `${key}: more than ${limit} attempts`);
        assert.ok(attempt <= input.settings.limits.maxAttempts, `${task_id}: attempt ${attempt}`);
        const offered = input.settings.agents.find((agent) => agent.agent_id === agent_id)!.capabilities;
        assert.ok(tasks.get(task_id)!.capabilities.every((capability) => offered.includes(capability)));
      }
    });
  });

  it('runs nothing that the gate did not approve, and nothing that needs a person without one', () => {
    each(({ input, wave }) => {
      const approved = new Map(
        wave.decisions
          .filter(({ approval }) => approval === 'approved')
          .map((decision) => [`${decision.task_id}/${decision.attempt}`, decision]),
      );
      const rows = new Map<string, AttemptLine>();
      for (const line of wave.lines) {
        const row = `${line.task_id}/${line.plan_version}`;
        const first = rows.get(row) ?? line;
        rows.set(row, first);
        // Later attempts of a row were held against the decision on its first.
        const decision = approved.get(`${line.task_id}/${first.attempt}`);
        assert.ok(decision, `${line.task_id} ran attempt ${line.attempt} without a decision`);
        assert.ok(line.confidence >= line.threshold || decision.override, `${line.task_id}: confidence too low`);
        assert.ok(line.threshold >= GATE_THRESHOLDS[line.risk_level].confidence);
        if (!needsPerson(line.risk_level, input.settings.gate)) continue;
        assert.ok(input.approveAfterMs !== null && decision.approver === 'simulation', `${line.task_id}: no approver`);
      }
    });
  });

  it('moves a task only from where it was, and for a reason that holds', () => {
    each(({ wave }) => {
      for (const { task_id, from_agent, to_agent, reason, plan_version } of wave.moves) {
        assert.notEqual(from_agent, to_agent);
        const before = wave.lines.filter((line) => line.task_id === task_id && line.plan_version < plan_version);
        if (reason !== 'retries_exhausted') continue;
        assert.ok(
          before.some((line) => line.agent_id === from_agent && line.verdict === 'exhausted'),
          `${task_id} left ${from_agent} for retries_exhausted but used up nothing there`,
        );
      }
    });
  });

  it(`gives the same bytes for the same seed (${SEEDS_TWICE} seeds)`, () => {
    for (const { seed, wave } of all.slice(0, SEEDS_TWICE)) {
      assert.equal(JSON.stringify(run(seed).wave), JSON.stringify(wave), `seed ${seed} differs`);
    }
  });
});
