/** Names of the Temporal task queues. */
export const ORCHESTRATOR_QUEUE = 'wavewright';

/** An agent's own queue; datasets do not share agents. */
export function agentQueue(dataset: string, agentId: string): string {
  return `wavewright-agent-${dataset}-${agentId}`;
}
