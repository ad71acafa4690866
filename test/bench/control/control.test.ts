import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { controlFigures, figuresJson, figuresTable } from '../../../bench/control/figures.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

describe('the benchmark of control', function () {
  this.timeout(300_000);

  it('measures as often as it was asked to, and prints one line of JSON', async () => {
    const flags = ['--json', '--pauses', '2', '--waves', '1', '--calls', '4', '--seed', '5'];
    const args = ['--import', 'tsx', 'bench/control/control.ts', ...flags];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
    assert.equal(stdout.trimEnd().split('\n').length, 1);
    const figures = JSON.parse(stdout) as Record<string, unknown>;
    const { pauses, approvals, bare_calls, agents, seed } = figures;
    assert.deepEqual(
      { pauses, approvals, bare_calls, agents, seed },
      { pauses: 2, approvals: 3, bare_calls: 12, agents: 10, seed: 5 },
    );
    for (const [name, value] of Object.entries(figures)) {
      if (name.endsWith('_steps_ms')) continue;
      assert.ok(typeof value === 'number' && Number.isFinite(value), `${name} is ${JSON.stringify(value)}`);
    }
    for (const steps of [figures.pause_steps_ms, figures.gate_steps_ms] as Record<string, unknown>[]) {
      assert.ok(Object.values(steps).length >= 6);
      for (const [name, value] of Object.entries(steps)) assert.equal(typeof value, 'number', name);
    }
    assert.match(stderr, /^seed 5; /m);
    assert.match(stderr, /"journal_mode":"wal"/);
  });

  describe('its figures', () => {
    const pause = (overheadMs: number, inFlight: number) => ({
      overheadMs,
      overInFlightMs: overheadMs + 100,
      inFlight,
      startedAfter: 2,
      steps: { first: overheadMs / 2, second: inFlight === 0 ? NaN : 7 },
    });
    const gate = (fromSendingMs: number) => ({
      fromSendingMs,
      fromReturnMs: fromSendingMs - 10,
      fromDecisionMs: fromSendingMs / 2,
      steps: { only: 1 },
    });
    const figures = controlFigures({
      seed: 1,
      agents: 10,
      bareMs: [40, 10, 20],
      pauses: [pause(100, 0), pause(300, 4), pause(200, 8)],
      gates: Array.from({ length: 200 }, (_, index) => gate(index + 11)),
    });

    it('are nearest ranks, and ratios to the median bare call', () => {
      const json = figuresJson(figures);
      const expected = {
        'bare_activity_round_trip_ms bare_activity_round_trip_ms_p99': [20, 40],
        'pause_drain_overhead_ms pause_drain_overhead_ms_max': [200, 300],
        'pause_in_round_trips pause_in_round_trips_max': [10, 15],
        'pause_over_in_flight_ms pause_tasks_in_flight': [300, 4],
        'gate_to_next_start_ms_p50 gate_to_next_start_ms_p99': [110, 208],
        'gate_in_round_trips_p99 gate_return_to_next_start_ms_p99': [10.4, 198],
      };
      for (const [names, values] of Object.entries(expected)) {
        assert.deepEqual(
          names.split(' ').map((name) => json[name]),
          values,
          names,
        );
      }
    });

    it('leave a step that did not come to be out of its median', () => {
      assert.deepEqual(figures.pauseSteps, { first: 100, second: 7 });
    });

    it('are told with their targets', () => {
      const table = figuresTable(figures);
      assert.match(table, /pause, overhead, median +│ 200\.0 │ 10\.00 +│ ≤ 10/);
      assert.match(table, /gate, p99 +│ 208\.0 │ 10\.40 +│ ≤ 5/);
    });
  });
});
