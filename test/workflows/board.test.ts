import assert from 'node:assert/strict';
import type { OpenedRun } from '../../activities/interface.ts';
import type { RunProgress, WaveProgress, WaveResult } from '../../domain/model/run.ts';
import { runBoard, waveBoard } from '../../workflows/board.ts';
import type { WavePreparation } from '../../workflows/wave-args.ts';

/** The page sends the text in a URL. */
const BYTES_MAX = 6_000;

const REF = { execution_id: 'run-1', dataset: 'east', wave: 2, dry_run: false };
const NASTY = '<img src=x onerror=alert(1)> | **bold** [link](http://evil) `code`\nnext # line';
const request = (name: string) => ({
  request: name,
  digest: `sha256:${'a'.repeat(64)}`,
  wave: 2,
  risk_level: 'HIGH' as const,
  tasks: 3,
  below_threshold: 1,
  opened_at: 0,
  expires_at: 86_400_000,
});
const notes = Array.from({ length: 5 }, (_, at) => ({ at, text: NASTY.repeat(9) }));

function wave(change: Partial<WaveProgress> = {}): WaveProgress {
  return {
    wave: 2,
    phase: 'running',
    dry_run: false,
    strategy: 'balance_load',
    plan_version: 3,
    tasks: 40,
    released: 30,
    completed: 12,
    failed: 1,
    deferred: 2,
    rejected: 0,
    waiting: 0,
    in_flight: 4,
    moves: 5,
    cost: 0,
    expected_end: null,
    agents: [],
    requests: [],
    reason: null,
    notes: [],
    ...change,
  };
}

const PREPARED: WavePreparation = {
  strategy: 'balance_load',
  rationale: NASTY,
  tasks: 40,
  retried: 0,
  rebalanceThreshold: 0.15,
  agents: [],
  reverted: [],
};

function done(number: number): WaveResult {
  return {
    wave: number,
    dry_run: false,
    strategy: 'balance_load',
    health: 91.2,
    health_status: 'EXCELLENT',
    completed: 20,
    failed: 0,
    deferred: 0,
    rejected: 0,
    anomalies: 0,
    signals: 3,
    retried: 0,
    cost: 0,
    skipped: false,
    gate: null,
    forecast: null,
    ledger_head: null,
  };
}

function run(change: Partial<RunProgress> = {}): RunProgress {
  return {
    execution_id: 'run-1',
    dataset: 'east',
    status: 'running',
    dry_run: false,
    reason: null,
    waves: [1, 2, 3],
    open_wave: { wave: 2, workflow_id: 'run-1/wave-2' },
    draining: null,
    signed_answers: false,
    finished: [done(1)],
    skipped: [],
    retry: null,
    requests: [],
    notes: [],
    ...change,
  };
}

/** Anyone may answer, unsigned. */
const OPEN_GATE = { approvers: [] };

const OPENED = { tasks: 60, forecastsDone: false, config: { dryRun: false } } as OpenedRun;

