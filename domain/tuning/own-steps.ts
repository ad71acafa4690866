/** The steps that an agent's own measured outcomes ask for. */
import type { AgentResult } from '../metrics/agent-results.ts';
import { figure } from '../metrics/figure.ts';
import { isBelow } from '../metrics/metric-value.ts';
import { PARAMETER_BOUNDS, type ParameterName, type TunedParameters } from '../model/agent.ts';
import type { Targets } from '../model/targets.ts';

export interface Step {
  parameter: ParameterName;
  /** Signed. */
  by: number;
  reason: string;
}

export interface OwnEvidence {
  result: AgentResult;
  /** The parameters that the result was measured under. */
  parameters: TunedParameters;
  targets: Targets;
  /** At a task, over all agents. */
  maxAttempts: number;
  fleetSize: number;
  /** Highest lower bound of success in the fleet, this agent included. */
  bestLower: number;
}

const SPEED_STEP = 0.05;
const WEIGHT_STEP = 0.05;

/**
 * Success counts only where the 95 % interval lies wholly on one side of the target; in between, it asks for nothing.
 * At most one step per parameter.
 */
export function ownSteps(evidence: OwnEvidence): Step[] {
  const steps = [speedStep(evidence), retryStep(evidence), weightStep(evidence), parallelStep(evidence)];
  return steps.filter((step) => step !== null);
}

/**
 * A slower agent makes fewer mistakes, but is slower with every task: only where its attempts, repeated as often as it may, still
 * complete too few tasks. A safe one that completes too little may hurry.
 */
function speedStep(evidence: OwnEvidence): Step | null {
  const parameter = 'speed_multiplier';
  const attempts = Math.min(evidence.parameters.retry_threshold, evidence.maxAttempts);
  if (
    isPoor(evidence) &&
    isBelow(completedWithin(attempts, evidence.result.interval![1]), evidence.targets.success_rate)
  ) {
    const reason = `${successPhrase(evidence)} is too low for ${attempts} attempt${attempts === 1 ? '' : 's'} to make up for`;
    return { parameter, by: -SPEED_STEP, reason };
  }
  const share = evidence.targets.throughput / evidence.fleetSize;
  const { throughput } = evidence.result;
  if (!isGood(evidence) || throughput === null || !isBelow(throughput, share)) return null;
  const reason = `${successPhrase(evidence)} is wholly at or above target, and throughput ${figure(throughput)}/s is short of an even share of ${figure(share)}/s`;
  return { parameter, by: SPEED_STEP, reason };
}

/**
 * One step towards the smallest number of attempts r with 1 − (1 − p)^r ≥ target, p the lower bound of success. Not
 * below the start: attempts that are seldom needed cost nothing. An agent that fails more often than not, while another
 * is surely better, gets fewer attempts before that other one has its turn.
 */
function retryStep(evidence: OwnEvidence): Step | null {
  const parameter = 'retry_threshold';
  const { interval } = evidence.result;
  if (interval === null) return null;
  const [lower, upper] = interval;
  if (upper < 0.5 && evidence.bestLower > upper) {
    return {
      parameter,
      by: -1,
      reason: `${successPhrase(evidence)} is below one half, and another agent is surely better`,
    };
  }
  const needed = attemptsNeeded(lower, evidence.targets.success_rate);
  const now = evidence.parameters.retry_threshold;
  if (isPoor(evidence) && now < needed) {
    return { parameter, by: 1, reason: `${successPhrase(evidence)} may need ${needed} attempts per task` };
  }
  if (isGood(evidence) && now > PARAMETER_BOUNDS.retry_threshold.start) {
    return { parameter, by: -1, reason: `${successPhrase(evidence)} needs no extra attempts` };
  }
  return null;
}

/**
 * Declared predictions promised tasks fit to run. A success surely below target contradicts them: evidence should weigh
 * more. A success surely at target lifts that distrust, back to the start and no further: it confirms that the tasks were
 * fit, not that the declared number was exact.
 */
function weightStep(evidence: OwnEvidence): Step | null {
  const parameter = 'confidence_weight';
  if (isPoor(evidence)) {
    return { parameter, by: -WEIGHT_STEP, reason: `${successPhrase(evidence)} contradicts what was declared` };
  }
  const missing = PARAMETER_BOUNDS.confidence_weight.start - evidence.parameters.confidence_weight;
  if (!isGood(evidence) || missing <= 0) return null;
  const reason = `${successPhrase(evidence)} agrees with what was declared`;
  return { parameter, by: Math.min(WEIGHT_STEP, missing), reason };
}

/** Attempts that take so much longer than predicted queue: fewer in flight (the tolerance of Gradient2, Netflix 2018). */
const QUEUES = 1.5;
/** Halfway there in logarithms, one more in flight is not tried. */
const MAY_QUEUE = 1.22;

/**
 * By the gradient of an attempt's time: less in flight where attempts take far longer than predicted. More where they do not, the
 * agent is surely safe, and busier than halfway between the target and 1. Less too where it is idle below the target and its
 * work would still fit: idle slots are then no reserve that the wave's last tasks need.
 */
function parallelStep(evidence: OwnEvidence): Step | null {
  const parameter = 'max_parallel_tasks';
  const { utilization, attempts, slowdown } = evidence.result;
  if (utilization === null || attempts === 0) return null;
  const target = evidence.targets.agent_utilization;
  const now = evidence.parameters.max_parallel_tasks;
  if (slowdown !== null && slowdown > QUEUES && now > 1) {
    return {
      parameter,
      by: -1,
      reason: `attempts take ${figure(slowdown)} times as long as predicted with ${now} in flight`,
    };
  }
  if (slowdown !== null && slowdown > MAY_QUEUE) return null;
  if (isGood(evidence) && utilization >= (target + 1) / 2) {
    const reason = `${successPhrase(evidence)} is wholly at or above target, and utilisation is high (${figure(utilization)})`;
    return { parameter, by: 1, reason };
  }
  if (!isBelow(utilization, target) || utilization * now > now - 1) return null;
  return { parameter, by: -1, reason: `utilisation ${figure(utilization)} is low: its work fits in ${now - 1}` };
}

function attemptsNeeded(probability: number, target: number): number {
  const { max } = PARAMETER_BOUNDS.retry_threshold;
  for (let attempts = 1; attempts < max; attempts++) {
    if (completedWithin(attempts, probability) >= target) return attempts;
  }
  return max;
}

/** Probability that one of so many attempts succeeds. */
function completedWithin(attempts: number, probability: number): number {
  return 1 - (1 - probability) ** attempts;
}

function isPoor({ result, targets }: OwnEvidence): boolean {
  return result.interval !== null && isBelow(result.interval[1], targets.success_rate);
}

function isGood({ result, targets }: OwnEvidence): boolean {
  return result.interval !== null && !isBelow(result.interval[0], targets.success_rate);
}

/** For example `success 0.6 (0.5–0.69, target 0.9)`. */
function successPhrase({ result, targets }: OwnEvidence): string {
  const [lower, upper] = result.interval ?? [0, 1];
  return `success ${figure(result.success_rate ?? 0)} (${figure(lower)}–${figure(upper)}, target ${figure(targets.success_rate)})`;
}
