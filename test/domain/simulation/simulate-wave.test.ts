import assert from 'node:assert/strict';
import type { SimulatedWave } from '../../../domain/simulation/simulate-wave.ts';
import { simulateWave } from '../../../domain/simulation/simulate-wave.ts';
import { agent, allWell, estimator, settings, smallWave, START, task, tasks } from '../../simulation/small-wave.ts';
import { DispatchWatch } from '../../properties/dispatch-watch.ts';

const endMs = (wave: SimulatedWave) => (wave.facts.lastOutcomeAt ?? START) - START;
const completedOn = (wave: SimulatedWave) => {
  const count: Record<string, number> = {};
  for (const line of wave.lines) {
    if (line.verdict === 'completed') count[line.agent_id] = (count[line.agent_id] ?? 0) + 1;
  }
  return count;
};

describe('simulated wave', () => {
  it('runs eight seconds of work on two agents in four, and a little for the orchestrator', () => {
    const wave = simulateWave(smallWave());
    assert.equal(wave.state.finished, 'complete');
    assert.deepEqual(completedOn(wave), { a: 4, b: 4 });
    assert.equal(wave.facts.releasedAt, START + 60);
    assert.equal(endMs(wave), 60 + 15 + 4_000);
    assert.equal(wave.memory.version, 1);
  });

  it('keeps an agent to its tasks in flight', () => {
    const change = { settings: settings([agent('a')], {}, { max_parallel_tasks: 3 }), tasks: tasks(9) };
    const wave = simulateWave(smallWave(change));
    assert.equal(endMs(wave), 75 + 3_000);
    for (const { started_at } of wave.lines) {
      const beside = wave.lines.filter((line) => line.started_at <= started_at && line.finished_at > started_at);
      assert.ok(beside.length <= 3);
    }
  });

  it('tries a task here up to the threshold, then on the other agent, then nowhere', () => {
    const change = { tasks: tasks(1), settings: settings([agent('a'), agent('b')], {}, { retry_threshold: 2 }) };
    const wave = simulateWave(smallWave({ ...change, model: () => ({ success: false, duration_ms: 100 }) }));
    assert.deepEqual(
      wave.lines.map(({ attempt, verdict }) => [attempt, verdict]),
      [
        [1, 'retry'],
        [2, 'exhausted'],
        [3, 'retry'],
        [4, 'exhausted'],
      ],
    );
    assert.equal(new Set(wave.lines.map(({ agent_id }) => agent_id)).size, 2);
    assert.deepEqual(
      wave.moves.map(({ reason }) => reason),
      ['retries_exhausted'],
    );
    assert.deepEqual([wave.state.counts.dead, wave.memory.settled], [1, { t1: 'dead' }]);
  });

  it('stops at the attempts that the run allows', () => {
    const limits = { maxAttempts: 3, taskTimeoutMs: 60_000 };
    const change = {
      tasks: tasks(1),
      settings: settings([agent('a'), agent('b')], { limits }, { retry_threshold: 2 }),
    };
    const wave = simulateWave(smallWave({ ...change, model: () => ({ success: false, duration_ms: 100 }) }));
    assert.deepEqual(
      wave.lines.map(({ verdict }) => verdict),
      ['retry', 'exhausted', 'dead'],
    );
    assert.equal(wave.state.counts.dead, 1);
  });
});

describe('simulated wave: crashes', () => {
  it('does what a lost agent left undone elsewhere, and nothing twice', () => {
    const disturbances = [{ at_ms: 1_600, kind: 'crash' as const, agent_id: 'a' }];
    const wave = simulateWave(smallWave({ disturbances }));
    assert.deepEqual(completedOn(wave), { a: 1, b: 7 });
    assert.equal(wave.state.counts.completed, 8);
    assert.ok(wave.moves.some(({ reason }) => reason === 'failover_reassignment'));
    assert.ok(wave.moves.every(({ from_agent }) => from_agent === 'a'));
    assert.deepEqual(wave.facts.agents[0]?.up, [{ from: START + 60, to: START + 11_600 }]);
  });

  it('gives tasks back to an agent that returns', () => {
    const disturbances = [
      { at_ms: 500, kind: 'crash' as const, agent_id: 'a' },
      { at_ms: 20_000, kind: 'recover' as const, agent_id: 'a' },
    ];
    const wave = simulateWave(smallWave({ settings: settings([agent('a')]), tasks: tasks(3), disturbances }));
    assert.deepEqual(completedOn(wave), { a: 3 });
    assert.equal(wave.facts.agents[0]?.up.length, 2);
    assert.ok(endMs(wave) < 40_000);
  });

  for (const taskTimeoutMs of [10_000, 600_000]) {
    it(`ends within taskTimeout ${taskTimeoutMs} ms when no agent ever comes back`, () => {
      const fleet = [agent('a'), agent('b')];
      const watch = new DispatchWatch(START);
      let last = 0;
      const wave = simulateWave(
        smallWave({
          settings: settings(fleet, { limits: { maxAttempts: 6, taskTimeoutMs } }),
          tasks: tasks(40),
          disturbances: fleet.map(({ agent_id }) => ({ at_ms: 3_200, kind: 'crash', agent_id })),
          observe: (before, event, result) => {
            last = event.at - START;
            watch.observe(before, event, result);
          },
        }),
      );
      const { completed, dead } = wave.state.counts;
      assert.equal(wave.state.finished, 'complete');
      assert.deepEqual([completed, completed + dead], [6, 40]);
      assert.ok(watch.phases.has('stranded'));
      // Crash, heartbeat time-out, at most 5 s for leftovers, then the wait.
      assert.ok(last >= 13_200 + taskTimeoutMs && last <= 13_200 + 5_000 + taskTimeoutMs + 500, `ended at ${last}`);
    });
  }

  it('counts nothing that a chunk writes after it was accepted as it was', () => {
    // The agent is gone for the moment in which the chunks are handed over, and runs them although they count as lost.
    const disturbances = [
      { at_ms: 61, kind: 'crash' as const, agent_id: 'a' },
      { at_ms: 62, kind: 'recover' as const, agent_id: 'a' },
    ];
    const watch = new DispatchWatch(START);
    const wave = simulateWave(
      smallWave({
        settings: settings([agent('a')]),
        tasks: tasks(2),
        estimate: estimator({ predicted_ms: 30_000 }),
        disturbances,
        observe: watch.observe,
      }),
    );
    assert.equal(wave.lines.length, watch.acceptedLines);
    assert.equal(wave.state.counts.completed, 2);
  });
});

