/** `wavewright resume`. */
import type { Command } from 'commander';
import { resumeSignal } from '../../workflows/messages.ts';
import { signalRun } from '../signal-run.ts';

export function registerResume(program: Command): void {
  program
    .command('resume')
    .description('go on after a pause')
    .argument('[runId]')
    .action((runId: string | undefined, _: unknown, command: Command) =>
      signalRun(command, runId, resumeSignal, [], 'asked to go on.'),
    );
}
