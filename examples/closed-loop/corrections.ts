/**
 * What this upstream learns from its feedback. Pure: a memory and new signals give the next memory.
 *
 * Times and success are corrected per agent, towards what was observed, by the share n ÷ (n + K) of the error: n attempts
 * of evidence against K of doubt. An error is relative to the predictions in force, so a signal counts only if its wave
 * had already read the acknowledgement of the last correction; any other is rejected, and the next wave tells anew.
 */
export type Phase = 16 | 18 | 20;
export const PHASES: readonly Phase[] = [16, 18, 20];

/** Of `phaseNN/phase22_feedback.jsonl`: the fields that are used here. */
export interface Signal {
  signal_id: string;
  target_phase: Phase;
  content: {
    acknowledged: string | null;
    agents?: AgentRow[];
    heuristics?: { heuristic_id: string; verdict: string }[];
  };
}

interface AgentRow {
  agent_id: string;
  attempts: number;
  /** To phase 20. */
  declared_success?: number;
  observed_success?: number;
  timed?: number;
  declared_time_ms?: number | null;
  observed_time_ms?: number | null;
  /** To phase 18: attempts beyond the first ÷ attempts. */
  retry_rate?: number | null;
}

export interface Acknowledgement {
  signal_id: string;
  status: 'applied' | 'rejected';
  effect: unknown;
}

export interface Correction {
  /** On predicted times. */
  time_factor: number;
  /** Added to predicted probabilities. */
  success_shift: number;
}

export interface Memory {
  /** Every signal that was consumed, by phase, in order. */
  consumed: Record<Phase, Acknowledgement[]>;
  /** By agent. */
  corrections: Record<string, Correction>;
  /** Retries per task, by agent. */
  retry_rates: Record<string, number>;
  /** Factor on what a heuristic adds to confidences, by heuristic. */
  heuristic_factors: Record<string, number>;
}

/** Attempts that doubt is worth: times are known after a few, success is not. */
const TIME_DOUBT = 4;
const SUCCESS_DOUBT = 20;
const RETRY_DOUBT = 20;
const LEAST_SUCCESS = 0.01;
const MOST_SUCCESS = 0.995;

export function blankMemory(): Memory {
  return { consumed: { 16: [], 18: [], 20: [] }, corrections: {}, retry_rates: {}, heuristic_factors: {} };
}

/** `retryRates`: what phase 18 says of each agent so far. Signals that were consumed before change nothing. */
export function learn(memory: Memory, signals: readonly Signal[], retryRates: Record<string, number> = {}): Memory {
  const next = structuredClone(memory);
  const fresh = (phase: Phase) => {
    const known = new Set(memory.consumed[phase].map(({ signal_id }) => signal_id));
    return signals.filter((one) => one.target_phase === phase && !known.has(one.signal_id));
  };
  const isInForce = (signal: Signal) => sawLastCorrection(memory.consumed[signal.target_phase], signal);
  const inForce = fresh(20).filter(isInForce);
  for (const agent of agentsOf(inForce)) correctAgent(next, agent, rowsOf(inForce, agent));
  const coordination = fresh(18);
  for (const agent of agentsOf(coordination)) {
    next.retry_rates[agent] = retryRate(
      memory.retry_rates[agent] ?? retryRates[agent] ?? 0,
      rowsOf(coordination, agent),
    );
  }
  const heuristics = fresh(16).filter(isInForce);
  const harmed = new Set(heuristics.flatMap(harmfulIn));
  for (const id of harmed) next.heuristic_factors[id] = (memory.heuristic_factors[id] ?? 1) / 2;

  for (const phase of PHASES) {
    for (const signal of fresh(phase)) {
      const { signal_id } = signal;
      const refused = refusal(signal, isInForce(signal));
      next.consumed[phase].push(
        refused === null
          ? { signal_id, status: 'applied', effect: effectOf(next, signal) }
          : { signal_id, status: 'rejected', effect: { reason: refused } },
      );
    }
  }
  return next;
}

