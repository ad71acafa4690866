import type { Command } from 'commander';
import { createOrchestrator } from '../../workers/orchestrator/orchestrator.ts';
import { processSettings } from '../../workers/process-settings.ts';
import { exitWithParent } from '../../workers/supervisor/exit-with-parent.ts';
import { processEnvironment } from '../connect.ts';
import type { GlobalOptions } from '../connect.ts';

/** What the process prints once it polls. */
export const ORCHESTRATOR_READY = 'orchestrator ready';

export function registerOrchestrator(program: Command): void {
  program
    .command('orchestrator')
    .description('serve the workflows and their activities')
    .action(async (_options: unknown, command: Command) => {
      exitWithParent();
      const settings = processSettings(processEnvironment(command.optsWithGlobals<GlobalOptions>()));
      const orchestrator = await createOrchestrator(settings);
      console.log(`${ORCHESTRATOR_READY}: datasets below ${settings.dataRoot}`);
      await orchestrator.run();
    });
}
