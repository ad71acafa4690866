import type { AgentSession } from './agent-session.ts';
import { waveFiles } from './dependencies.ts';
import type { DrainArgs } from './interface.ts';

/**
 * Chunks of an earlier epoch start nothing more, also where another process of the agent takes them up later: the epoch is
 * written down. Answering at all says that the agent is there.
 */
export function createDrain({ dataRoot, session }: { dataRoot: string; session: AgentSession }) {
  return async function drain(args: DrainArgs): Promise<{ epoch: number }> {
    session.drain(args);
    if (args.abandon !== undefined) session.giveUp(args.ref, args.abandon);
    if (args.epoch > 0) await waveFiles(dataRoot, args.ref).drained(args.agentId, args.epoch).write(args);
    return { epoch: args.epoch };
  };
}
