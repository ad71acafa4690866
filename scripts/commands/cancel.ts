/** `wavewright cancel`. */
import type { Command } from 'commander';
import { withSession, type GlobalOptions } from '../connect.ts';
import { exitCodes } from '../exit-codes.ts';
import { explainNotOpen, findRunToControl, requireOpen } from '../find-run.ts';
import { followRun } from '../follow.ts';

export function registerCancel(program: Command): void {
  program
    .command('cancel')
    .description('end a run early; running tasks finish and what was done is kept')
    .argument('[runId]')
    .option('--wait', 'follow the run until it has ended; its exit code is then 1, as of any run that ended early')
    .action(async (runId: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { wait?: true }>();
      const json = options.json === true;
      process.exitCode = await withSession(options, async ({ client }) => {
        const found = await findRunToControl(client, runId);
        await requireOpen(client, found);
        try {
          await client.workflow.getHandle(found).cancel();
        } catch (error) {
          throw await explainNotOpen(client, found, error);
        }
        if (options.wait === true) return followRun(client, found, { json });
        if (json) console.log(JSON.stringify({ execution_id: found, cancel: 'requested' }));
        else console.log(`Run ${found}: asked to end. Running tasks finish; what was done is kept.`);
        return exitCodes.ok;
      });
    });
}
