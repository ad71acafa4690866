/** Clocks that jump hours forward or back. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Episode } from '../episode.ts';
import type { ProcessKind } from '../kind.ts';

const HOUR_MS = 3_600_000;

function jumpMs(episode: Episode): number {
  return Math.round(episode.between(1, 6) * HOUR_MS) * (episode.random() < 0.5 ? 1 : -1);
}

/** Moves the clock after some outcomes, and for half of the episodes back again a little later. */
async function jump(episode: Episode): Promise<void> {
  await episode.untilOutcomes([0.05, 0.3]);
  await episode.untilInFlight();
  const child = episode.victim;
  episode.recovers();
  child?.injection.moveClock(jumpMs(episode));
  const used = () => child?.injection.hits().some((hit) => hit.startsWith('clock ') && hit !== 'clock 0') === true;
  await episode.until('a look at the clock', async () => used() || (await episode.isOver()));
  episode.bites(used(), 'the process did not look at its clock');
  await wait(episode.between(0, 2_000));
  episode.bites(child?.alive === true, 'the process ended');
  if (episode.random() < 0.5) child?.injection.heal();
}

export const CLOCKS: readonly ProcessKind[] = [
  {
    level: 'processes',
    name: 'agent-clock',
    does: 'the clock of an agent jumps 1 to 6 h forward or back',
    holds: 'heartbeats, order and counts do not depend on it; the records stay consistent',
    strike: jump,
  },
  {
    level: 'processes',
    name: 'orchestrator-clock',
    does: 'the clock of the orchestrator jumps 1 to 6 h forward or back; the run is terminated, and the next one is started',
    holds: 'the same, also for taking over what was done, where the orchestrator does look at its clock',
    async strike(episode) {
      await episode.untilOutcomes([0.05, 0.3]);
      await episode.untilInFlight();
      episode.stage.orchestrator?.injection.moveClock(jumpMs(episode));
      await wait(episode.between(0, 500));
      await episode.run.terminate('a fault of the campaign');
      await episode.until('the end of the run', () => episode.isOver());
      episode.recovers();
      await episode.startRun();
      await episode.until('the end of the next run', () => episode.isOver());
      episode.stage.orchestrator?.injection.heal();
    },
  },
];
