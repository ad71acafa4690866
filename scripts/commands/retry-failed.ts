/** `wavewright retry-failed`. */
import type { Command } from 'commander';
import { retryFailedUpdate } from '../../workflows/messages.ts';
import { updateRun } from '../update-run.ts';

export function registerRetryFailed(program: Command): void {
  program
    .command('retry-failed')
    .description('run tasks that failed for good again, in the run’s next wave')
    .argument('[runId]')
    .option('--task <id...>', 'these tasks; all of them when absent')
    .action((runId: string | undefined, { task }: { task?: string[] }, command: Command) =>
      updateRun(command, runId, retryFailedUpdate, task === undefined ? null : { tasks: task }),
    );
}
