/** A case of the campaign: the wave and the faults of a seed, less what was left out. The flags say all of it. */
import type { Fault } from './fault.ts';
import { drawFaults } from './draw-faults.ts';
import type { SimulateWaveInput } from '../../../domain/simulation/simulate-wave.ts';
import { randomWave } from '../../properties/random-wave.ts';

export interface Case {
  seed: number;
  /** Numbers of the faults that happen; null: all. */
  keep: readonly number[] | null;
  /** The first so many tasks; null: all. */
  tasks: number | null;
  /** Numbers of the agents that there are; null: all. */
  agents: readonly number[] | null;
}

export interface NumberedFault {
  number: number;
  fault: Fault;
}

export interface DrawnCase {
  input: SimulateWaveInput;
  faults: NumberedFault[];
}

export function wholeCase(seed: number): Case {
  return { seed, keep: null, tasks: null, agents: null };
}

/** The same case gives the same wave and faults, on every machine. */
export function drawCase({ seed, keep, tasks, agents }: Case): DrawnCase {
  const whole = randomWave(seed);
  const fleet = whole.settings.agents.map(({ agent_id }) => agent_id);
  const here = new Set(agents === null ? fleet : agents.map((number) => fleet[number]));
  const faults = drawFaults(seed, fleet)
    .map((fault, number) => ({ number, fault }))
    .filter(({ number, fault }) => keep?.includes(number) !== false && (!('agent' in fault) || here.has(fault.agent)));
  const input = {
    ...whole,
    tasks: whole.tasks.slice(0, tasks ?? undefined),
    settings: { ...whole.settings, agents: whole.settings.agents.filter(({ agent_id }) => here.has(agent_id)) },
  };
  return { input, faults };
}

/** The case as flags of `npm run simulate`. */
export function flagsOf({ seed, keep, tasks, agents }: Case): string {
  return [
    `--seed ${seed}`,
    ...(keep === null ? [] : [`--keep ${keep.length === 0 ? 'none' : keep.join(',')}`]),
    ...(tasks === null ? [] : [`--tasks ${tasks}`]),
    ...(agents === null ? [] : [`--agents ${agents.join(',')}`]),
  ].join(' ');
}