/** What is predicted after the correction, from what was predicted at first. */
export function corrected(
  first: { time: number; success: number },
  correction: Correction | undefined,
): { time: number; success: number } {
  if (correction === undefined) return first;
  const success = Math.min(MOST_SUCCESS, Math.max(LEAST_SUCCESS, first.success + correction.success_shift));
  return { time: decimals(first.time * correction.time_factor, 1e3), success: decimals(success, 1e4) };
}

/** Whether the wave of the signal began after our last correction could be read. */
function sawLastCorrection(consumed: readonly Acknowledgement[], { content }: Signal): boolean {
  const last = consumed.findLastIndex(({ status }) => status === 'applied');
  return consumed.findIndex(({ signal_id }) => signal_id === content.acknowledged) >= last;
}

function refusal(signal: Signal, inForce: boolean): string | null {
  const { agents, heuristics } = signal.content;
  if (!Array.isArray(signal.target_phase === 16 ? heuristics : agents)) return 'it tells of nothing';
  if (signal.target_phase === 18) return null;
  if (!inForce) return 'measured against predictions that were corrected since';
  if (signal.target_phase === 16 && harmfulIn(signal).length === 0) return 'it shows no heuristic to be harmful';
  return null;
}

function effectOf(memory: Memory, signal: Signal): unknown {
  const ids = new Set((signal.content.agents ?? []).map(({ agent_id }) => agent_id));
  const known = <Value>(values: Record<string, Value>) =>
    Object.fromEntries(Object.entries(values).filter(([id]) => ids.has(id)));
  if (signal.target_phase === 20) return { corrections: known(memory.corrections) };
  if (signal.target_phase === 18) return { retry_rates: known(memory.retry_rates) };
  return { heuristic_factors: Object.fromEntries(harmfulIn(signal).map((id) => [id, memory.heuristic_factors[id]])) };
}

function harmfulIn({ content }: Signal): string[] {
  return (content.heuristics ?? []).flatMap((one) => (one.verdict === 'harmed' ? [one.heuristic_id] : []));
}

function agentsOf(signals: readonly Signal[]): string[] {
  return [...new Set(signals.flatMap(({ content }) => (content.agents ?? []).map(({ agent_id }) => agent_id)))].sort();
}

function rowsOf(signals: readonly Signal[], agent: string): AgentRow[] {
  return signals.flatMap(({ content }) => (content.agents ?? []).filter(({ agent_id }) => agent_id === agent));
}

function correctAgent(memory: Memory, agent: string, rows: readonly AgentRow[]): void {
  const time = { weight: 0, error: 0 };
  const success = { weight: 0, error: 0 };
  for (const row of rows) {
    const { declared_time_ms: declared, observed_time_ms: observed, timed = 0 } = row;
    if (declared && observed) add(time, timed, Math.log(observed / declared));
    add(success, row.attempts, (row.observed_success ?? 0) - (row.declared_success ?? 0));
  }
  const before = memory.corrections[agent] ?? { time_factor: 1, success_shift: 0 };
  memory.corrections[agent] = {
    time_factor: decimals(before.time_factor * Math.exp(shrunk(time, TIME_DOUBT)), 1e6),
    success_shift: decimals(before.success_shift + shrunk(success, SUCCESS_DOUBT), 1e6),
  };
}

/** Retries per task, from the share of attempts that were retries. */
function retryRate(before: number, rows: readonly AgentRow[]): number {
  const error = { weight: 0, error: 0 };
  for (const { attempts, retry_rate: share } of rows) {
    if (share !== null && share !== undefined && share < 1) add(error, attempts, share / (1 - share) - before);
  }
  return decimals(Math.max(0, before + shrunk(error, RETRY_DOUBT)), 1e4);
}

interface Sum {
  weight: number;
  error: number;
}

function add(sum: Sum, weight: number, error: number): void {
  sum.weight += weight;
  sum.error += weight * error;
}

/** Mean error × n ÷ (n + K). */
function shrunk({ weight, error }: Sum, doubt: number): number {
  return error / (weight + doubt);
}

function decimals(value: number, scale: number): number {
  return Math.round(value * scale) / scale;
}
