/** `wavewright reject`. */
import type { Command } from 'commander';
import { rejectUpdate } from '../../workflows/messages.ts';
import { answerCommand } from '../answer-requests.ts';

export function registerReject(program: Command): void {
  const command = program.command('reject').description('keep tasks that wait for a person from running in this run');
  answerCommand(command, rejectUpdate, 'reject', 'rejected');
}
