import type { Command } from 'commander';
import { BadInputError } from '../../contracts/bad-input.ts';
import { datasetAgents } from '../../workers/agents/fleet.ts';
import { serveAgents } from '../../workers/agents/serve-agents.ts';
import { processSettings } from '../../workers/process-settings.ts';
import { exitWithParent } from '../../workers/supervisor/exit-with-parent.ts';
import { AGENTS_READY, superviseFleet } from '../../workers/supervisor/fleet-processes.ts';
import { processEnvironment } from '../connect.ts';
import type { GlobalOptions } from '../connect.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { untilStopped } from '../until-stopped.ts';
import { printEvent } from '../ui/process-events.ts';
import { WORKING_FOLDER } from '../working-folder.ts';

export function registerAgents(program: Command): void {
  program
    .command('agents')
    .description('serve agents: those of every dataset, of one, or some of one')
    .option('--dataset <name>', 'only the agents of this dataset')
    .option('--agent <id...>', 'only these agents of the dataset, in this very process')
    .action(async (options: { dataset?: string; agent?: string[] }, command: Command) => {
      exitWithParent();
      const env = processEnvironment(command.optsWithGlobals<GlobalOptions>());
      const settings = processSettings(env);
      if (options.agent) return serveSome(settings, options.dataset, options.agent);
      const fleet = await superviseFleet({
        dataRoot: settings.dataRoot,
        dataset: options.dataset ?? null,
        env,
        logFolder: `${WORKING_FOLDER}/logs`,
        onEvent: printEvent,
        onFault: (dataset, error) => console.error(`${dataset}: its agents cannot be served: ${error.message}`),
      });
      console.log(
        `${fleet.agents().length} agent(s) served, each dataset's by processes of their own. Ctrl-C stops them.`,
      );
      await untilStopped();
      await fleet.stop();
    });
}

async function serveSome(
  settings: ReturnType<typeof processSettings>,
  dataset: string | undefined,
  ids: string[],
): Promise<void> {
  if (dataset === undefined) throw new CommandError(exitCodes.badInput, '--agent needs --dataset.');
  const known = await datasetAgents(settings.dataRoot, dataset);
  const agents = known.filter(({ entry }) => ids.includes(entry.agent_id));
  const missing = ids.filter((id) => !agents.some(({ entry }) => entry.agent_id === id));
  if (missing.length > 0) {
    const names = known.map(({ entry }) => entry.agent_id).join(', ') || 'none';
    throw new BadInputError([
      { field: '--agent', value: missing.join(', '), expected: `agents of ${dataset}: ${names}` },
    ]);
  }
  await serveAgents(settings, agents, () => console.log(`${AGENTS_READY}: ${dataset}/${ids.join(', ')}`));
}
