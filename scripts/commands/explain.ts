/** `wavewright explain`: why a run, one of its agents or one of its tasks waits. */
import type { Command } from 'commander';
import { explainUpdate } from '../../workflows/messages.ts';
import { withSession, type GlobalOptions } from '../connect.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { findRunToControl } from '../find-run.ts';
import { sendUpdate } from '../send-update.ts';
import { noOrchestrator, takeSnapshot } from '../snapshot.ts';
import { plainText } from '../ui/plain-text.ts';

export function registerExplain(program: Command): void {
  program
    .command('explain')
    .description('say why a run, or an agent or task of its open wave, waits')
    .argument('[name]', 'an agent or a task; the run and its open wave when absent')
    .argument('[runId]', 'the run; the only open one when absent')
    .action(async (name: string | undefined, runId: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      process.exitCode = await withSession(options, async ({ client }) => {
        const found = await findRunToControl(client, runId);
        const { run: progress, note } = await takeSnapshot(client, found);
        if (progress === null) throw new CommandError(exitCodes.noOrchestrator, `${note ?? noOrchestrator}.`);
        const wave = progress.open_wave?.workflow_id;
        const targets = name === undefined ? [found, ...(wave ? [wave] : [])] : [wave ?? found];
        let ok = true;
        for (const target of targets) {
          const { accepted, result } = await sendUpdate(client, target, explainUpdate, name ?? null);
          ok &&= accepted;
          if (options.json === true) console.log(JSON.stringify({ workflow_id: target, accepted, result }));
          else if (!accepted) console.error(`error: ${plainText(result)}`);
          else console.log(`${plainText(result.about)}: ${plainText(result.says)}`);
        }
        return ok ? exitCodes.ok : exitCodes.badInput;
      });
    });
}
