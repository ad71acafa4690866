import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exitCodeOf } from '../../scripts/follow.ts';
import type { RunSnapshot } from '../../scripts/snapshot.ts';
import { endedBadly, openRequests } from '../../scripts/snapshot.ts';
import { bar } from '../../scripts/ui/bar.ts';
import { plainText } from '../../scripts/ui/plain-text.ts';
import { duration, renderRun, renderRunLine, screenRows } from '../../scripts/ui/run-view.ts';
import { renderTable } from '../../scripts/ui/table.ts';

const startedAt = '2026-03-02T08:00:00.000Z';
const now = Date.parse('2026-03-02T08:01:05.000Z');

const request = (name: string, tasks: number) => ({
  request: name,
  digest: 'sha256:aa',
  wave: 2,
  risk_level: 'HIGH' as const,
  tasks,
  below_threshold: 0,
  opened_at: now,
  expires_at: now + 3_600_000,
});

function snapshot(): RunSnapshot {
  return {
    execution: { workflow_id: 'run-1', status: 'running', started_at: startedAt, closed_at: null },
    note: null,
    result: null,
    failure: null,
    failure_type: null,
    run: {
      execution_id: 'run-1',
      dataset: 'demo',
      status: 'paused',
      dry_run: true,
      reason: 'health\u001b[31m 40 of 60',
      waves: [1, 2, 3],
      open_wave: { wave: 2, workflow_id: 'run-1/wave-2' },
      finished: [
        {
          wave: 1,
          dry_run: true,
          strategy: 'balance_load',
          health: 91.25,
          health_status: 'EXCELLENT',
          completed: 20,
          failed: 0,
          deferred: 1,
          rejected: 0,
          anomalies: 2,
          signals: 3,
          retried: 0,
          cost: 0,
          skipped: false,
          gate: null,
          forecast: null,
          ledger_head: null,
        },
      ],
      draining: null,
      signed_answers: false,
      skipped: [],
      retry: null,
      requests: [request('w2-g1', 9)],
      notes: [],
    },
    wave: {
      wave: 2,
      phase: 'running',
      dry_run: true,
      strategy: null,
      plan_version: 1,
      tasks: 8,
      released: 6,
      completed: 3,
      failed: 1,
      deferred: 0,
      rejected: 0,
      waiting: 2,
      in_flight: 2,
      moves: 0,
      cost: 0,
      expected_end: null,
      agents: Array.from({ length: 22 }, (_, index) => ({
        agent_id: `agent_${index}`,
        status: 'up' as const,
        in_flight: 1,
        completed: 1,
        failed: 0,
        queued: 2,
        speed: null,
      })),
      requests: [request('w2-g1', 1)],
      reason: null,
      notes: [],
    },
  };
}

