/** Measures a wave from what was accepted: attempts, evidence, metrics, anomalies, health, and what was learned. */
import { detectAnomalies } from '../anomalies/detect.ts';
import { calibrationError } from '../calibration/calibration-error.ts';
import type { Observation } from '../calibration/observation.ts';
import { agentCells, type CalibrationState } from '../calibration/state.ts';
import { absorb, ageOneWave, driftedAgents } from '../calibration/absorb.ts';
import { predictSuccess } from '../calibration/success.ts';
import { agentErrors, type AgentError } from '../feedback/agent-errors.ts';
import { scoreHealth } from '../health/score.ts';
import type { AppliedHeuristic } from '../heuristics/apply.ts';
import { judgeHeuristics, type JudgedHeuristic } from '../heuristics/judge.ts';
import type { AgentResult } from '../metrics/agent-results.ts';
import { agentResults, slowdownsOf } from '../metrics/agent-results.ts';
import { measureWave } from '../metrics/measure-wave.ts';
import { invariant } from '../model/invariant.ts';
import type {
  AcceptedAttempt,
  AgentPresence,
  PlannedEnd,
  Rollout,
  SentSignal,
  Span,
  WaveEvidence,
} from '../model/evidence.ts';
import type { HeardAnswer } from '../gate/heard-answer.ts';
import type { BreakerState } from '../dispatch/state.ts';
import type { AttemptLine } from '../model/outcome.ts';
import type { Acknowledged, Anomaly, Health, LearningSignal, Metric, SideMeasures } from '../model/records.ts';
import type { PredictionTable } from './estimates.ts';
import { adjustedProbability } from './estimates.ts';
import type { WaveSettings } from './settings.ts';

/** What the dispatch of a wave saw, beside the accepted lines. Times are epoch milliseconds. */
export interface DispatchFacts {
  released: number;
  deferred: number;
  rejected: number;
  releasedAt: number | null;
  firstDispatchAt: number | null;
  lastOutcomeAt: number | null;
  pauses: Span[];
  /** Second copies of stragglers' tasks that were begun. */
  copies: number;
  agents: { agent_id: string; up: Span[]; breaker: BreakerState; trips: number }[];
}

export interface MeasureStageInput {
  settings: WaveSettings;
  /** What counts, in the order of acceptance. */
  lines: AttemptLine[];
  /** Accepted, but beside a task's first end: it ran twice. */
  discarded: AttemptLine[];
  facts: DispatchFacts;
  /** What people answered, whatever became of it. */
  answers: HeardAnswer[];
  firstPlan: PlannedEnd[];
  firstPlanMakespanMs: number;
  /** Learned before this wave. */
  calibration: CalibrationState;
  adjusted: PredictionTable;
  signals: SentSignal[];
  /** This run's adjusted waves so far; the last is this wave's when it was adjusted. */
  rollouts: Rollout[];
  /** How the wave's evidence is taken in, where an experiment has it otherwise. */
  absorb?: typeof absorb | undefined;
  /** Phase 16's heuristics in force. */
  heuristics: readonly AppliedHeuristic[];
}

export interface MeasureStageResult {
  attempts: AcceptedAttempt[];
  evidence: WaveEvidence;
  metrics: Metric[];
  side: SideMeasures;
  anomalies: Anomaly[];
  health: Health;
  results: Record<string, AgentResult>;
  /** Learned with this wave. */
  calibration: CalibrationState;
  calibrationError: { brier: number; ece: number } | null;
  rollouts: Rollout[];
  /** Declared against seen, for the phases. */
  agentErrors: AgentError[];
  heuristics: JudgedHeuristic[];
}

const KNOWN_TIMES_MIN = 3;

export function measureStage(input: MeasureStageInput): MeasureStageResult {
  const { settings, lines, facts } = input;
  const takeIn = input.absorb ?? absorb;
  const calibration = takeIn(ageOneWave(input.calibration), observationsOf(lines));
  const attempts = acceptedAttempts(input, calibration);
  const draft: WaveEvidence = {
    wave: settings.wave,
    targets: settings.targets,
    released: facts.released,
    deferred: facts.deferred,
    rejected: facts.rejected,
    released_at: facts.releasedAt,
    first_dispatch_at: facts.firstDispatchAt,
    last_outcome_at: facts.lastOutcomeAt,
    pauses: facts.pauses,
    agents: presences(settings, facts),
    copies: {
      begun: facts.copies,
      won: lines.filter((line) => line.copy).length,
      discarded: input.discarded.length,
      discarded_ms: input.discarded.reduce((sum, line) => sum + line.finished_at - line.started_at, 0),
    },
    first_plan: input.firstPlan,
    first_plan_makespan_ms: input.firstPlanMakespanMs,
    drifted: driftedAgents(input.calibration, calibration),
    answers: input.answers,
    signals: input.signals,
    rollouts: input.rollouts,
  };
  const rollouts = observeRollouts(draft, attempts);
  const evidence = { ...draft, rollouts };
  const { metrics, side } = measureWave(evidence, attempts);
  return {
    attempts,
    evidence,
    metrics,
    side,
    anomalies: detectAnomalies(metrics, side, attempts, evidence.drifted),
    health: scoreHealth(metrics),
    results: agentResults(
      evidence,
      attempts,
      slowdownsOf(lines.filter((line) => hasKnownTimes(input.calibration, line.agent_id))),
    ),
    calibration,
    calibrationError: calibrationError(
      attempts.flatMap(({ status, confidence_before: predicted }) =>
        status === 'cancelled' ? [] : [{ predicted, success: status === 'completed' }],
      ),
    ),
    rollouts,
    agentErrors: agentErrors(lines),
    heuristics: judgeHeuristics(input.heuristics, lines),
  };
}

