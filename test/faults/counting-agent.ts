/** Agents that count what they are asked and what takes effect, for datasets of the campaign. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./counting-agent.sh', import.meta.url));

export interface CountedRequest {
  agent_id: string;
  task_id: string;
  attempt: number;
  key: string;
}

/** Agents whose every effect is counted. */
export interface CountingAgents {
  /** What `agents.json` holds of such an agent beside its id, slots and capabilities. `pace`: percent of the declared time. */
  entry(agentId: string, pace: number): Record<string, unknown>;
  /** In the order in which they came. */
  requests(): CountedRequest[];
  /** Idempotency keys that took effect, each as often as it did. */
  effects(): string[];
  /** Ends what serves them. */
  stop(): Promise<void>;
}

/** Agents that are programs; they keep their counts below `folder`. */
export async function startCountingPrograms(folder: string): Promise<CountingAgents> {
  const [log, effects] = [join(folder, 'requests.log'), join(folder, 'effects')];
  await mkdir(effects, { recursive: true });
  await writeFile(log, '');
  return {
    entry: (agentId, pace) => ({
      kind: 'command',
      program: 'sh',
      args: [PROGRAM],
      env: { AGENT: agentId, LOG: log, EFFECTS: effects, PACE: String(pace) },
    }),
    requests: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [agent_id = '', task_id = '', attempt = '', key = ''] = line.split(' ');
          return { agent_id, task_id, attempt: Number(attempt), key };
        }),
    effects: () => readdirSync(effects).map((name) => name.replaceAll('+', '/')),
    // Each program ends with its task.
    stop: () => Promise.resolve(),
  };
}
