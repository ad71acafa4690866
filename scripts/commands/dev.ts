import type { Command } from 'commander';
import { ORCHESTRATOR_QUEUE } from '../../domain/model/task-queues.ts';
import { ensureDemoDataset } from '../../store/demo-dataset.ts';
import { dataRoot } from '../../workers/process-settings.ts';
import { readPorts } from '../embedded.ts';
import { startStack } from '../stack.ts';
import { withTicker } from '../ui/ticker.ts';
import { untilStopped } from '../until-stopped.ts';

export function registerDev(program: Command): void {
  program
    .command('dev')
    .description('server, UI, orchestrator and agents, until Ctrl-C')
    .option('--port <port>', 'of the Temporal server', '7233')
    .option('--ui-port <port>', 'of its web page', '8233')
    .action(async (options: { port: string; uiPort: string }) => {
      const root = dataRoot(process.env);
      await ensureDemoDataset(root);
      const stopped = untilStopped();
      const stack = await startStack({
        ports: readPorts(options),
        dataRoot: root,
        dataset: null,
      });
      const elsewhere = options.port === '7233' ? '' : ` --address ${stack.server.address}`;
      const start = `namespaces/default/workflows/start-workflow?workflowType=multiWaveRun&taskQueue=${ORCHESTRATOR_QUEUE}`;
      console.log(
        [
          '',
          `Temporal server   ${stack.server.address}`,
          `Web page          ${stack.server.uiAddress}`,
          `Datasets          ${root} (${stack.fleet.agents().length} agents served)`,
          '',
          'Start a run in the web page, with the input {} for a dry run of the demo dataset:',
          `  ${stack.server.uiAddress}/${start}`,
          '  (the form shows the input of the latest run, if there was one: put {} in its place)',
          'or from another terminal:',
          `  npx wavewright start --wait${elsewhere}          # a dry run`,
          `  npx wavewright start --live --wait${elsewhere}`,
          '',
          'Ctrl-C stops everything; a run goes on when `dev` is started again.',
        ].join('\n'),
      );
      await Promise.race([stopped, stack.server.exited]);
      await withTicker('Stopping', () => stack.stop());
    });
}
