/** What must hold of a wave that ended, whatever happened in it. Each check throws what is wrong. */
import assert from 'node:assert/strict';
import { openTaskBook } from '../../domain/dispatch/task-book.ts';
import { GATE_THRESHOLDS, needsPerson } from '../../domain/gate/thresholds.ts';
import type { AttemptLine } from '../../domain/model/outcome.ts';
import type { RiskLevel } from '../../domain/model/task.ts';
import type { SimulatedWave, SimulateWaveInput } from '../../domain/simulation/simulate-wave.ts';

export interface EndedWave {
  input: SimulateWaveInput;
  wave: SimulatedWave;
  /** Lines in the segments that the dispatch accepted. */
  acceptedLines: number;
  /** What people approved while it was asked: since when, by risk level. */
  approvedAt: ReadonlyMap<RiskLevel, number>;
}

export const WAVE_CHECKS: readonly ((ended: EndedWave) => void)[] = [
  taskEnds,
  acceptedOnce,
  copiesHold,
  withinLimits,
  gateHolds,
  movesHold,
];

/** Each task completes once, or it is said what became of it, or it is left in the backlog. */
function taskEnds({ input, wave }: EndedWave): void {
  // Throws when a task goes on after its end.
  const book = openTaskBook(wave.lines);
  const ends = { completed: 0, dead: 0, deferred: 0, rejected: 0, open: 0 };
  for (const { task_id } of input.tasks) {
    const end = book.get(task_id)?.end ?? null;
    const settled = wave.memory.settled[task_id];
    assert.ok(end === null || settled === undefined, `${task_id} is ${end} and ${settled}`);
    ends[end ?? settled ?? 'open'] += 1;
  }
  const { completed, dead, deferred, rejected } = wave.state.counts;
  const counted = { completed, dead, deferred, rejected, open: 0 };
  assert.deepEqual(counted, { ...ends, open: 0 }, `counted ${shown(counted)}, and there are ${shown(ends)}`);
  if (wave.state.finished === 'complete') assert.equal(ends.open, 0, `complete with ${ends.open} tasks left`);
}

function acceptedOnce({ wave, acceptedLines }: EndedWave): void {
  const lines = wave.lines.length + wave.discarded.length;
  assert.equal(lines, acceptedLines, `${lines} lines, ${acceptedLines} of them accepted`);
  const keys = wave.lines.map((line) => `${line.task_id}/${line.attempt}`);
  assert.equal(new Set(keys).size, keys.length, 'an attempt was accepted twice');
}

/** Only what ran twice is discarded, and only idempotent agents do that. */
function copiesHold({ input, wave }: EndedWave): void {
  const idempotent = new Set(input.settings.agents.flatMap((agent) => (agent.idempotent ? [agent.agent_id] : [])));
  const copied = [...wave.lines, ...wave.discarded].filter((line) => line.copy);
  const tasks = new Set(copied.map((line) => line.task_id));
  for (const { agent_id } of copied) assert.ok(idempotent.has(agent_id), `${agent_id} ran a copy`);
  for (const { task_id, agent_id } of wave.discarded) {
    assert.ok(tasks.has(task_id) && idempotent.has(agent_id), `${task_id} was discarded and has no copy`);
  }
  const { copies } = wave.state.counts;
  assert.ok(copied.length <= copies, `${copied.length} attempts of ${copies} copies`);
}

/** An agent's attempts, the run's attempts, and the agents' capabilities. */
function withinLimits({ input, wave }: EndedWave): void {
  const tasks = new Map(input.tasks.map((task) => [task.task_id, task]));
  const counts = new Map<string, number>();
  for (const { task_id, agent_id, attempt } of wave.lines) {
    const key = `${task_id} on ${agent_id}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    const limit = input.settings.parameters[agent_id]!.retry_threshold;
    assert.ok(counts.get(key)! <= limit, `${key}: more than ${limit} attempts`);
    assert.ok(attempt <= input.settings.limits.maxAttempts, `${task_id}: attempt ${attempt}`);
    const offered = input.settings.agents.find((agent) => agent.agent_id === agent_id)!.capabilities;
    const { capabilities } = tasks.get(task_id)!;
    assert.ok(
      capabilities.every((capability) => offered.includes(capability)),
      `${key}: the agent lacks a capability`,
    );
  }
}

/** Nothing runs that the gate did not approve, nor what needs a person without one, nor before that. */
function gateHolds({ input, wave, approvedAt }: EndedWave): void {
  const approved = new Map(
    wave.decisions
      .filter(({ approval }) => approval === 'approved')
      .map((decision) => [`${decision.task_id}/${decision.attempt}`, decision]),
  );
  const rows = new Map<string, AttemptLine>();
  for (const line of wave.lines) {
    const row = `${line.task_id}/${line.plan_version}`;
    const first = rows.get(row) ?? line;
    rows.set(row, first);
    // Later attempts of a row were held against the decision on its first.
    // A copy was decided before it was known how many attempts would count before it.
    const numbers = line.copy ? Array.from({ length: line.attempt }, (_, index) => index + 1) : [first.attempt];
    const decision = numbers.map((attempt) => approved.get(`${line.task_id}/${attempt}`)).find((one) => one);
    assert.ok(decision, `${line.task_id} ran attempt ${line.attempt} without a decision`);
    assert.ok(line.confidence >= line.threshold || decision.override, `${line.task_id}: confidence too low`);
    assert.ok(line.threshold >= GATE_THRESHOLDS[line.risk_level].confidence, `${line.task_id}: threshold too low`);
    if (!needsPerson(line.risk_level, input.settings.gate)) continue;
    const since = approvedAt.get(line.risk_level);
    assert.ok(since !== undefined && decision.approver === 'simulation', `${line.task_id}: no approver`);
    assert.ok(line.started_at >= since, `${line.task_id} ran before it was approved`);
  }
}

/** A task moves only from where it was, and for a reason that holds. */
function movesHold({ wave }: EndedWave): void {
  for (const { task_id, from_agent, to_agent, reason, plan_version } of wave.moves) {
    assert.notEqual(from_agent, to_agent, `${task_id} moved from ${from_agent} to itself`);
    const before = wave.lines.filter((line) => line.task_id === task_id && line.plan_version < plan_version);
    if (reason !== 'retries_exhausted') continue;
    assert.ok(
      before.some((line) => line.agent_id === from_agent && line.verdict === 'exhausted'),
      `${task_id} left ${from_agent} for retries_exhausted but used up nothing there`,
    );
  }
}

function shown(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