describe('simulated wave: control', () => {
  it('starts nothing while paused, and takes the pause out', () => {
    const disturbances = [
      { at_ms: 1_500, kind: 'level' as const, level: { paused: true } },
      { at_ms: 61_500, kind: 'level' as const, level: { paused: false } },
    ];
    const wave = simulateWave(smallWave({ disturbances }));
    const started = wave.lines.map(({ started_at }) => started_at - START);
    assert.ok(started.every((ms) => ms <= 1_515 || ms >= 61_500));
    assert.equal(wave.state.counts.completed, 8);
    const [pause] = wave.facts.pauses;
    assert.deepEqual([wave.facts.pauses.length, pause?.to], [1, START + 61_500]);
    assert.ok(pause!.from >= START + 2_075 && pause!.from < START + 2_200);
  });

  for (const [flag, reason] of [
    ['dryRun', 'dry_run'],
    ['cancelled', 'cancelled'],
  ] as const) {
    it(`${flag} lets what runs finish and leaves the rest`, () => {
      const wave = simulateWave(
        smallWave({ disturbances: [{ at_ms: 1_500, kind: 'level', level: { [flag]: true } }] }),
      );
      assert.equal(wave.state.finished, reason);
      assert.equal(wave.state.counts.completed, 4);
      assert.deepEqual([wave.memory.settled, wave.state.counts.dead], [{}, 0]);
    });
  }
});

describe('simulated wave: people', () => {
  const mixed = [...tasks(2), task('h1', { risk_level: 'HIGH' }), task('u1', { risk_level: 'UNKNOWN' })];

  it('runs the others meanwhile, and what waits once it is approved', () => {
    const wave = simulateWave(smallWave({ tasks: mixed, approveAfterMs: 10_000 }));
    assert.equal(wave.state.counts.completed, 4);
    assert.ok(wave.lines.every((line) => line.risk_level === 'LOW' || line.started_at >= START + 10_000));
    assert.deepEqual(
      wave.requests.map(({ request, tasks: count }) => [request, count]),
      [
        ['w1-g2', 1],
        ['w1-g3', 1],
      ],
    );
    assert.ok(wave.facts.pauses.length > 0);
  });

  it('defers what nobody approved in time', () => {
    const wave = simulateWave(smallWave({ tasks: mixed, approvalTimeoutMs: 5_000 }));
    assert.deepEqual(wave.memory.settled, { h1: 'deferred', u1: 'deferred' });
    assert.ok(wave.lines.every(({ risk_level }) => risk_level === 'LOW'));
    const { released, completed, deferred } = wave.state.counts;
    assert.deepEqual([released, completed, deferred], [2, 2, 2]);
  });

  it('keeps the deadline of a request when the wave is planned again', () => {
    const deadlines = new Set<number>();
    const wave = simulateWave(
      smallWave({
        tasks: [...tasks(20), task('h1', { risk_level: 'HIGH' })],
        approvalTimeoutMs: 45_000,
        disturbances: [{ at_ms: 2_000, kind: 'crash', agent_id: 'a' }],
        observe: (_, __, { state }) => state.requests.forEach(({ expiresAt }) => deadlines.add(expiresAt)),
      }),
    );
    assert.ok(wave.memory.version > 2);
    assert.deepEqual([...deadlines], [START + 60 + 45_000]);
  });
});

describe('simulated wave: many chunks', () => {
  it('keeps the state small: long lists of segments are folded', () => {
    const watch = new DispatchWatch(START);
    const wave = simulateWave(
      smallWave({
        settings: settings([agent('a')]),
        tasks: tasks(500),
        estimate: estimator({ predicted_ms: 9_000 }),
        model: allWell,
        observe: watch.observe,
      }),
    );
    assert.equal(wave.state.counts.completed, 500);
    assert.ok(watch.folds >= 2 && wave.state.folded.lists === watch.folds, `${watch.folds} folds`);
  });
});