/**
 * Times of an agent that nobody knew say what it is like, not that it has more to do than it can. One that was known and takes far
 * longer may do either: attempts that wait for each other look like an agent that has become slower.
 */
function hasKnownTimes(calibration: CalibrationState, agentId: string): boolean {
  const times = Object.values(agentCells(calibration, agentId) ?? {}).reduce((sum, { time_n }) => sum + time_n, 0);
  return times >= KNOWN_TIMES_MIN;
}

/** One observation per task and agent: how many attempts, and whether the last succeeded. A cancelled attempt says nothing. */
export function observationsOf(lines: AttemptLine[]): Observation[] {
  const byPair = new Map<string, Observation>();
  for (const line of lines) {
    if (line.status === 'cancelled') continue;
    const key = `${line.task_id}\u0000${line.agent_id}`;
    const attempts = (byPair.get(key)?.attempts ?? 0) + 1;
    const success = line.status === 'completed';
    byPair.set(key, {
      agent_id: line.agent_id,
      risk_level: line.risk_level,
      task_type: line.task_type,
      attempts,
      success,
      execution_time_ms: success ? line.finished_at - line.started_at : null,
      declared_ms: line.declared_ms,
      speed_multiplier: line.speed_multiplier,
    });
  }
  return [...byPair.values()];
}

function acceptedAttempts(input: MeasureStageInput, after: CalibrationState): AcceptedAttempt[] {
  const last = new Map(input.lines.map((line, index) => [line.task_id, index]));
  return input.lines.map((line, index) => ({
    task_id: line.task_id,
    agent_id: line.agent_id,
    risk_level: line.risk_level,
    attempt: line.attempt,
    status: line.status,
    final: last.get(line.task_id) === index,
    started_at: line.started_at,
    finished_at: line.finished_at,
    confidence_before: confidence(input, input.calibration, line),
    confidence_after: confidence(input, after, line),
  }));
}

function confidence(input: MeasureStageInput, calibration: CalibrationState, line: AttemptLine): number {
  const parameters = input.settings.parameters[line.agent_id];
  invariant(parameters, `agent ${line.agent_id} ran a task but has no parameters`);
  return predictSuccess(calibration, {
    agent_id: line.agent_id,
    risk_level: line.risk_level,
    task_type: line.task_type,
    declared: adjustedProbability(input.adjusted, line.task_id, line.agent_id) ?? line.declared,
    confidence_weight: parameters.confidence_weight,
    prediction_bias: input.settings.knobs.prediction_bias,
  }).mean;
}

function presences(settings: WaveSettings, facts: DispatchFacts): AgentPresence[] {
  const seen = new Map(facts.agents.map((agent) => [agent.agent_id, agent]));
  return settings.agents.map(({ agent_id, slots }) => {
    const { up, breaker, trips } = seen.get(agent_id) ?? { up: [], breaker: 'closed', trips: 0 };
    const max_parallel_tasks = settings.parameters[agent_id]?.max_parallel_tasks ?? slots;
    return { agent_id, slots, max_parallel_tasks, up, breaker, trips };
  });
}

/** Fills in what this wave observed of the metric that its strategy meant to move. */
function observeRollouts(evidence: WaveEvidence, attempts: AcceptedAttempt[]): Rollout[] {
  if (!evidence.rollouts.some((rollout) => rollout.wave === evidence.wave)) return evidence.rollouts;
  const { metrics, side } = measureWave({ ...evidence, rollouts: [] }, attempts);
  return evidence.rollouts.map((rollout) =>
    rollout.wave === evidence.wave ? { ...rollout, observed: observedValue(rollout.metric, metrics, side) } : rollout,
  );
}

/** A measure by name; null: no data. */
export function observedValue(name: Rollout['metric'], metrics: Metric[], side: SideMeasures): number | null {
  if (name === 'load_balance' || name === 'retry_rate') return side[name];
  return metrics.find((metric) => metric.metric_name === name)?.value ?? null;
}

/** The signals of the wave before, as evidence of whether they moved their metrics. */
export function sentSignals(signals: LearningSignal[], acknowledgements: readonly Acknowledged[]): SentSignal[] {
  const said = new Map(acknowledgements.map(({ signal_id, status }) => [signal_id, status]));
  return signals.map(({ signal_id, content }) => ({
    signal_id,
    metric: content.metric,
    before: content.value,
    acknowledgement: said.get(signal_id) ?? null,
  }));
}
