/** A case told for a person to read: what was drawn, then every event and what followed from it. */
import type { StepResult } from '../../../domain/dispatch/rules-1/step.ts';
import type { DispatchEvent } from '../../../domain/dispatch/protocol.ts';
import type { DispatchState } from '../../../domain/dispatch/state.ts';
import { phaseOf } from '../../../domain/dispatch/state.ts';
import type { SimulateWaveInput } from '../../../domain/simulation/simulate-wave.ts';
import type { Case } from './case.ts';
import { drawCase } from './case.ts';
import type { CaseResult, RunOptions } from './run-case.ts';
import { runCase } from './run-case.ts';

/** Runs the case and writes it down, a line at a time. */
export function traceCase(one: Case, write: (line: string) => void, options: RunOptions = {}): CaseResult {
  const { input, faults } = drawCase(one);
  write(`seed ${one.seed}: ${input.tasks.length} tasks on ${input.settings.agents.map(agentText(input)).join(', ')}`);
  for (const { number, fault } of faults) {
    const { kind, ...rest } = fault;
    write(`  fault ${number}: ${kind} ${fields(rest)}`);
  }
  const result = runCase(one, {
    ...options,
    observe: (before, event, step) => {
      for (const line of stepLines(before, event, step, input.startAt)) write(line);
    },
  });
  const came = result.faults.map(({ number }) => number);
  write(`faults that came to pass: ${came.length === 0 ? 'none' : came.join(', ')}`);
  if (result.wave) {
    const { state, lines } = result.wave;
    write(`ended ${state.finished}: ${fields(state.counts)}, ${lines.length} attempts counted of ${result.attempts}`);
  }
  return result;
}

function agentText({ settings }: SimulateWaveInput): (agent: { agent_id: string }) => string {
  return ({ agent_id }) => `${agent_id} (${settings.parameters[agent_id]?.max_parallel_tasks} at a time)`;
}

function stepLines(before: DispatchState, event: DispatchEvent, result: StepResult, startAt: number): string[] {
  const { at, type, ...rest } = event;
  const phase = phaseOf(result.state);
  const turn = phase === phaseOf(before) ? '' : `  [${phase}]`;
  return [
    `${seconds(at - startAt)}  ${type} ${fields(rest, startAt)}${turn}`,
    ...result.commands.map((command) => {
      const { type: name, ...order } = command;
      return `${' '.repeat(12)}→ ${name} ${fields(order)}`;
    }),
  ];
}

/** Milliseconds as seconds, in a column. */
function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`.padStart(11);
}

/** `name value` for each field; moments count from the wave's start. */
function fields(value: object, startAt = 0): string {
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${shown(inner, startAt)}`)
    .join(', ');
}

function shown(value: unknown, startAt: number): string {
  if (Array.isArray(value)) return `[${value.map((inner) => shown(inner, startAt)).join('; ')}]`;
  if (typeof value === 'object' && value !== null) return `(${fields(value, startAt)})`;
  if (typeof value === 'number' && startAt > 0 && value >= startAt) return seconds(value - startAt).trim();
  return String(value);
}
