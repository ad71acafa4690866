/**
 * Tunes every agent before a wave: what the strategy asks of all, and what each agent's own outcomes ask of it. A change
 * after which the agent's score fell is taken back in the next wave.
 */
import { ofAgent } from '../calibration/state.ts';
import type { AgentResult } from '../metrics/agent-results.ts';
import { figure } from '../metrics/figure.ts';
import {
  startParameters,
  type Adjustments,
  type Agent,
  type ParameterName,
  type TunedParameters,
  type WaveKnobs,
} from '../model/agent.ts';
import type { TuningAction } from '../model/records.ts';
import type { Targets } from '../model/targets.ts';
import { agentScore, SCORE_NOISE } from './agent-score.ts';
import { boundedParameter, boundedParameters, PARAMETER_NAMES, waveKnobs } from './bounds.ts';
import { expectedImpact } from './expected-impact.ts';
import { ownSteps, type Step } from './own-steps.ts';

/** What the next wave has to know of an agent's last change. JSON. */
export interface TuningMemory {
  /** The last change that no result has judged yet; null: none. */
  change: {
    wave: number;
    before: Partial<TunedParameters>;
    after: Partial<TunedParameters>;
    /** The agent's score just before the change. */
    score: number;
  } | null;
  /** Steps that were taken back: not repeated before that wave. */
  refused: { parameter: ParameterName; direction: 1 | -1; until: number }[];
}

export interface TuningQuestion {
  agents: Agent[];
  /** By agent; an agent without has the start values. */
  parameters: Record<string, TunedParameters>;
  memory: Record<string, TuningMemory>;
  /** True: nothing is asked for, by the strategy or by outcomes. */
  frozen: boolean;
  /** Of the wave before, by agent; null in a first wave, where only the strategy asks for changes. */
  results: Record<string, AgentResult> | null;
  adjustments: Adjustments;
  targets: Targets;
  /** At a task, over all agents. */
  maxAttempts: number;
  wave: number;
}

export interface TuningAnswer {
  /** One per agent in the agents' order, also where nothing changes. */
  actions: TuningAction[];
  /** What was taken back because the agent's score fell, by agent. */
  reverted: Record<string, Partial<TunedParameters>>;
  parameters: Record<string, TunedParameters>;
  memory: Record<string, TuningMemory>;
  knobs: WaveKnobs;
}

/** Waves, the one that takes a step back included, in which the step is not repeated. */
const REFUSAL_WAVES = 3;

/**
 * At most one bounded step per parameter and wave: the one that the agent's own outcomes ask for, else the strategy's. All values
 * stay within their bounds (tasks in flight within the agent's slots) at two decimals.
 */
export function tuneAgents(asked: TuningQuestion): TuningAnswer {
  const question = asked.frozen ? { ...asked, results: null, adjustments: {} } : asked;
  const answer: TuningAnswer = {
    actions: [],
    reverted: {},
    parameters: {},
    memory: {},
    knobs: waveKnobs(question.adjustments),
  };
  const bestLower = bestLowerBound(question.results);
  for (const agent of question.agents) {
    const { action, memory, reverted } = tuneAgent(question, agent, bestLower);
    if (reverted) answer.reverted[agent.agent_id] = reverted.before;
    answer.actions.push(action);
    answer.parameters[agent.agent_id] = action.after;
    answer.memory[agent.agent_id] = memory;
  }
  return answer;
}

function tuneAgent(
  question: TuningQuestion,
  agent: Agent,
  bestLower: number,
): { action: TuningAction; memory: TuningMemory; reverted: TuningMemory['change'] } {
  const { agent_id, slots } = agent;
  const before = ofAgent(question.parameters, agent_id) ?? startParameters(slots);
  const result = ofAgent(question.results ?? {}, agent_id) ?? null;
  const score = result && agentScore(result, question.targets, question.agents.length);
  const after = boundedParameters(before, slots);
  const reasons: string[] = [];
  if (PARAMETER_NAMES.some((name) => after[name] !== before[name])) reasons.push('held within the bounds');

  const kept = recall(question, agent_id);
  const harm = kept.change && result && score !== null ? harmOf(kept.change, score, result, question) : null;
  const reverted = harm?.of ?? null;
  if (harm) {
    for (const name of PARAMETER_NAMES) {
      const value = harm.of.before[name];
      if (value !== undefined) after[name] = boundedParameter(name, value, slots);
    }
    reasons.push(`taken back: ${harm.why} after the change of wave ${harm.of.wave}`);
  }
  const refused = reverted ? [...kept.refused, ...refusals(reverted, question.wave)] : kept.refused;

  const base = { ...after };
  const own = result
    ? ownSteps({
        result,
        parameters: before,
        targets: question.targets,
        maxAttempts: question.maxAttempts,
        fleetSize: question.agents.length,
        bestLower,
      })
    : [];
  const waits =
    kept.change !== null && reverted === null && (score === null || score < kept.change.score - SCORE_NOISE);
  const pending = waits ? kept.change : null;
  for (const step of [...own, ...strategySteps(question.adjustments)]) {
    // Steps on top of an unjudged one could not be told from it, and taking them back would be one large step.
    if (pending?.before[step.parameter] !== undefined) {
      reasons.push(`${signed(step)} not taken: the change of wave ${pending.wave} still waits for a result`);
      continue;
    }
    // A parameter that was just taken back rests for a wave, so that its result can be compared.
    if (reverted?.before[step.parameter] !== undefined || isRefused(refused, step)) {
      reasons.push(`${signed(step)} not taken: it was taken back after a worse result`);
      continue;
    }
    const taken = after[step.parameter] - base[step.parameter];
    if (taken !== 0) {
      const why = taken * step.by > 0 ? 'as taken already' : 'not taken: its own outcomes come first';
      reasons.push(`${signed(step)} ${step.reason}, ${why}`);
      continue;
    }
    const value = boundedParameter(step.parameter, after[step.parameter] + step.by, slots);
    if (value === after[step.parameter]) {
      reasons.push(`${signed(step)} not taken: at its bound`);
      continue;
    }
    after[step.parameter] = value;
    reasons.push(`${signed(step)}: ${step.reason}`);
  }

  return {
    action: {
      agent_id,
      before,
      after,
      reason: reasons.length > 0 ? `${reasons.join('; ')}.` : unchangedReason(question, result),
      expected_impact: expectedImpact(before, after),
    },
    memory: { change: nextChange(question.wave, base, after, score, pending), refused },
    reverted,
  };
}

