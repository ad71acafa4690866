/** `wavewright status`: what a run does now. */
import type { Command } from 'commander';
import { withSession, type GlobalOptions } from '../connect.ts';
import { findRunToShow } from '../find-run.ts';
import { exitCodeOf, followRun, printRun } from '../follow.ts';
import { takeSnapshot } from '../snapshot.ts';

export function registerStatus(program: Command): void {
  program
    .command('status')
    .description('show a run, live on a terminal; the newest when none is named')
    .argument('[runId]')
    .option('--once', 'show it once and leave')
    .action(async (runId: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { once?: true }>();
      const json = options.json === true;
      process.exitCode = await withSession(options, async ({ client }) => {
        const found = await findRunToShow(client, runId);
        if (process.stdout.isTTY && options.once !== true && !json) return followRun(client, found, { json });
        const snapshot = await takeSnapshot(client, found);
        printRun(snapshot, { json });
        return exitCodeOf(snapshot);
      });
    });
}