describe('the view of a run', () => {
  it('shows state, waves, agents, and the exact line that approves', () => {
    const lines = renderRun(snapshot(), { now, columns: 90, rows: Infinity }).split('\n');
    assert.equal(lines[0], 'Run run-1 — paused, 1m 05s, dry run');
    assert.equal(lines[1], 'Dataset demo, 1 of 3 waves finished');
    // The escape character is gone: what is left colours nothing.
    assert.equal(lines[2], 'Waits: health [31m 40 of 60');
    assert.ok(
      lines.some((line) => /^\s*1 +balance_load +91\.3 +EXCELLENT +20 +0 +1 +0 +2$/.test(line)),
      lines.join('\n'),
    );
    assert.ok(lines.some((line) => line.endsWith('4/8 tasks')));
    assert.ok(lines.includes('… and 2 more agents'));
    assert.ok(lines.includes('  w2-g1: 1 HIGH task of wave 2, defers in 1h 00m'));
    assert.equal(
      lines.at(-1),
      '    npx wavewright approve run-1 --request w2-g1 --digest sha256:aa --approver "your name"',
    );
    const signed = snapshot();
    Object.assign(signed.run ?? {}, { signed_answers: true });
    const text = renderRun(signed, { now, columns: 90, rows: Infinity });
    assert.ok(text.endsWith(' --digest sha256:aa --approver "your name" --key FILE'), text);
  });

  it('shows what a dry run expects of its waves', () => {
    const value = { median: 2, interval: [1, 4] as [number, number], interval_80: [1.5, 3] as [number, number] };
    const forecast = {
      makespan_ms: { ...value, median: 12_000 },
      success_rate: value,
      throughput: value,
      completed: value,
      approval_requests: value,
      approval_tasks: value,
    };
    const shown = snapshot();
    const { run } = shown;
    assert.ok(run);
    run.finished = run.finished.map((wave) => ({ ...wave, forecast }));
    const text = renderRun(shown, { now, columns: 120, rows: Infinity });
    assert.match(text, /Forecast: median \(80 % interval\)[^]*makespan[^]*12\.0 s \(0\.0 s – 0\.0 s\)/);
  });

  it('never takes more rows than the terminal has', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 200 }), fc.integer({ min: 6, max: 80 }), (columns, rows) => {
        const text = renderRun(snapshot(), { now, columns, rows });
        assert.ok(screenRows(text.split('\n'), columns) < rows);
      }),
    );
    assert.equal(screenRows(['', 'abcd', 'abcde'], 4), 4);
  });

  it('tells whole what was ignored', () => {
    const { run, ...rest } = snapshot();
    const text =
      'wave 1: 1 input line was not used: phase16/heuristics.jsonl line 5 (category: found nothing, expected text)';
    const shown = renderRun(
      { ...rest, run: { ...run!, notes: [{ at: now, text }] } },
      { now, columns: 40, rows: Infinity },
    );
    assert.ok(shown.split('\n').includes(`Note: ${text}`), shown);
  });

  it('says how a run ended', () => {
    const ended = snapshot();
    ended.execution.closed_at = '2026-03-02T08:00:04.000Z';
    ended.execution.status = 'failed';
    ended.failure = 'dataset: no such folder';
    assert.match(
      renderRun(ended, { now, columns: 80, rows: Infinity }),
      /^Run run-1 — failed, 4s.*[^]*Reason: dataset: no such folder$/,
    );
    assert.equal(renderRunLine(ended), 'run-1: failed');
    assert.equal(exitCodeOf(ended), 1);
    assert.equal(exitCodeOf({ ...ended, failure_type: 'BadInputError' }), 2);
    ended.execution.status = 'completed';
    ended.failure = null;
    ended.result = { status: 'completed', health: null, waves: [] };
    assert.equal(exitCodeOf(ended), 0);
    assert.match(renderRun(ended, { now, columns: 80, rows: Infinity }), /status +completed\nhealth +–$/);
  });

  it('tells a good end from a bad one', () => {
    const ended = (status: string, result: unknown): boolean => {
      const base = snapshot();
      return endedBadly({ ...base, run: null, execution: { ...base.execution, status }, result });
    };
    assert.deepEqual(
      [
        ended('running', null),
        ended('completed', { status: 'completed' }),
        ended('completed', { status: 'nothing_to_do' }),
      ],
      [false, false, false],
    );
    assert.deepEqual(
      [ended('completed', { status: 'aborted' }), ended('cancelled', null), ended('terminated', null)],
      [true, true, true],
    );
  });

  it('calls a run cancelled that committed and returned', () => {
    const ended = snapshot();
    ended.execution.status = 'completed';
    ended.result = { status: 'cancelled' };
    assert.equal(renderRunLine(ended), 'run-1: cancelled');
  });

  it("lists each request once and believes the wave's own words", () => {
    assert.deepEqual(
      openRequests(snapshot()).map(({ request: name, tasks }) => [name, tasks]),
      [['w2-g1', 1]],
    );
  });

  it('gives one line where nothing can be redrawn', () => {
    assert.equal(
      renderRunLine(snapshot()),
      'run-1: paused, 1/3 waves, wave 2 running, 4/8 tasks, w2-g1 waits for approval',
    );
  });
});

describe('pieces of the view', () => {
  it('fills a bar in proportion, full only at the end, begun as soon as something is done', () => {
    assert.equal(bar(1, 4, 8), '██······');
    assert.equal(bar(999, 1000, 4), '███·');
    assert.equal(bar(1, 1000, 4), '█···');
    assert.equal(bar(4, 4, 4), '████');
    assert.equal(bar(0, 0, 4), '····');
  });

  it('takes control characters out of text, line breaks excepted', () => {
    assert.equal(plainText('a\u001b[2J\u0007b\nc\u009b'), 'a [2J b\nc ');
  });

  it('sets numbers to the right and shows nothing as a dash', () => {
    assert.equal(
      renderTable(
        ['name', 'n', 'health'],
        [
          ['a', 5, '9.0'],
          ['bcd', 10, '100.0'],
          ['e', null, null],
        ],
      ),
      ['name   n  health', 'a      5     9.0', 'bcd   10   100.0', 'e      –       –'].join('\n'),
    );
  });

  it('writes durations in two units', () => {
    assert.deepEqual([-5, 59_999, 60_000, 3_661_000].map(duration), ['0s', '59s', '1m 00s', '1h 01m']);
  });
});
