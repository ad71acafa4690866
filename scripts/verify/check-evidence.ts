/** The evidence that metrics rest on, against the records it must agree with. */
import type { OutcomeRecord, SideMeasures } from '../../domain/model/records.ts';
import { observedValue } from '../../domain/wave/measure-stage.ts';
import { differences } from './differences.ts';
import { teller } from './problem.ts';
import type { Tell } from './problem.ts';
import type { Row } from './record-reader.ts';
import type { WaveFacts } from './wave-facts.ts';
import type { WaveRecords } from './wave-records.ts';

/**
 * Counts of the gate against its decisions, the first plan against the schedule, and what was handed on by the run's
 * wave before (null in a run's first wave).
 */
export function checkEvidence(
  wave: WaveRecords,
  side: SideMeasures | null,
  before: WaveFacts | null,
  tell: Tell,
): void {
  const { evidence } = wave;
  if (!evidence) return;
  const off = teller(tell, 'evidence');
  const { released, deferred, rejected, first_plan, signals, rollouts } = evidence.value;
  const last = new Map(wave.decisions.map(({ value }) => [value.task_id, value]));
  for (const { value } of wave.decisions) {
    if (value.attempt > (last.get(value.task_id)?.attempt ?? 0)) last.set(value.task_id, value);
  }
  const decided = (how: string) => [...last.values()].filter(({ approval }) => approval === how).length;
  const counts = { released: wave.schedule.length, deferred: decided('deferred'), rejected: decided('rejected') };
  for (const text of differences(counts, { released, deferred, rejected }))
    off(evidence, `${text}, by plan and gate decisions`);

  const planned = new Map(first_plan.map(({ task_id, agent_id }) => [task_id, agent_id]));
  for (const row of wave.schedule) {
    const { task_id, agent_id } = row.value;
    const found = planned.get(task_id);
    if (found !== agent_id)
      off(row, `task ${task_id} is planned for ${agent_id}, but first_plan has ${found ?? 'no agent'}`);
  }

  const sent = (before?.signals ?? []).map(({ signal_id, content }) => ({
    signal_id,
    metric: content.metric,
    before: content.value,
  }));
  for (const text of differences(sent, signals, 'signals'))
    off(evidence, `${text}, as the run's wave before sent them`);
  const earlier = rollouts.filter((rollout) => rollout.wave !== wave.place.wave);
  for (const text of differences(before?.rollouts ?? [], earlier, 'rollouts')) {
    off(evidence, `${text}, as the run's wave before left them`);
  }
  const metrics = wave.metrics.map(({ value }) => value);
  for (const rollout of rollouts.filter((one) => one.wave === wave.place.wave)) {
    const observed = side && observedValue(rollout.metric, metrics, side);
    for (const text of differences({ observed }, rollout, `rollouts.${rollout.metric}`)) off(evidence, text);
  }
  for (const row of wave.outcomes) checkWindow(row, evidence.value.released_at, off);
}

function checkWindow(row: Row<OutcomeRecord>, releasedAt: number | null, off: ReturnType<typeof teller>): void {
  if (releasedAt !== null) return;
  off(row, `task ${row.value.task_id} ran, but the evidence says that nothing was released`);
}