describe('the boards', () => {
  it('tell of a dry run what is expected, with intervals, and of a live one nothing', () => {
    assert.doesNotMatch(runBoard(run(), OPENED), /Forecast/);
    const value = (median: number) => ({
      median,
      interval: [median / 2, median * 2] as [number, number],
      interval_80: [0.8 * median, 1.2 * median] as [number, number],
    });
    const forecast = {
      makespan_ms: value(10_000),
      success_rate: null,
      throughput: value(20),
      completed: value(200),
      approval_requests: value(2),
      approval_tasks: value(15),
    };
    const text = runBoard(run({ dry_run: true, finished: [{ ...done(1), dry_run: true, forecast }] }), OPENED);
    assert.ok(
      text.includes(
        [
          '| wave | makespan | success rate | throughput | approval requests |',
          '| --- | --- | --- | --- | --- |',
          '| 1 | 10.0 s (8.0 s – 12.0 s) | – | 20.00 tasks/s (16.00 tasks/s – 24.00 tasks/s) | 2 (1.6 – 2.4) |',
        ].join('\n'),
      ),
      text,
    );
  });

  it('tell of agents: done, in flight, failed, speed; those that are not well come first', () => {
    const agent = { in_flight: 1, completed: 8, failed: 2, queued: 3 };
    const text = waveBoard(
      wave({
        agents: [
          { agent_id: 'a', status: 'up', ...agent, speed: 1.255 },
          { agent_id: 'b', status: 'tripped', ...agent, speed: null },
        ],
        expected_end: Date.UTC(2026, 2, 2, 8, 15),
        cost: 1.25,
      }),
      REF,
      PREPARED,
      OPEN_GATE,
    );
    assert.match(text, /^\*\*Wave 2: running\*\* · `east` · done by about 2026-03-02 08:15:00 UTC$/m);
    assert.match(text, /\| b \| tripped \| 8 \| 1 \| 2 \| 3 \| – \|\n\| a \| up \| 8 \| 1 \| 2 \| 3 \| 1\.2\d× \|/);
    assert.match(text, /cost 1\.25$/m);
  });

  it('offer no payload that would be refused, where answers must be signed', () => {
    const requests = [request('w2-g2')];
    for (const text of [
      waveBoard(wave({ requests }), REF, PREPARED, { approvers: [{}] }),
      runBoard(run({ requests, signed_answers: true }), OPENED),
    ]) {
      assert.match(text, /Answers must be signed: `npx wavewright approvals` gives the command/);
      assert.doesNotMatch(text, /YOUR NAME/);
    }
  });

  it('tell what waits for whom, with the payload to paste', () => {
    for (const text of [
      waveBoard(wave({ requests: [request('w2-g2')] }), REF, PREPARED, OPEN_GATE),
      runBoard(run({ requests: [request('w2-g2')] }), OPENED),
    ]) {
      assert.match(text, /\| w2-g2 \| HIGH \| 3 \| 1 \| 1970-01-02 00:00:00 UTC \|/);
      const payload = /^\{"request":.*\}$/m.exec(text)?.[0] ?? '';
      const { digest } = request('w2-g2');
      assert.deepEqual(JSON.parse(payload), { request: 'w2-g2', digest, approver: 'YOUR NAME' });
    }
  });

  it('tell of pauses with what is in flight, of tuning taken back, of waves skipped and tasks to run again', () => {
    const drained = waveBoard(
      wave({ phase: 'pausing' }),
      REF,
      { ...PREPARED, reverted: ['a', 'b'], retried: 4 },
      OPEN_GATE,
    );
    assert.match(drained, /^\*\*Wave 2: pausing \(4 in flight\)\*\*/);
    assert.match(drained, /Tuning taken back, since it made the result worse: a, b/);
    assert.match(drained, /4 task\(s\) failed for good before and run again/);
    const text = runBoard(run({ status: 'pausing', draining: 7, skipped: [3], retry: 'all' }), OPENED);
    assert.match(text, /^\*\*pausing \(7 in flight\)\*\*/);
    assert.match(text, /Skipped before they began: wave 3/);
    assert.match(text, /Every failed task will run again in the next wave/);
  });

  it('ask for nothing once a run or a wave ends, and say how the rest is run', () => {
    const reason = '20 of 60 tasks completed, 40 left in the backlog';
    const asked = { reason, requests: [request('w2-g2')], retry: 'all' as const };
    const asksFor = /Send the signal|Send `resume`|Waiting for approval|YOUR NAME|will run again/;
    for (const status of ['completed', 'cancelled', 'aborted', 'failed', 'nothing_to_do'] as const) {
      assert.doesNotMatch(runBoard(run({ ...asked, status, requests: [], open_wave: null }), OPENED), asksFor);
    }
    assert.doesNotMatch(runBoard(run({ ...asked, status: 'cancelling', retry: null }), OPENED), asksFor);
    for (const phase of ['cancelling', 'measuring', 'finished'] as const) {
      const requests = phase === 'cancelling' ? asked.requests : [];
      assert.doesNotMatch(waveBoard(wave({ phase, reason, requests }), REF, PREPARED, OPEN_GATE), asksFor);
    }
    const cancelled = runBoard(run({ status: 'cancelled', reason, open_wave: null }), OPENED);
    assert.match(cancelled, /^Ended: 20 of 60 tasks completed, 40 left in the backlog\.$/m);
    assert.match(cancelled, /a new one takes up what is left\. Its input: `\{"dataset":"east","dryRun":false\}`$/m);
    assert.match(runBoard(run({ status: 'paused', reason }), OPENED), /Stands still: .* Send the signal `resume`/);
    assert.match(waveBoard(wave({ phase: 'paused', reason }), REF, PREPARED, OPEN_GATE), /Send `resume` to go on/);
  });

  it('let nothing that others wrote take effect', () => {
    const texts = [
      waveBoard(wave({ phase: 'paused', reason: NASTY, notes }), REF, PREPARED, OPEN_GATE),
      runBoard(run({ status: 'paused', reason: NASTY, notes }), OPENED),
    ];
    for (const text of texts) {
      assert.doesNotMatch(text, /(^|[^\\])</m);
      assert.doesNotMatch(text, /(^|[^\\])\[link/m);
      assert.doesNotMatch(text, /^next/m);
    }
  });

  it('stay small, whatever the size of the run', () => {
    const agents = Array.from({ length: 500 }, (_, index) => ({
      agent_id: `agent_${index}`.padEnd(64, 'x'),
      status: 'up' as const,
      in_flight: 1000,
      completed: 100_000,
      failed: 1000,
      queued: 100_000,
      speed: 1,
    }));
    const requests = ['w2-g1', 'w2-g2', 'w2-g3'].map(request);
    const reverted = agents.map(({ agent_id }) => agent_id);
    const waveText = waveBoard(wave({ agents, requests, notes }), REF, { ...PREPARED, reverted }, OPEN_GATE);
    const finished = Array.from({ length: 1000 }, (_, index) => done(index + 1));
    const skipped = finished.map(({ wave: number }) => number);
    const runText = runBoard(run({ finished, requests, notes, skipped, retry: skipped.map(String) }), OPENED);
    assert.match(waveText, /… and 480 more agents/);
    assert.match(runText, /985 wave\(s\) before these/);
    for (const text of [waveText, runText])
      assert.ok(Buffer.byteLength(text) < BYTES_MAX, `${Buffer.byteLength(text)} bytes`);
  });
});
