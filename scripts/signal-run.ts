/** Sending one Temporal Signal to a run, which passes it on to its open wave. */
import type { SignalDefinition } from '@temporalio/client';
import type { Command } from 'commander';
import { withSession, type GlobalOptions } from './connect.ts';
import { explainNotOpen, findRunToControl } from './find-run.ts';

/** Sends `signal` to the run named, or the only open one, and says what follows from it. */
export async function signalRun<Args extends unknown[]>(
  command: Command,
  runId: string | undefined,
  signal: SignalDefinition<Args>,
  args: Args,
  effect: string,
): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  await withSession(options, async ({ client }) => {
    const found = await findRunToControl(client, runId);
    try {
      await client.workflow.getHandle(found).signal(signal, ...args);
    } catch (error) {
      throw await explainNotOpen(client, found, error);
    }
    if (options.json === true) console.log(JSON.stringify({ execution_id: found, signal: signal.name }));
    else console.log(`Run ${found}: ${effect}`);
  });
}
