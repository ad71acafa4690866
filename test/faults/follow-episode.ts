/** Answers what a run asks people and waits for its end, whatever is down meanwhile. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ApprovalRequest } from '../../domain/model/run.ts';
import { approveUpdate, rejectUpdate, waveProgressQuery } from '../../workflows/messages.ts';
import { approvalOf } from '../workflows/follow-run.ts';
import type { Episode } from './episode.ts';

const POLL_MS = 60;

export interface Followed {
  /** As the run was closed: `completed`, …; or Temporal's word for one that did not end by itself. */
  status: string;
  /** Tasks that need a person and were asked for before any person had answered. */
  early: string[];
}

/**
 * Follows the episode's run until it is closed and `struck` says that no other one will be started. Throws when that takes
 * longer than `limitMs`.
 */
export async function followEpisode(episode: Episode, struck: () => boolean, limitMs: number): Promise<Followed> {
  const deadline = performance.now() + limitMs;
  const seen = new Set<string>();
  const opened = new Set<string>();
  const early: string[] = [];
  for (;;) {
    await wait(POLL_MS);
    const { run } = episode;
    const wasStruck = struck();
    const described = await episode.ask(() => run.describe());
    if (described !== null && described.status.name !== 'RUNNING' && wasStruck && run === episode.run) {
      return { status: await endOf(episode, described.status.name), early };
    }
    if (performance.now() > deadline) {
      const stands = JSON.stringify(await episode.progress());
      throw new Error(`the run did not end within ${limitMs / 1000} s; it stands at ${stands}`);
    }
    const progress = await episode.progress();
    // The wave gate asks a person where a wave had nothing to measure, such as one of rejected tasks only.
    if (progress?.status === 'paused' && progress.reason !== null) await episode.resume();
    const open = progress?.open_wave;
    if (!open) continue;
    // Until its wave is open, executors that a terminated run has left may still end what was approved there.
    if (!opened.has(open.workflow_id)) episode.waveOpened();
    opened.add(open.workflow_id);
    const wave = episode.stage.client.workflow.getHandle(open.workflow_id);
    const requests = (await episode.ask(() => wave.query(waveProgressQuery)))?.requests ?? [];
    for (const request of requests) {
      const name = `${open.workflow_id} ${request.request}`;
      // Before the first answer none of its tasks may have been asked for.
      if (!seen.has(name)) early.push(...started(episode, request));
      seen.add(name);
      const update = episode.shape.person === 'approved' ? approveUpdate : rejectUpdate;
      await episode.ask(() => wave.executeUpdate(update, { args: [approvalOf(request)] }));
    }
  }
}

/** Tasks of the request's wave that declare a risk which needs a person, and were asked for in this run. */
function started(episode: Episode, { wave, risk_level }: ApprovalRequest): string[] {
  const tasks = episode.tasks();
  return episode.agents
    .requests()
    .slice(episode.requestsBefore)
    .map(({ task_id }) => task_id)
    .filter((task) => task.startsWith(`task_${wave}_`) && tasks.get(task) === risk_level && risk_level !== 'MEDIUM');
}

async function endOf(episode: Episode, temporalStatus: string): Promise<string> {
  if (temporalStatus !== 'COMPLETED') return temporalStatus.toLowerCase();
  const result = await episode.ask(() => episode.run.result());
  return result?.status ?? 'completed without a result';
}
