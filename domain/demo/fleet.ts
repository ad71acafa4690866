/** The demo's agents: what they truly are, and what upstream believes of them. */
import type { SimulatedAgent } from '../model/agent.ts';
import type { Json } from '../model/task.ts';
import { toDecimals } from './decimals.ts';

export const SLOTS = 4;
export const CAPABILITIES = ['vision', 'long_context'] as const;
export type Capability = (typeof CAPABILITIES)[number];

export interface DemoAgent extends SimulatedAgent {
  role: 'steady' | 'slow' | 'flaky';
  capabilities: Capability[];
  /** How sure upstream is of this agent, as a shift of its declared probabilities. */
  declared_shift: number;
}

/**
 * Larger fleets repeat these. Upstream declares the same times for all, so `speed` is what has to be learned; it believes
 * in the flaky agent nearly as much as in the others. Agent 0 can do everything: a fleet of one is complete.
 */
const PROFILES: readonly Pick<DemoAgent, 'role' | 'speed' | 'reliability' | 'capabilities' | 'declared_shift'>[] = [
  { role: 'steady', speed: 1.15, reliability: 0.975, capabilities: ['vision', 'long_context'], declared_shift: 0.004 },
  { role: 'steady', speed: 0.8, reliability: 0.98, capabilities: ['vision'], declared_shift: 0.006 },
  { role: 'slow', speed: 0.45, reliability: 0.985, capabilities: ['long_context'], declared_shift: 0 },
  { role: 'steady', speed: 1.3, reliability: 0.97, capabilities: ['vision', 'long_context'], declared_shift: 0 },
  { role: 'flaky', speed: 1.1, reliability: 0.78, capabilities: ['vision'], declared_shift: -0.02 },
  { role: 'steady', speed: 0.95, reliability: 0.98, capabilities: ['long_context'], declared_shift: 0.002 },
];

/** Repetitions of a profile are a little slower each, so that no two agents are alike. */
const REPEAT_SPEED = 0.97;

/** `agent_0` … `agent_<count − 1>`. */
export function demoFleet(count: number, seed: number): DemoAgent[] {
  return Array.from({ length: count }, (_, index) => {
    const profile = PROFILES[index % PROFILES.length]!;
    const repeat = Math.floor(index / PROFILES.length);
    return {
      ...profile,
      agent_id: `agent_${index}`,
      seed: seed * 1000 + index,
      speed: toDecimals(profile.speed * REPEAT_SPEED ** repeat, 3),
      drift: 0,
      outages: [],
    };
  });
}

/** `phase22/agents.json`. */
export function fleetFile(fleet: readonly DemoAgent[]): Json {
  return {
    executionTimeUnit: 'ms',
    agents: fleet.map(({ agent_id, capabilities, seed, speed, reliability }) => ({
      agent_id,
      kind: 'simulated',
      slots: SLOTS,
      capabilities,
      seed,
      speed,
      reliability,
    })),
  };
}
