/** Commands that ask something of a run by one Temporal Update, and print its answer. */
import type { UpdateDefinition } from '@temporalio/client';
import type { Command } from 'commander';
import { withSession, type GlobalOptions } from './connect.ts';
import { exitCodes } from './exit-codes.ts';
import { findRunToControl } from './find-run.ts';
import { sendUpdate } from './send-update.ts';
import { plainText } from './ui/plain-text.ts';

/** Sends `update` to the run named, or the only open one. */
export async function updateRun<Payload>(
  command: Command,
  runId: string | undefined,
  update: UpdateDefinition<string, [Payload]>,
  payload: Payload,
): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  process.exitCode = await withSession(options, async ({ client }) => {
    const found = await findRunToControl(client, runId);
    const { accepted, result } = await sendUpdate(client, found, update, payload);
    if (options.json === true) console.log(JSON.stringify({ execution_id: found, accepted, result }));
    else if (accepted) console.log(`Run ${found}: ${plainText(result)}`);
    else console.error(`error: run ${found} refused: ${plainText(result)}`);
    return accepted ? exitCodes.ok : exitCodes.badInput;
  });
}
