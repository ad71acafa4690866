/** Processes of another build that take over in the middle of a run. */
import { readFileSync } from 'node:fs';
import { VICTIM, type Episode } from '../episode.ts';
import type { ProcessKind } from '../kind.ts';

function asked(episode: Episode): number {
  return episode.agents.requests().filter(({ agent_id }) => agent_id === VICTIM).length;
}

export const BUILDS: readonly ProcessKind[] = [
  {
    level: 'processes',
    name: 'orchestrator-build',
    does: 'an orchestrator of another build joins in the middle of a paused wave; it is resumed, then the first one is killed',
    holds: 'the history replays on the other build, and the run goes on',
    async strike(episode) {
      const { stage } = episode;
      const [own, other] = await Promise.all([stage.bundle('own'), stage.bundle('other')]);
      episode.bites(readFileSync(own, 'utf8') !== readFileSync(other, 'utf8'), 'both builds are the same');
      await episode.untilOutcomes([0.1, 0.3]);
      const first = stage.orchestrator;
      // Paused, so that the wave does not end while the other one starts.
      await episode.whilePaused(async () => void (await stage.startOrchestrator('other')));
      await episode.untilInFlight('all');
      await episode.kill(first);
      episode.recovers();
    },
  },
  {
    level: 'processes',
    name: 'agent-build',
    does: 'an agent is killed, the run is paused, one of another build takes its place, and the run is resumed',
    holds: 'it goes on from the segments of the first',
    async strike(episode) {
      await episode.untilOutcomes([0.05, 0.2]);
      await episode.untilInFlight();
      const inFlight = episode.inFlight();
      await episode.kill(episode.victim);
      episode.recovers({ attempts: inFlight });
      const before = asked(episode);
      await episode.whilePaused(() => episode.startVictim('other'));
      await episode.until('a task on the other build', () => asked(episode) > before);
    },
  },
];
