/** What must hold after every episode, whatever the fault was. */
import { join } from 'node:path';
import type { DeadLetterRecord, GateDecisionRecord } from '../../domain/model/records.ts';
import { verifyDataset } from '../../scripts/verify/verify-dataset.ts';
import { reportOn } from '../../scripts/verify/verify-report.ts';
import { localArtifacts } from '../../store/artifacts/local-artifacts.ts';
import { committedOutcomes, rows } from '../workflows/records.ts';
import type { Episode } from './episode.ts';
import type { Followed } from './follow-episode.ts';
import type { EpisodeReport } from './kind.ts';

type Verdict = Pick<EpisodeReport, 'lost' | 'duplicated' | 'gateBreaches' | 'reExecuted' | 'violations'>;

/** Reads the records, the counts of the agents and `verify`. */
export async function judgeEpisode(episode: Episode, { status, early }: Followed): Promise<Verdict> {
  const violations = [...episode.violations];
  // The run before may have done everything: then the next one only takes it over.
  const over = status === 'completed' || (status === 'nothing_to_do' && episode.startedAgain);
  if (!over) violations.push(`the run ended as ${status}`);
  const findings = await verifyDataset(localArtifacts(episode.folder), null, () => undefined);
  if (findings !== null) {
    const { problems, promises } = reportOn(findings);
    violations.push(...problems.map(({ file, line, problem }) => `verify: ${file}:${line ?? ''} ${problem}`));
    violations.push(...promises.filter(({ kept }) => !kept).map(({ words }) => `verify: not kept: ${words}`));
  }
  const decisions = rows<GateDecisionRecord>(join(episode.folder, 'phase22/gate_decisions.jsonl'));
  const ends = await judgeEnds(episode, decisions);
  const gate = judgeGate(episode, decisions, early);
  const counted = [...ends.lost, ...ends.duplicated, ...gate];
  return {
    lost: ends.lost.length,
    duplicated: ends.duplicated.length,
    gateBreaches: gate.length,
    reExecuted: ends.reExecuted,
    violations: [...violations, ...counted],
  };
}

/** Every task has one end, and what completed took effect once. */
async function judgeEnds(episode: Episode, decisions: readonly GateDecisionRecord[]) {
  const outcomes = await committedOutcomes(episode.folder);
  const dead = rows<DeadLetterRecord>(join(episode.folder, 'phase22/dead_letters.jsonl')).map(({ task_id }) => task_id);
  const latest = new Map(decisions.map(({ task_id, approval }) => [task_id, approval]));
  const effects = episode.agents.effects().map((key) => key.split('/')[1] ?? '');
  const lost: string[] = [];
  const duplicated: string[] = [];
  for (const task of episode.tasks().keys()) {
    const ended = outcomes.filter((row) => row.task_id === task && row.final);
    const completed = ended.filter((row) => row.status === 'completed').length;
    const took = effects.filter((one) => one === task).length;
    if (completed > 1) duplicated.push(`task ${task} completed ${completed} times`);
    if (took > 1) duplicated.push(`task ${task} took effect ${took} times`);
    if (completed > 0 && took === 0) lost.push(`task ${task} is recorded as completed, but took no effect`);
    if (completed === 0 && took > 0) lost.push(`task ${task} took effect, but is not recorded as completed`);
    const refused = latest.get(task) === 'deferred' || latest.get(task) === 'rejected';
    if (ended.length === 0 && !dead.includes(task) && !refused) lost.push(`task ${task} has no end`);
  }
  return { lost, duplicated, reExecuted: episode.agents.requests().length - outcomes.length };
}

/** Nothing ran that the gate did not let run, nothing that needs a person without one, nothing while all stood still. */
function judgeGate(episode: Episode, decisions: readonly GateDecisionRecord[], early: readonly string[]): string[] {
  const approved = new Set(decisions.filter((row) => row.approval === 'approved').map(({ task_id }) => task_id));
  const asked = new Set(episode.agents.requests().map(({ task_id }) => task_id));
  const breaches = early.map((task) => `task ${task} was started before any person had answered`);
  for (const task of asked) if (!approved.has(task)) breaches.push(`task ${task} was started without an approval`);
  if (episode.shape.person === 'rejected') {
    for (const [task, risk] of episode.tasks()) {
      if (risk === 'HIGH' && asked.has(task)) breaches.push(`task ${task} of risk HIGH was started, but was rejected`);
    }
  }
  if (episode.startedWhilePaused > 0) breaches.push(`${episode.startedWhilePaused} tasks were started while paused`);
  return breaches;
}
