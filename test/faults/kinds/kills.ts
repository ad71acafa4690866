/** `kill -9` of agent, orchestrator, server, and all of them at once; and processes that only stood still. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Episode } from '../episode.ts';
import { VICTIM } from '../episode.ts';
import type { FileFault } from '../injection.ts';
import type { ProcessKind } from '../kind.ts';

const PLANNING: Pick<FileFault, 'path' | 'step'> = { path: '/wave_\\d+/plans/', step: 'any' };

/** Steps of a commit: the records, the entry that makes them count, and the files that are derived from it. */
export function commitStep(episode: Episode): Omit<FileFault, 'fault'> {
  const [path, most] = episode.oneOf<[string, number]>([
    ['/wave_\\d+/records/', 50],
    ['/phase22/ledger/', 4],
    ['/phase22/[^/]*$', 20],
  ]);
  return { path, step: 'any', nth: Math.floor(episode.between(1, most + 1)) };
}

/** Lets the orchestrator stand still at a step on its files, and waits until it does. */
export async function holdOrchestrator(episode: Episode, where: Omit<FileFault, 'fault'>): Promise<void> {
  const { injection } = await episode.stage.anOrchestrator();
  const before = injection.hits().length;
  injection.breakFiles({ ...where, fault: 'hold' });
  await episode.until(`a step on ${where.path}`, () => injection.hits().length > before);
}

/** Kills the orchestrator, starts another, and waits for progress of that one. */
async function replaceOrchestrator(episode: Episode): Promise<void> {
  await episode.kill(episode.stage.orchestrator);
  const since = performance.now();
  await episode.stage.startOrchestrator();
  episode.recovers({ since });
}

async function replaceServer(episode: Episode): Promise<void> {
  const pid = await episode.stage.killServer();
  episode.kills += 1;
  episode.bites(!isAlive(pid), `the server, process ${pid}, lives on`);
  const since = performance.now();
  await episode.stage.startServer();
  // What agents still did by themselves is no recovery.
  episode.recovers({ since });
}

