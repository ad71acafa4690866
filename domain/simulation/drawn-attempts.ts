/**
 * Attempts on agents of which not everything is known: what the replicas of a forecast take for the truth. In each
 * replica every agent is drawn once, as far as the calibration leaves it open, and stays so for the whole wave:
 *
 *   level  of its log-times at a risk level, around the planned median: normal, partly the same at all its risk levels
 *   noise  of its log-times: scaled inverse χ²
 *   success of one attempt at a risk level: Beta, whose mean is the planned probability
 *
 * A failed attempt ends at an evenly drawn moment of the time that it would have taken: nothing is known of failures'
 * times. Roll-outs use `modelAttempts` instead: they compare two plans on the same agents, in few replicas.
 */
import type { CalibrationState } from '../calibration/state.ts';
import { ageOneWave } from '../calibration/absorb.ts';
import { successTrials } from '../calibration/success.ts';
import { timeDoubt } from '../calibration/time.ts';
import type { TunedParameters } from '../model/agent.ts';
import { betaDraw, gammaDraw, type GammaSeed } from '../model/gamma-draw.ts';
import { normal, seededRandom } from '../model/random.ts';
import type { RiskLevel } from '../model/task.ts';
import type { AttemptModel } from './virtual-agent.ts';

export interface Known {
  /** As it was when the wave before ended: the draws age it, as the wave itself will. */
  calibration: CalibrationState;
  /** By agent. */
  parameters: Record<string, TunedParameters>;
}

/** An agent at a risk level, as one replica has it. */
interface DrawnAgent {
  /** Added to the logarithm of the planned median. */
  level: number;
  /** Standard deviation of one log-time. */
  noise: number;
  /** a + b of the Beta distribution of its success, and what the draw is made from. */
  trials: number;
  seeds: [GammaSeed, GammaSeed];
}

/** Agents as `replica` draws them; the same seed and replica draw the same. */
export function drawnAttempts(known: Known, seed: number, replica: number): AttemptModel {
  const calibration = agedOnce(known.calibration);
  const agents = new Map<string, DrawnAgent>();
  const drawn = (agentId: string, risk: RiskLevel): DrawnAgent => {
    const key = `${agentId}\u0000${risk}`;
    let agent = agents.get(key);
    if (!agent) agents.set(key, (agent = drawAgent({ ...known, calibration }, agentId, risk, [seed, replica])));
    return agent;
  };
  return (row, attempt) => {
    const agent = drawn(row.agent_id, row.risk_level);
    const random = seededRandom('model', seed, replica, row.task_id, row.agent_id, attempt);
    const { predicted_success: mean, predicted_ms } = row;
    const success = random() < betaDraw(mean * agent.trials, (1 - mean) * agent.trials, ...agent.seeds);
    const whole = predicted_ms * Math.exp(agent.level + agent.noise * normal(random));
    return { duration_ms: success ? whole : whole * random(), success };
  };
}

function drawAgent(known: Known, agentId: string, risk: RiskLevel, parts: number[]): DrawnAgent {
  const { calibration, parameters } = known;
  const doubt = timeDoubt(calibration, agentId, risk);
  const ofAgent = seededRandom('agent', ...parts, agentId);
  const ofRisk = seededRandom('agent at risk', ...parts, agentId, risk);
  const level = doubt.sd_shared * normal(ofAgent) + doubt.sd_own * normal(ofRisk);
  const chiSquare = 2 * gammaDraw(doubt.noise_freedom / 2, gammaSeed(ofAgent));
  const confidence_weight = parameters[agentId]?.confidence_weight ?? 1;
  return {
    level,
    noise: Math.sqrt((doubt.noise_variance * doubt.noise_freedom) / chiSquare),
    trials: successTrials(calibration, { agent_id: agentId, risk_level: risk, confidence_weight }),
    seeds: [gammaSeed(ofRisk), gammaSeed(ofRisk)],
  };
}

function gammaSeed(random: () => number): GammaSeed {
  return { z: normal(random), u: 1 - random() };
}

/** A state is never changed in place, so one ageing serves all replicas. */
const aged = new WeakMap<CalibrationState, CalibrationState>();

function agedOnce(calibration: CalibrationState): CalibrationState {
  let state = aged.get(calibration);
  if (!state) aged.set(calibration, (state = ageOneWave(calibration)));
  return state;
}
