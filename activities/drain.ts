import type { AgentSession } from './agent-session.ts';
import type { DrainArgs } from './interface.ts';

/** Tells the agent's chunks of earlier epochs to start nothing more. With epoch 0 it only shows that the agent is there. */
export function createDrain(session: AgentSession) {
  return function drain(args: DrainArgs): Promise<{ epoch: number }> {
    session.drain(args);
    return Promise.resolve({ epoch: args.epoch });
  };
}
