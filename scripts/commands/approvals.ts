/** `wavewright approvals`: what waits for people, in every run. */
import type { Command } from 'commander';
import { withSession, type GlobalOptions } from '../connect.ts';
import { exitCodes } from '../exit-codes.ts';
import { renderWaiting } from '../ui/waiting-view.ts';
import { findWaiting } from '../waiting.ts';

export function registerApprovals(program: Command): void {
  program
    .command('approvals')
    .description('list what waits for people in all open runs, with the commands to answer')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      process.exitCode = await withSession(options, async (session) => {
        const waiting = await findWaiting(session);
        console.log(options.json === true ? JSON.stringify(waiting) : renderWaiting(waiting, Date.now()));
        // A list that may lack something is not taken for a whole one.
        return waiting.silent.length > 0 ? exitCodes.noOrchestrator : exitCodes.ok;
      });
    });
}
