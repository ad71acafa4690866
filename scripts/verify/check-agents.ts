/** The fleet of a wave: moves go between its agents, parameters stay within bounds, and go on from wave to wave. */
import { PARAMETER_BOUNDS } from '../../domain/model/agent.ts';
import type { TunedParameters } from '../../domain/model/agent.ts';
import { differences } from './differences.ts';
import { teller } from './problem.ts';
import type { Tell } from './problem.ts';
import type { WaveRecords } from './wave-records.ts';

/** The parameters that the run's wave before left, by agent; empty in a first wave. */
export type ParametersBefore = ReadonlyMap<string, TunedParameters>;

export function checkAgents(wave: WaveRecords, before: ParametersBefore, tell: Tell): void {
  checkMoves(wave, tell);
  checkParameters(wave, before, tell);
}

function checkMoves(wave: WaveRecords, tell: Tell): void {
  const off = teller(tell, 'moves');
  const fleet = new Set(wave.evidence?.value.agents.map(({ agent_id }) => agent_id) ?? []);
  for (const row of wave.moves) {
    const { task_id, from_agent, to_agent } = row.value;
    if (from_agent === to_agent) off(row, `task ${task_id} moved from ${from_agent} to itself`);
    for (const agent of [from_agent, to_agent]) {
      if (wave.evidence && !fleet.has(agent)) off(row, `task ${task_id}: ${agent} is no agent of the wave's fleet`);
    }
  }
  for (const row of [...wave.schedule, ...wave.outcomes]) {
    if (wave.evidence && !fleet.has(row.value.agent_id))
      off(row, `${row.value.agent_id} is no agent of the wave's fleet`);
  }
}

function checkParameters(wave: WaveRecords, before: ParametersBefore, tell: Tell): void {
  const off = teller(tell, 'parameters');
  const tuned = new Set(wave.parameters.map(({ value }) => value.agent_id));
  for (const agent of wave.evidence?.value.agents ?? []) {
    const { agent_id, slots, max_parallel_tasks } = agent;
    if (wave.evidence && !tuned.has(agent_id)) off(wave.evidence, `agent ${agent_id} has no tuned parameters`);
    for (const row of wave.parameters.filter(({ value }) => value.agent_id === agent_id)) {
      const parallel = row.value.parameters.max_parallel_tasks;
      if (parallel > slots)
        off(row, `max_parallel_tasks: found ${parallel}, expected at most ${slots}, the agent's slots`);
      if (parallel !== max_parallel_tasks) {
        off(row, `max_parallel_tasks: found ${parallel}, but ${max_parallel_tasks} was in force`);
      }
    }
  }
  for (const row of wave.parameters) {
    const { agent_id, parameters } = row.value;
    for (const name of ['speed_multiplier', 'retry_threshold', 'confidence_weight'] as const) {
      const { min, max } = PARAMETER_BOUNDS[name];
      const value = parameters[name];
      if (value < min || value > max) off(row, `${name}: found ${value}, expected ${min} to ${max}`);
    }
    const known = before.get(agent_id);
    if (!known) continue;
    for (const text of differences(known, row.value.before, 'before'))
      off(row, `${text}; the wave before left other parameters`);
  }
}
