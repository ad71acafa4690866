/** `wavewright dry-run`. */
import type { Command } from 'commander';
import { setDryRunSignal } from '../../workflows/messages.ts';
import { signalRun } from '../signal-run.ts';

const effect = 'asked to only forecast from here on. There is no way back: a dry run never becomes live.';

export function registerDryRun(program: Command): void {
  program
    .command('dry-run')
    .description('turn a live run into a dry run; what is not yet dispatched stays in the backlog')
    .argument('[runId]')
    .action((runId: string | undefined, _: unknown, command: Command) =>
      signalRun(command, runId, setDryRunSignal, [{ dryRun: true }], effect),
    );
}