/** The first entry is that of the run's lease, the second that of its first wave. */
function committed(episode: Episode): boolean {
  return episode.files.all().some((file) => file.endsWith('/00000002.json'));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export const KILLS: readonly ProcessKind[] = [
  {
    level: 'processes',
    name: 'agent-killed',
    does: '`kill -9` of an agent with tasks in flight; it is started again',
    holds: 'its tasks fail over or are asked again with the same key',
    async strike(episode) {
      await episode.untilOutcomes();
      await episode.untilInFlight();
      const inFlight = episode.inFlight();
      await episode.kill(episode.victim);
      episode.bites(inFlight.length > 0, 'the agent had nothing in flight');
      episode.recovers({ attempts: inFlight });
      await episode.startVictim();
    },
  },
  {
    level: 'processes',
    name: 'orchestrator-killed',
    does: '`kill -9` of the orchestrator: after some outcomes, at a step of planning, at a step of the commit, or while paused',
    holds: 'another one goes on from the history; the wave is committed once',
    async strike(episode) {
      const moment = episode.oneOf(['outcomes', 'planning', 'commit', 'paused']);
      if (moment === 'paused') {
        await episode.untilOutcomes();
        return episode.whilePaused(() => replaceOrchestrator(episode));
      }
      if (moment === 'outcomes') await episode.untilOutcomes();
      if (moment === 'planning') {
        await holdOrchestrator(episode, { ...PLANNING, nth: Math.floor(episode.between(1, 12)) });
      }
      if (moment === 'commit') {
        await episode.untilOutcomes();
        await holdOrchestrator(episode, commitStep(episode));
      }
      await replaceOrchestrator(episode);
    },
  },
  {
    level: 'processes',
    name: 'server-killed',
    does: '`kill -9` of the server: after some outcomes, at a step of the commit, or while paused; it is started again on its database',
    holds: 'everybody connects again and the run goes on',
    async strike(episode) {
      const moment = episode.oneOf(['outcomes', 'commit', 'paused']);
      if (moment === 'paused') {
        await episode.untilOutcomes();
        return episode.whilePaused(() => replaceServer(episode));
      }
      await episode.untilOutcomes();
      if (moment === 'outcomes') await episode.untilInFlight();
      else await holdOrchestrator(episode, commitStep(episode));
      await replaceServer(episode);
      episode.stage.orchestrator?.injection.heal();
    },
  },
  {
    level: 'processes',
    name: 'all-killed',
    does: '`kill -9` of server, orchestrator and every agent at once; all are started again',
    holds: 'the run goes on from the database and the files',
    async strike(episode) {
      await episode.untilOutcomes();
      await episode.untilInFlight();
      const { stage } = episode;
      await Promise.all([
        stage.killServer(),
        episode.kill(stage.orchestrator),
        episode.kill(episode.victim),
        episode.kill(episode.others),
      ]);
      episode.kills += 1;
      const since = performance.now();
      await stage.startServer();
      episode.recovers({ since });
      await Promise.all([stage.startOrchestrator(), episode.startVictim(), episode.startOthers()]);
    },
  },
  {
    level: 'processes',
    name: 'agent-left',
    does: 'SIGTERM of an agent with tasks in flight; it is started again once it has ended',
    holds: 'what it runs ends and counts, what it has not begun is planned elsewhere',
    async strike(episode) {
      await episode.untilOutcomes();
      await episode.untilInFlight();
      const leaving = episode.victim;
      episode.recovers();
      await leaving?.kill('SIGTERM');
      episode.bites(leaving?.alive === false && leaving.endedBy === null, 'the agent did not end by itself');
      await episode.startVictim();
    },
  },
  {
    level: 'processes',
    name: 'copies-and-killed',
    does: 'an agent straggles until its last tasks run a second time elsewhere; then `kill -9` of the orchestrator',
    holds: 'each task counts once, where it was first accepted, and takes one effect',
    straggling: 3_000,
    async strike(episode) {
      const copied = () => {
        const slow = new Set(episode.inFlight().map((name) => name.split(' ')[1]));
        const others = episode.agents.requests().filter(({ agent_id }) => agent_id !== VICTIM);
        return others.some(({ task_id }) => slow.has(task_id));
      };
      await episode.until('a second copy', copied);
      await replaceOrchestrator(episode);
    },
  },
  {
    level: 'processes',
    name: 'agent-zombie',
    does: 'SIGSTOP of an agent beyond its heartbeat; once its tasks failed over, SIGCONT',
    holds: 'what the zombie still does counts for nothing, and its effects are those of the same keys',
    async strike(episode) {
      await episode.untilOutcomes([0.1, 0.3]);
      await episode.untilInFlight();
      const inFlight = episode.inFlight();
      await episode.victim?.kill('SIGSTOP');
      episode.recovers({ attempts: inFlight });
      const left = () => episode.agents.requests().filter(({ agent_id }) => agent_id !== VICTIM);
      const names = new Set(inFlight.map((name) => name.split(' ')[1]));
      const before = left().length;
      // Tasks that only this agent can do wait for it, so there may be nothing that fails over.
      await episode
        .until(
          'a task that failed over',
          () =>
            left()
              .slice(before)
              .some(({ task_id }) => names.has(task_id)),
          9_000,
        )
        .catch(() => undefined);
      episode.bites(episode.victim?.alive === true, 'the agent ended');
      await episode.victim?.kill('SIGCONT');
    },
  },
  {
    level: 'processes',
    name: 'commit-raced',
    does: 'SIGSTOP of an orchestrator at a step of its commit, beyond its heartbeat; another one commits the same wave; SIGCONT',
    holds: 'the ledger has one entry for the wave',
    async strike(episode) {
      const { stage } = episode;
      await episode.untilOutcomes();
      // Before its entry: of two who may both still commit, one does.
      const [path, most] = episode.oneOf<[string, number]>([
        ['/wave_\\d+/records/', 50],
        ['/phase22/ledger/', 4],
      ]);
      await holdOrchestrator(episode, { path, step: 'any', nth: Math.floor(episode.between(1, most + 1)) });
      episode.bites(!committed(episode), 'the wave was committed before');
      const zombie = stage.orchestrator;
      await zombie?.kill('SIGSTOP');
      const since = performance.now();
      await stage.startOrchestrator();
      episode.recovers({ since });
      // The frozen one's open polls may take two workflow tasks and two activities, each for 10 s, besides its commit.
      await episode.until('a commit by the other orchestrator', () => committed(episode));
      zombie?.injection.heal();
      await zombie?.kill('SIGCONT');
      // Time for its commit to go on to its end.
      await wait(1_000);
      episode.bites(zombie?.alive === true, 'the first orchestrator ended');
      await zombie?.kill('SIGKILL');
    },
  },
];
