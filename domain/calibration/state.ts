/** What is known of the agents from past attempts. Plain JSON, of a size that depends on agents, risk levels and types alone. */
import type { RiskLevel } from '../model/task.ts';
import type { DriftWatch } from './drift-watch.ts';

/** Tallies of one agent at one risk level. Decay makes them fractional. */
export interface CalibrationCell {
  successes: number;
  trials: number;
  /** Of y = ln(actual × speed_multiplier ÷ declared), over successes: count, sum and sum of squares. */
  time_n: number;
  time_sum: number;
  time_sum_sq: number;
}
export type AgentCells = Partial<Record<RiskLevel, CalibrationCell>>;

/** Decay makes counts fractional. */
export interface TypeCell {
  trials: number;
  /** Successes beyond what the risk levels had in as many trials. */
  surplus: number;
  time_n: number;
  time_sum: number;
}
export type TypeCells = Record<string, TypeCell>;

/** Plain JSON; agents in the order of their ids. */
export interface CalibrationState {
  /** How often the state was aged. */
  waves: number;
  agents: Record<string, AgentCells>;
  /** Of agents whose times are known. */
  drift: Record<string, DriftWatch>;
  /** By agent and task type. */
  types: Record<string, TypeCells>;
}

/** No evidence about anyone. */
export function emptyCalibration(): CalibrationState {
  return { waves: 0, agents: {}, drift: {}, types: {} };
}

/** The cells of one agent; undefined when nothing is known of it. */
export function agentCells(state: CalibrationState, agentId: string): AgentCells | undefined {
  return ofAgent(state.agents, agentId);
}

/** Evidence on an agent, also one named like a property of every object. */
export function ofAgent<T>(by: Readonly<Record<string, T>>, agentId: string): T | undefined {
  return Object.hasOwn(by, agentId) ? by[agentId] : undefined;
}
