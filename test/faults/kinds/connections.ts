/** Connections to the server that break, swallow everything, or are slow; and a server that is restarted in good order. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Episode } from '../episode.ts';
import type { Child } from '../child-processes.ts';
import type { ProcessKind } from '../kind.ts';

/** Breaks the connection for a drawn time, shorter or longer than a heartbeat time-out. */
async function cutFor(episode: Episode, child: Child | null): Promise<void> {
  const before = child?.link.severed ?? 0;
  child?.link.cut();
  await wait(episode.between(500, 6_000));
  episode.bites((child?.link.severed ?? 0) > before, 'no connection was cut');
  child?.link.heal();
  episode.recovers();
}

/** Holds everything for a while, then passes it on slowly for a while. */
async function slowFor(episode: Episode, child: Child | null): Promise<void> {
  const before = child?.link.held ?? 0;
  child?.link.stall();
  await wait(episode.between(500, 4_000));
  child?.link.heal();
  child?.link.delay(episode.between(100, 400));
  await wait(episode.between(1_000, 3_000));
  child?.link.heal();
  episode.bites((child?.link.held ?? 0) > before, 'nothing was slow');
  episode.recovers();
}

async function underWay(episode: Episode): Promise<void> {
  await episode.untilOutcomes([0.05, 0.4]);
  await episode.untilInFlight();
}

export const CONNECTIONS: readonly ProcessKind[] = [
  {
    level: 'processes',
    name: 'agent-cut',
    does: 'the connection of an agent is cut for 0.5 to 6 s',
    holds: 'its chunks are reported late or fail over; nothing counts twice',
    async strike(episode) {
      await underWay(episode);
      await cutFor(episode, episode.victim);
    },
  },
  {
    level: 'processes',
    name: 'agent-slow',
    does: 'the connection of an agent is held for 0.5 to 4 s, then slowed by 0.1 to 0.4 s each way',
    holds: 'the same',
    async strike(episode) {
      await underWay(episode);
      await slowFor(episode, episode.victim);
    },
  },
  {
    level: 'processes',
    name: 'orchestrator-cut',
    does: 'the connection of the orchestrator is cut for 0.5 to 6 s',
    holds: 'agents go on with what they have; decisions are made once',
    async strike(episode) {
      await underWay(episode);
      await cutFor(episode, episode.stage.orchestrator);
    },
  },
  {
    level: 'processes',
    name: 'orchestrator-slow',
    does: 'the connection of the orchestrator is held for 0.5 to 4 s, then slowed',
    holds: 'the same',
    async strike(episode) {
      await underWay(episode);
      await slowFor(episode, episode.stage.orchestrator);
    },
  },
  {
    level: 'processes',
    name: 'server-restarted',
    does: 'the server is stopped in good order, stays away for up to 2 s, and is started again on its database',
    holds: 'everybody connects again and the run goes on',
    async strike(episode) {
      await underWay(episode);
      await episode.stage.stopServer();
      const answered = await episode.ask(() => episode.run.describe());
      episode.bites(answered === null, 'the server still answered');
      await wait(episode.between(0, 2_000));
      const since = performance.now();
      await episode.stage.startServer();
      episode.recovers({ since });
    },
  },
];
