/**
 * Tunes every agent before a wave: what the strategy asks of all, and what each agent's own outcomes ask of it. A change
 * after which the agent's success fell is taken back in the next wave.
 */
import { ofAgent } from '../calibration/state.ts';
import type { AgentResult } from '../metrics/agent-results.ts';
import { figure } from '../metrics/figure.ts';
import { startParameters, type Adjustments, type Agent, type TunedParameters, type WaveKnobs } from '../model/agent.ts';
import type { TuningAction } from '../model/records.ts';
import type { Targets } from '../model/targets.ts';
import { boundedParameter, boundedParameters, PARAMETER_NAMES, waveKnobs } from './bounds.ts';
import { expectedImpact } from './expected-impact.ts';
import { changeOf, isRefused, judgeChange, refusalsOf, type Change, type TuningMemory } from './last-change.ts';
import { ownSteps, type Step } from './own-steps.ts';

export type { TuningMemory } from './last-change.ts';

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
  /** What was taken back because the agent's result was worse, by agent. */
  reverted: Record<string, Partial<TunedParameters>>;
  parameters: Record<string, TunedParameters>;
  memory: Record<string, TuningMemory>;
  knobs: WaveKnobs;
}

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
  const bestLower = bestLowerBound(question);
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
): { action: TuningAction; memory: TuningMemory; reverted: Change | null } {
  const { agent_id, slots } = agent;
  const before = ofAgent(question.parameters, agent_id) ?? startParameters(slots);
  const result = ofAgent(question.results ?? {}, agent_id) ?? null;
  const after = boundedParameters(before, slots);
  const reasons: string[] = [];
  if (PARAMETER_NAMES.some((name) => after[name] !== before[name])) reasons.push('held within the bounds');

  const kept = recall(question, agent_id);
  const { harm, waits } = kept.change
    ? judgeChange(kept.change, result, question.targets.success_rate)
    : { harm: null, waits: null };
  const reverted = harm?.of ?? null;
  if (harm) {
    for (const name of PARAMETER_NAMES) {
      const value = harm.of.before[name];
      if (value !== undefined) after[name] = boundedParameter(name, value, slots);
    }
    reasons.push(`taken back: ${harm.why} after the change of wave ${harm.of.wave}`);
  }
  const refused = reverted ? [...kept.refused, ...refusalsOf(reverted, question.wave)] : kept.refused;

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
  for (const step of [...own, ...strategySteps(question.adjustments)]) {
    // What a step beside an unjudged one did could not be told from what that did.
    if (waits !== null) {
      reasons.push(`${signed(step)} not taken: the change of wave ${waits.wave} still waits for a result that tells`);
      continue;
    }
    // A parameter that was just taken back rests for a wave, so that its result can be compared.
    if (reverted?.before[step.parameter] !== undefined || isRefused(refused, step)) {
      const what = isRefused(refused, step)
        ? 'it was taken back after a worse result'
        : 'what was just taken back rests';
      reasons.push(`${signed(step)} not taken: ${what}`);
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
      reason: reasons.length > 0 ? `${reasons.join('; ')}.` : unchangedReason(question, result, waits),
      expected_impact: expectedImpact(before, after),
    },
    memory: { change: waits ?? changeOf(question.wave, base, after, result), refused },
    reverted,
  };
}

/** Without results, as in a run's first wave and with frozen tuning, nothing is judged and nothing refused. */
function recall(question: TuningQuestion, agentId: string): TuningMemory {
  const memory = ofAgent(question.memory, agentId);
  if (!memory || question.results === null) return { change: null, refused: [] };
  return { change: memory.change, refused: memory.refused.filter(({ until }) => until > question.wave) };
}

function strategySteps(adjustments: Adjustments): Step[] {
  return PARAMETER_NAMES.flatMap((parameter) => {
    const by = adjustments[parameter] ?? 0;
    return by === 0 ? [] : [{ parameter, by, reason: 'asked by the strategy' }];
  });
}

/** Highest lower bound of success among the fleet's agents; 0 where nothing is known. */
function bestLowerBound({ agents, results }: TuningQuestion): number {
  return Math.max(0, ...agents.map(({ agent_id }) => ofAgent(results ?? {}, agent_id)?.interval?.[0] ?? 0));
}

function unchangedReason(question: TuningQuestion, result: AgentResult | null, waits: Change | null): string {
  if (question.frozen) return 'Unchanged: tuning is frozen.';
  if (question.results === null)
    return 'Unchanged: no wave of this run has been measured yet, and the strategy asks nothing of agents.';
  if (!result || result.attempts === 0) return 'Unchanged: the agent made no attempt in the wave before.';
  if (waits !== null) return `Unchanged: the change of wave ${waits.wave} still waits for a result that tells.`;
  return 'Unchanged: its outcomes are at target, or too few to tell.';
}

function signed(step: Step): string {
  return `${step.parameter} ${step.by > 0 ? '+' : ''}${figure(step.by)}`;
}
