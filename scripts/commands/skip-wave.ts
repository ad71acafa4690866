/** `wavewright skip-wave`. */
import { InvalidArgumentError, type Command } from 'commander';
import { skipWaveUpdate } from '../../workflows/messages.ts';
import { updateRun } from '../update-run.ts';

export function registerSkipWave(program: Command): void {
  program
    .command('skip-wave')
    .description('end the open wave, or leave out a later one; its tasks return in the next run')
    .argument('[runId]')
    .option('--wave <number>', 'the wave; the open one, or else the next, when absent', waveNumber)
    .action((runId: string | undefined, { wave }: { wave?: number }, command: Command) =>
      updateRun(command, runId, skipWaveUpdate, wave === undefined ? null : { wave }),
    );
}

function waveNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a wave number from 1.');
  return Number(text);
}
