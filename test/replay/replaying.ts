/** Replays a history with the workflows of a tree, and tells what they asked for. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Worker, type InjectedSinks } from '@temporalio/worker';
import { workflowIdOf } from './history-facts.ts';
import type { Recorded } from './history-file.ts';
import type { CommandSinks } from './recording-interceptor.ts';

const INTERCEPTOR = fileURLToPath(new URL('./recording-interceptor.ts', import.meta.url));

/** The workflows below `root`, with the interceptor that tells what they ask for. */
export function recordingBundle(root: string): Promise<{ code: string }> {
  return bundleWorkflowCode({
    workflowsPath: join(root, 'workflows/bundle-entry.ts'),
    workflowInterceptorModules: [INTERCEPTOR],
    logger: new DefaultLogger('ERROR'),
  });
}

/** What the workflow asked for. Throws `DeterminismViolationError` where commands are of another kind than recorded. */
export async function replay(bundle: { code: string }, history: Recorded): Promise<string[]> {
  const asked: string[] = [];
  const sinks: InjectedSinks<CommandSinks> = {
    commands: {
      asked: {
        fn: (_info, command, args) => void asked.push(`${command} ${JSON.stringify(args)}`),
        callDuringReplay: true,
      },
    },
  };
  await Worker.runReplayHistory({ workflowBundle: bundle, sinks }, history, workflowIdOf(history));
  return asked;
}

/** Without the timers that the workflow gave up in the same breath: no history knows them. */
export function withoutPassingTimers(asked: readonly string[], recorded: readonly string[]): string[] {
  const timerOf = (command: string) => /^timer \d+/.exec(command)?.[0] ?? null;
  const kept = new Set(recorded.map(timerOf));
  return asked.filter((command) => kept.has(timerOf(command)));
}
