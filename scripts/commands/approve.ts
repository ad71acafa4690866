/** `wavewright approve`. */
import type { Command } from 'commander';
import { approveUpdate } from '../../workflows/messages.ts';
import { answerCommand } from '../answer-requests.ts';

export function registerApprove(program: Command): void {
  const command = program
    .command('approve')
    .description('let tasks run that wait for a person')
    .option('--override', 'also those whose confidence is below the threshold; needs --reason');
  answerCommand(command, approveUpdate, 'approve', 'approved');
}
