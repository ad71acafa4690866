/** The fleet, and the knobs that tuning turns. */

export type AgentKind = 'simulated' | 'command' | 'http' | 'module';

export interface Outage {
  /** Milliseconds after the agent's first task of the wave. */
  from_ms: number;
  to_ms: number;
}

/** What every kind of agent declares. Kind-specific settings are in the contracts. */
export interface Agent {
  agent_id: string;
  kind: AgentKind;
  /** Tasks that the agent can hold at once, at most. */
  slots: number;
  capabilities: string[];
  /** True: a straggling task may run a second time elsewhere while the first still runs. */
  idempotent: boolean;
}

/** The true nature of a simulated agent: what the model has to learn. */
export interface SimulatedAgent {
  agent_id: string;
  seed: number;
  /** Work per time: 2 is twice as fast as the declared times. */
  speed: number;
  /** Probability that one attempt at pace 1.0 succeeds, 0–1, as a factor on the declared one. */
  reliability: number;
  /** Relative change of speed per wave after the first; 0 is none. */
  drift: number;
  /** Spans in which every attempt fails. */
  outages: Outage[];
}

/** Tuned per agent (field names as recorded). */
export interface TunedParameters {
  /** Pace asked of the agent. */
  speed_multiplier: number;
  /** Attempts on this agent before failover. */
  retry_threshold: number;
  /** Factor on the weight of declared predictions against evidence. */
  confidence_weight: number;
  /** Tasks in flight on the agent. */
  max_parallel_tasks: number;
}
export type ParameterName = keyof TunedParameters;

export const PARAMETER_BOUNDS: Record<ParameterName, { start: number; min: number; max: number }> = {
  speed_multiplier: { start: 1, min: 0.5, max: 1.3 },
  retry_threshold: { start: 3, min: 1, max: 5 },
  confidence_weight: { start: 1, min: 0.5, max: 1.2 },
  /** The upper bound is the agent's own number of slots. */
  max_parallel_tasks: { start: 2, min: 1, max: 4 },
};

/** Tuned for a whole wave; each adjustment lasts one wave. */
export interface WaveKnobs {
  /** Added to every confidence threshold of the task gate. */
  safety_gate_strictness: number;
  /** Share by which a new plan must shorten the wave before it replaces the old one. */
  rebalance_threshold: number;
  /** Weight of evenness against makespan in scheduling. */
  load_balance_bias: number;
  /** Added to declared success probabilities. */
  prediction_bias: number;
}
export type KnobName = keyof WaveKnobs;

export const KNOB_BOUNDS: Record<KnobName, { start: number; min: number; max: number }> = {
  safety_gate_strictness: { start: 0, min: 0, max: 0.1 },
  rebalance_threshold: { start: 0.15, min: 0.05, max: 0.3 },
  load_balance_bias: { start: 0, min: 0, max: 0.5 },
  prediction_bias: { start: 0, min: -0.1, max: 0.1 },
};

/** Changes that a strategy asks for, as signed steps; absent means none. */
export type Adjustments = Partial<Record<ParameterName | KnobName, number>>;

/** Parameters of an agent nobody has tuned yet. */
export function startParameters(slots: number): TunedParameters {
  return {
    speed_multiplier: PARAMETER_BOUNDS.speed_multiplier.start,
    retry_threshold: PARAMETER_BOUNDS.retry_threshold.start,
    confidence_weight: PARAMETER_BOUNDS.confidence_weight.start,
    max_parallel_tasks: Math.min(PARAMETER_BOUNDS.max_parallel_tasks.start, slots),
  };
}

/** The knobs at their start values. */
export function startKnobs(): WaveKnobs {
  return {
    safety_gate_strictness: KNOB_BOUNDS.safety_gate_strictness.start,
    rebalance_threshold: KNOB_BOUNDS.rebalance_threshold.start,
    load_balance_bias: KNOB_BOUNDS.load_balance_bias.start,
    prediction_bias: KNOB_BOUNDS.prediction_bias.start,
  };
}
