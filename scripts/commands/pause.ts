/** `wavewright pause`. */
import type { Command } from 'commander';
import { pauseSignal } from '../../workflows/messages.ts';
import { signalRun } from '../signal-run.ts';

export function registerPause(program: Command): void {
  program
    .command('pause')
    .description('start nothing new; running tasks finish')
    .argument('[runId]')
    .action((runId: string | undefined, _: unknown, command: Command) =>
      signalRun(command, runId, pauseSignal, [], 'asked to pause. Nothing new starts; running tasks finish.'),
    );
}