/** Memory of this run: in a first wave nothing is judged, and wave numbers of an earlier run mean nothing. */
function recall(question: TuningQuestion, agentId: string): TuningMemory {
  const memory = ofAgent(question.memory, agentId);
  if (!memory || question.results === null) return { change: null, refused: [] };
  return { change: memory.change, refused: memory.refused.filter(({ until }) => until > question.wave) };
}

/** More in flight have to get more done: a slowdown by this share of their number leaves nothing of it. */
const NO_GAIN = 0.95;

type Change = NonNullable<TuningMemory['change']>;
interface Harm {
  of: Change;
  why: string;
}

/**
 * What of a change is taken back, and why; null where it did no harm, or its success only seems to have fallen. All of it where
 * the score fell even with success at the upper end of its interval (throughput and utilisation have none); only the tasks in
 * flight where more of them only waited for each other.
 */
function harmOf(change: Change, score: number, result: AgentResult, { targets, agents }: TuningQuestion): Harm | null {
  const atBest = agentScore(result, targets, agents.length, result.interval?.[1]);
  if (atBest !== null && atBest < change.score - SCORE_NOISE) {
    return { of: change, why: `score ${figure(change.score)} fell to ${figure(score)}` };
  }
  const { slowdown } = result;
  const [then, now] = [change.before.max_parallel_tasks, change.after.max_parallel_tasks];
  if (then === undefined || now === undefined || now <= then || slowdown === null) return null;
  if (slowdown < NO_GAIN * (now / then)) return null;
  const of = { ...change, before: { max_parallel_tasks: then }, after: { max_parallel_tasks: now } };
  return { of, why: `${now} in flight instead of ${then} took ${figure(slowdown)} times as long each` };
}

function refusals(change: Change, wave: number): TuningMemory['refused'] {
  return PARAMETER_NAMES.flatMap((parameter) => {
    const before = change.before[parameter];
    const after = change.after[parameter];
    if (before === undefined || after === undefined) return [];
    return [{ parameter, direction: after > before ? (1 as const) : (-1 as const), until: wave + REFUSAL_WAVES }];
  });
}

function isRefused(refused: TuningMemory['refused'], step: Step): boolean {
  return refused.some(({ parameter, direction }) => parameter === step.parameter && direction === Math.sign(step.by));
}

/**
 * What the next result will judge: the change that still waits, since of two at once neither could be told; else this one, if there
 * is a score to compare with.
 */
function nextChange(
  wave: number,
  before: TunedParameters,
  after: TunedParameters,
  score: number | null,
  pending: TuningMemory['change'],
): TuningMemory['change'] {
  if (pending !== null || score === null) return pending;
  const names = PARAMETER_NAMES.filter((name) => after[name] !== before[name]);
  if (names.length === 0) return null;
  const pick = (from: TunedParameters) => Object.fromEntries(names.map((name) => [name, from[name]]));
  return { wave, before: pick(before), after: pick(after), score };
}

function strategySteps(adjustments: Adjustments): Step[] {
  return PARAMETER_NAMES.flatMap((parameter) => {
    const by = adjustments[parameter] ?? 0;
    return by === 0 ? [] : [{ parameter, by, reason: 'asked by the strategy' }];
  });
}

/** Highest lower bound of success in the fleet; 0 where nothing is known. */
function bestLowerBound(results: TuningQuestion['results']): number {
  return Object.values(results ?? {}).reduce((best, { interval }) => Math.max(best, interval?.[0] ?? 0), 0);
}

function unchangedReason(question: TuningQuestion, result: AgentResult | null): string {
  if (question.frozen) return 'Unchanged: tuning is frozen.';
  if (question.results === null)
    return 'Unchanged: no wave has been measured yet, and the strategy asks nothing of agents.';
  if (!result || result.attempts === 0) return 'Unchanged: the agent made no attempt in the wave before.';
  return 'Unchanged: its outcomes are at target, or too few to tell.';
}

function signed(step: Step): string {
  return `${step.parameter} ${step.by > 0 ? '+' : ''}${figure(step.by)}`;
}
