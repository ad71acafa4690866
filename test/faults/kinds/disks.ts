/** Disks that are full or broken, in the orchestrator's commit and plans and in an agent's segments. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Episode } from '../episode.ts';
import type { FileFault } from '../injection.ts';
import type { ProcessKind } from '../kind.ts';
import { commitStep } from './kills.ts';

/** Breaks the files of a process until some steps have failed, then mends them. */
async function breakUntilHit(
  episode: Episode,
  who: 'victim' | 'orchestrator',
  fault: FileFault,
  healAfterMs: number,
): Promise<void> {
  const process = who === 'victim' ? episode.victim : await episode.stage.anOrchestrator();
  if (process === null) throw new Error('nothing to break');
  const { injection } = process;
  const before = injection.hits().length;
  injection.breakFiles(fault);
  await episode.until(`a failed step on ${fault.path}`, () => injection.hits().length > before);
  await wait(healAfterMs);
  episode.bites(process.alive, `${process.name} ended`);
  injection.heal();
  episode.recovers();
}

export const DISKS: readonly ProcessKind[] = [
  {
    level: 'processes',
    name: 'commit-disk-full',
    does: 'ENOSPC from the n-th step of a commit on (records, entry, derived files), for up to 1.5 s',
    holds: 'the commit is tried again and appears whole, once',
    async strike(episode) {
      await episode.untilOutcomes();
      const fault: FileFault = { ...commitStep(episode), fault: 'ENOSPC' };
      await breakUntilHit(episode, 'orchestrator', fault, episode.between(0, 1_500));
    },
  },
  {
    level: 'processes',
    name: 'commit-io-error',
    does: 'EIO once, at the n-th step of a commit: open, write, sync, link or rename',
    holds: 'the same',
    async strike(episode) {
      await episode.untilOutcomes();
      await breakUntilHit(episode, 'orchestrator', { ...commitStep(episode), fault: 'once:EIO' }, 0);
    },
  },
  {
    level: 'processes',
    name: 'plan-io-error',
    does: 'EIO once, at the n-th step of writing a plan',
    holds: 'the plan is made again; no agent sees half of it',
    async strike(episode) {
      const nth = Math.floor(episode.between(1, 12));
      const fault: FileFault = { path: '/wave_\\d+/plans/', step: 'any', nth, fault: 'once:EIO' };
      await breakUntilHit(episode, 'orchestrator', fault, 0);
    },
  },
  {
    level: 'processes',
    name: 'segment-disk-full',
    does: 'ENOSPC from the n-th write or sync of an agent on its segments on, for up to 1 s',
    holds: 'what was not written does not count and is asked again with the same key',
    async strike(episode) {
      await episode.untilInFlight();
      const nth = Math.floor(episode.between(1, 12));
      const fault: FileFault = { path: '/segments/', step: 'any', nth, fault: 'ENOSPC' };
      await breakUntilHit(episode, 'victim', fault, episode.between(0, 1_000));
    },
  },
];
