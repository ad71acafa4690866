import * as z from 'zod';
import type { Agent, SimulatedAgent } from '../domain/model/agent.ts';
import type { Targets } from '../domain/model/targets.ts';
import type { Problem } from './bad-input.ts';
import { idSchema } from './identifiers.ts';
import { definedTargets, targetsSchema } from './run-input.ts';
import { shown, zodProblems } from './zod-problems.ts';

export type SimulatedEntry = Agent & SimulatedAgent & { kind: 'simulated' };
/** A program that reads the task as JSON on standard input and prints the outcome. */
export type CommandEntry = Agent & { kind: 'command'; program: string; args: string[]; env: Record<string, string> };
export type AgentEntry = SimulatedEntry | CommandEntry;

/** `phase22/agents.json` after defaults. */
export interface AgentsFile {
  /** Unit of the times that upstream predicts. */
  executionTimeUnit: 'ms' | 's';
  targets: Partial<Targets>;
  /** Hosts that agents and notices may call. */
  allowedHosts: string[];
  agents: AgentEntry[];
}

const SLOTS = 'a whole number from 1 to 64';
const PROBABILITY = 'a number from 0 to 1';

const common = {
  agent_id: idSchema,
  slots: z.int(SLOTS).min(1, SLOTS).max(64, SLOTS).default(4).meta({ description: 'Tasks held at once, at most.' }),
  capabilities: z.array(z.string().min(1)).default([]).meta({ description: 'What tasks may ask for.' }),
  idempotent: z
    .boolean('true or false')
    .default(false)
    .meta({ description: 'true: a straggling task may run a second time elsewhere.' }),
};

const outage = z
  .strictObject({ from_ms: z.number().min(0), to_ms: z.number().min(0) })
  .refine((span) => span.to_ms > span.from_ms, 'to_ms after from_ms')
  .meta({ description: 'Milliseconds after the first task of the wave, in which every attempt fails.' });

const simulated = z
  .strictObject({
    kind: z.literal('simulated'),
    ...common,
    seed: z.int('a whole number').default(22),
    speed: z
      .number('a number above 0')
      .gt(0, 'a number above 0')
      .default(1)
      .meta({ description: 'Work per time; 2 is twice as fast as declared.' }),
    reliability: z
      .number(PROBABILITY)
      .min(0, PROBABILITY)
      .max(1, PROBABILITY)
      .default(1)
      .meta({ description: 'Factor on the declared success probability.' }),
    drift: z
      .number('a number above -1')
      .gt(-1, 'a number above -1')
      .default(0)
      .meta({ description: 'Relative change of speed per wave after the first.' }),
    outages: z.array(outage).default([]),
  })
  .meta({ title: 'simulated' });

const command = z
  .strictObject({
    kind: z.literal('command'),
    ...common,
    program: z.string('the program to start').min(1, 'the program to start'),
    args: z.array(z.string()).default([]),
    env: z.record(z.string(), z.string()).default({}).meta({ description: 'Environment variables of the program.' }),
  })
  .meta({ title: 'command' });

const entry = z.discriminatedUnion('kind', [simulated, command], {
  error: (issue) => {
    const kind = (issue.input as { kind?: unknown } | null)?.kind;
    return kind === 'http' || kind === 'module'
      ? `"simulated" or "command"; ${shown(kind)} is not supported yet`
      : 'an agent with kind "simulated" or "command"';
  },
});

/** The fleet file as people write it. */
export const agentsFileSchema = z.strictObject(
  {
    executionTimeUnit: z
      .enum(['ms', 's'], '"ms" or "s"')
      .default('ms')
      .meta({ description: 'Unit of predicted execution times.' }),
    targets: targetsSchema.default({}),
    allowedHosts: z.array(z.string().min(1)).default([]),
    agents: z
      .array(entry, 'a list of agents')
      .min(1, 'at least one agent')
      .check((context) => {
        const seen = new Set<string>();
        context.value.forEach(({ agent_id }, at) => {
          if (seen.has(agent_id)) {
            context.issues.push({
              code: 'custom',
              input: agent_id,
              path: [at, 'agent_id'],
              message: 'an agent_id that no agent above has',
            });
          }
          seen.add(agent_id);
        });
      }),
  },
  'an object with "agents"',
);

export type AgentsFileResult = { ok: true; file: AgentsFile } | { ok: false; problems: Problem[] };

/** Checks `phase22/agents.json` and fills in the defaults. */
export function parseAgentsFile(value: unknown): AgentsFileResult {
  const parsed = agentsFileSchema.safeParse(value);
  if (!parsed.success) return { ok: false, problems: zodProblems(parsed.error, value, agentsFileSchema) };
  return { ok: true, file: { ...parsed.data, targets: definedTargets(parsed.data.targets) } };
}
