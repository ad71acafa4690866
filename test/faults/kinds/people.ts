/** What people do in the middle of faults: pause, switch to a dry run, terminate and start again. */
import { setDryRunSignal } from '../../../workflows/messages.ts';
import type { Episode } from '../episode.ts';
import type { ProcessKind } from '../kind.ts';

async function untilEnded(episode: Episode): Promise<string> {
  let status = '';
  await episode.until('the end of the run', async () => {
    status = (await episode.ask(() => episode.run.describe()))?.status.name ?? 'RUNNING';
    return status !== 'RUNNING';
  });
  return status;
}

export const PEOPLE: readonly ProcessKind[] = [
  {
    level: 'processes',
    name: 'run-terminated',
    does: 'the run is terminated in the middle of a wave, and the next one is started',
    holds: 'the next run takes over what was done, and does the rest once',
    async strike(episode) {
      await episode.untilOutcomes();
      await episode.untilInFlight();
      const done = episode.files.attempts().size;
      await episode.run.terminate('a fault of the campaign');
      episode.bites((await untilEnded(episode)) === 'TERMINATED' && done > 0, 'the run was over, or had done nothing');
      episode.recovers();
      await episode.startRun();
    },
  },
  {
    level: 'processes',
    name: 'paused-and-killed',
    does: 'the run is paused; an agent and the orchestrator are killed and started again; then it is resumed',
    holds: 'it stays paused, and nothing starts meanwhile',
    async strike(episode) {
      await episode.untilOutcomes([0.1, 0.3]);
      await episode.untilInFlight();
      await episode.whilePaused(async () => {
        await Promise.all([episode.kill(episode.victim), episode.kill(episode.stage.orchestrator)]);
        await Promise.all([episode.startVictim(), episode.stage.startOrchestrator()]);
      });
      episode.recovers();
    },
  },
  {
    level: 'processes',
    name: 'dry-run-and-killed',
    does: 'an agent is killed, and the run is switched to a dry run; a second live run does the rest',
    holds: 'what was done is committed, the rest stays in the backlog, and is done once',
    async strike(episode) {
      await episode.untilOutcomes([0.1, 0.3]);
      await episode.untilInFlight();
      await episode.kill(episode.victim);
      await episode.insist('the switch to a dry run', () => episode.run.signal(setDryRunSignal, true));
      await episode.startVictim();
      const status = await untilEnded(episode);
      const switched = episode.files.folder;
      episode.bites(status === 'COMPLETED', `the run in ${switched} ended as ${status}`);
      episode.recovers();
      await episode.startRun();
    },
  },
];
