/** What upstream declared of each agent, against what was seen in a wave: what phase 20 needs to predict better. */
import { groupBy } from '../model/group-by.ts';
import { atLeastShortest, type AttemptLine } from '../model/outcome.ts';
import { RISK_LEVELS, type RiskLevel } from '../model/task.ts';

/** Of one agent at one risk level; a type, so that it is JSON by its shape. */
export type AgentError = {
  agent_id: string;
  risk_level: RiskLevel;
  /** Attempts that completed or failed: a cancelled one says nothing. */
  attempts: number;
  /** Mean of the success probabilities declared for them, and the share that completed. */
  declared_success: number;
  observed_success: number;
  /** Attempts that completed: only they tell a time. */
  timed: number;
  /** Geometric means over them, milliseconds of one attempt at pace 1.0; null: none completed. */
  declared_time_ms: number | null;
  observed_time_ms: number | null;
};

/** By agent id, then by risk; agents and levels without attempts are left out. The pace asked for is taken out of times. */
export function agentErrors(lines: readonly AttemptLine[]): AgentError[] {
  const groups = groupBy(
    lines.filter(({ status }) => status !== 'cancelled'),
    ({ agent_id, risk_level }) => `${agent_id}\u0000${RISK_LEVELS.indexOf(risk_level)}`,
  );
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => errorOf(group));
}

function errorOf(group: readonly AttemptLine[]): AgentError {
  const { agent_id, risk_level } = group[0]!;
  const completed = group.filter((line) => line.status === 'completed');
  const time = (line: AttemptLine) => atLeastShortest(line.finished_at - line.started_at) * line.speed_multiplier;
  return {
    agent_id,
    risk_level,
    attempts: group.length,
    declared_success: mean(group.map((line) => line.declared)),
    observed_success: completed.length / group.length,
    timed: completed.length,
    declared_time_ms: geometricMean(completed.map((line) => line.declared_ms)),
    observed_time_ms: geometricMean(completed.map(time)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function geometricMean(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.exp(mean(values.map(Math.log)));
}
