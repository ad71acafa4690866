/** What the benchmark of control says: figures from samples, as JSON and as a table for people. */
import Table from 'cli-table3';

export interface ControlSamples {
  seed: number;
  agents: number;
  /** Bare activities, one after the other; milliseconds. */
  bareMs: number[];
  pauses: PauseSample[];
  gates: GateSample[];
}

/** One pause. Milliseconds. */
export interface PauseSample {
  /** Until `progress` says `paused`: from the last end of a task after the signal's return, or from that return. */
  overheadMs: number;
  /** The same from the last end of a task that was in flight when the signal returned. */
  overInFlightMs: number;
  inFlight: number;
  /** Tasks that started after the signal's return: until the drain reached their agent. */
  startedAfter: number;
  steps: Steps;
}

/** One approval, until the first start of a task that it released. Milliseconds. */
export interface GateSample {
  fromSendingMs: number;
  fromReturnMs: number;
  /** From the end of the activity `safetyGate` that let them run. */
  fromDecisionMs: number;
  steps: Steps;
}

/** Where the time goes, milliseconds, in the order in which the steps come. */
export type Steps = Readonly<Record<string, number>>;

/** Nearest ranks, milliseconds: of 30 samples p99 is the largest. */
interface Spread {
  median: number;
  p99: number;
  max: number;
}

export interface ControlFigures {
  bare: Spread;
  pause: Spread;
  pauseOverInFlight: Spread;
  gate: Spread;
  gateFromReturn: Spread;
  gateFromDecision: Spread;
  /** Medians. */
  pauseSteps: Steps;
  gateSteps: Steps;
  /** Means per pause. */
  tasks: { inFlight: number; startedAfter: number };
  counts: { pauses: number; approvals: number; calls: number; agents: number; seed: number };
}

export function controlFigures({ seed, agents, bareMs, pauses, gates }: ControlSamples): ControlFigures {
  return {
    bare: spread(bareMs),
    pause: spread(pauses.map((pause) => pause.overheadMs)),
    pauseOverInFlight: spread(pauses.map((pause) => pause.overInFlightMs)),
    gate: spread(gates.map((gate) => gate.fromSendingMs)),
    gateFromReturn: spread(gates.map((gate) => gate.fromReturnMs)),
    gateFromDecision: spread(gates.map((gate) => gate.fromDecisionMs)),
    pauseSteps: medians(pauses),
    gateSteps: medians(gates),
    tasks: {
      inFlight: mean(pauses.map((pause) => pause.inFlight)),
      startedAfter: mean(pauses.map((pause) => pause.startedAfter)),
    },
    counts: { pauses: pauses.length, approvals: gates.length, calls: bareMs.length, agents, seed },
  };
}

/** One object of plain numbers: times in milliseconds with one decimal, ratios to the median bare call with two. */
export function figuresJson(figures: ControlFigures): Record<string, unknown> {
  const { bare, pause, pauseOverInFlight, gate, gateFromReturn, gateFromDecision, tasks, counts } = figures;
  return Object.fromEntries([
    ['pause_drain_overhead_ms', ms(pause.median)],
    ['gate_to_next_start_ms_p99', ms(gate.p99)],
    ['bare_activity_round_trip_ms', ms(bare.median)],
    ['pause_in_round_trips', ratio(pause.median, bare)],
    ['gate_in_round_trips_p99', ratio(gate.p99, bare)],
    ['pause_drain_overhead_ms_max', ms(pause.max)],
    ['pause_in_round_trips_max', ratio(pause.max, bare)],
    ['pause_over_in_flight_ms', ms(pauseOverInFlight.median)],
    ['pause_over_in_flight_ms_max', ms(pauseOverInFlight.max)],
    ['pause_tasks_in_flight', ms(tasks.inFlight)],
    ['pause_tasks_started_after', ms(tasks.startedAfter)],
    ['gate_to_next_start_ms_p50', ms(gate.median)],
    ['gate_in_round_trips_p50', ratio(gate.median, bare)],
    ['gate_return_to_next_start_ms_p50', ms(gateFromReturn.median)],
    ['gate_return_to_next_start_ms_p99', ms(gateFromReturn.p99)],
    ['gate_decision_to_next_start_ms_p50', ms(gateFromDecision.median)],
    ['gate_decision_to_next_start_ms_p99', ms(gateFromDecision.p99)],
    ['gate_decision_in_round_trips_p50', ratio(gateFromDecision.median, bare)],
    ['gate_decision_in_round_trips_p99', ratio(gateFromDecision.p99, bare)],
    ['bare_activity_round_trip_ms_p99', ms(bare.p99)],
    ['pause_steps_ms', figures.pauseSteps],
    ['gate_steps_ms', figures.gateSteps],
    ['pauses', counts.pauses],
    ['approvals', counts.approvals],
    ['bare_calls', counts.calls],
    ['agents', counts.agents],
    ['seed', counts.seed],
  ]);
}

export function figuresTable(figures: ControlFigures): string {
  const { bare, pause, gate, gateFromDecision: decision } = figures;
  const table = new Table({ head: ['', 'ms', '÷ bare', 'target'], style: { head: [], border: [] } });
  const row = (name: string, value: number, target = '') =>
    table.push([name, value.toFixed(1), ratio(value, bare).toFixed(2), target]);
  const rows = (steps: Steps) => Object.entries(steps).map(([step, value]) => row(`  ${step}`, value));
  row('bare activity, median', bare.median);
  row('bare activity, p99', bare.p99);
  row('pause, overhead, median', pause.median, '≤ 10');
  row('pause, overhead, max', pause.max);
  rows(figures.pauseSteps);
  row('gate, approval sent to first start, median', gate.median);
  row('gate, p99', gate.p99, '≤ 5');
  row('gate, its decision to first start, median', decision.median, '≤ 5');
  row('gate, its decision, p99', decision.p99);
  rows(figures.gateSteps);
  return table.toString();
}

function spread(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), p99: quantile(values, 0.99), max: quantile(values, 1) };
}

/** Nearest rank; `share` 0–1. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A step that did not come to be, such as a drain that nobody needed, is left out of its median. */
function medians(samples: readonly { steps: Steps }[]): Steps {
  const names = Object.keys(samples[0]?.steps ?? {});
  const median = (name: string) => {
    const known = samples.map(({ steps }) => steps[name] ?? NaN).filter((value) => Number.isFinite(value));
    return quantile(known, 0.5);
  };
  return Object.fromEntries(names.map((name) => [name, ms(median(name))]));
}

function ms(value: number): number {
  return Number(value.toFixed(1));
}

function ratio(value: number, bare: Spread): number {
  return Number((value / bare.median).toFixed(2));
}
