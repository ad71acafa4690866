import * as z from 'zod';
import type { Agent, SimulatedAgent } from '../domain/model/agent.ts';
import type { Targets } from '../domain/model/targets.ts';
import { allowedHostsSchema, urlFault } from './allowed-hosts.ts';
import type { Problem } from './bad-input.ts';
import { idSchema } from './identifiers.ts';
import { definedTargets, targetsSchema } from './run-input.ts';
import { zodProblems } from './zod-problems.ts';

export type SimulatedEntry = Agent & SimulatedAgent & { kind: 'simulated' };
/** A program that reads the task as JSON on standard input and prints the outcome. */
export type CommandEntry = Agent & { kind: 'command'; program: string; args: string[]; env: NamedValues };
/** A service that gets the task by POST and answers with the outcome. */
export type HttpEntry = Agent & { kind: 'http'; url: string; headers: NamedValues; allowPrivate: boolean };
/** A module whose export is called with the task and returns the outcome; `path` is below the dataset's folder. */
export type ModuleEntry = Agent & { kind: 'module'; path: string; export: string };
export type AgentEntry = SimulatedEntry | CommandEntry | HttpEntry | ModuleEntry;

/** By name: the value itself, or the name of the agent process's environment variable that holds it. */
export type NamedValues = Record<string, string | { env: string }>;

/** `phase22/agents.json` after defaults. */
export interface AgentsFile {
  /** Unit of the times that upstream predicts. */
  executionTimeUnit: 'ms' | 's';
  targets: Partial<Targets>;
  /** Hosts that agents and notifications may call. */
  allowedHosts: string[];
  /** `allowPrivate`: notifications may go to loopback and private addresses. */
  notify: { allowPrivate: boolean };
  agents: AgentEntry[];
}

const SLOTS = 'a whole number from 1 to 64';
const PROBABILITY = 'a number from 0 to 1';

/** Set by Wavewright, or by HTTP itself. */
const OWN_HEADERS = [
  'accept',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'idempotency-key',
  'transfer-encoding',
  'upgrade',
];

const VARIABLE = 'the name of an environment variable';
const variableName = z.string(VARIABLE).regex(/^[A-Za-z_]\w*$/, VARIABLE);
const VALUE = 'text, or {"env": "NAME"}';
const namedValue = z.union([z.string(), z.strictObject({ env: variableName })], VALUE);

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
    env: z
      .record(variableName, namedValue)
      .default({})
      .meta({ description: 'Environment variables of the program: a value, or `{"env": "NAME"}` to pass one on.' }),
  })
  .meta({ title: 'command' });

/** What HTTP allows in a name, without those that are ours to set. */
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'the name of an HTTP header')
  .refine((name) => !OWN_HEADERS.includes(name.toLowerCase()), 'a header that is not set by Wavewright itself');

const http = z
  .strictObject({
    kind: z.literal('http'),
    ...common,
    url: z.string('an http or https URL').meta({ description: 'Where tasks are posted; its host is on allowedHosts.' }),
    headers: z
      .record(headerName, namedValue)
      .default({})
      .meta({ description: 'Headers: a value, or `{"env": "NAME"}` for one that the environment holds.' }),
    allowPrivate: z
      .boolean('true or false')
      .default(false)
      .meta({ description: 'true: the host may have a loopback or private address.' }),
  })
  .meta({ title: 'http' });

const MODULE_PATH = 'a path below the dataset without "..", such as "agent.ts"';

const moduleAgent = z
  .strictObject({
    kind: z.literal('module'),
    ...common,
    path: z
      .string(MODULE_PATH)
      .refine((path) => isPathBelow(path), MODULE_PATH)
      .meta({ description: 'The TypeScript or JavaScript file, below the dataset.' }),
    export: z
      .string('a name')
      .min(1, 'a name')
      .default('execute')
      .meta({ description: 'The exported function that executes a task.' }),
  })
  .meta({ title: 'module' });

function isPathBelow(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..') && !/[\\\0:]/.test(path);
}

const entry = z.discriminatedUnion('kind', [simulated, command, http, moduleAgent], {
  error: 'an agent with kind "simulated", "command", "http" or "module"',
});

/** The fleet file as people write it. */
export const agentsFileSchema = z
  .strictObject(
    {
      executionTimeUnit: z
        .enum(['ms', 's'], '"ms" or "s"')
        .default('ms')
        .meta({ description: 'Unit of predicted execution times.' }),
      targets: targetsSchema.default({}),
      allowedHosts: allowedHostsSchema,
      notify: z
        .strictObject(
          {
            allowPrivate: z
              .boolean('true or false')
              .default(false)
              .meta({ description: 'true: the host of `gate.notifyUrl` may have a loopback or private address.' }),
          },
          'an object',
        )
        .prefault({})
        .meta({ description: 'Of notifications to people (`gate.notifyUrl` of the run input).' }),
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
  )
  .check((context) => {
    context.value.agents.forEach((agent, at) => {
      if (agent.kind !== 'http') return;
      const message = urlFault(agent.url, context.value.allowedHosts);
      if (message === null) return;
      context.issues.push({ code: 'custom', input: agent.url, path: ['agents', at, 'url'], message });
    });
  });

export type AgentsFileResult = { ok: true; file: AgentsFile } | { ok: false; problems: Problem[] };

/** Checks `phase22/agents.json` and fills in the defaults. */
export function parseAgentsFile(value: unknown): AgentsFileResult {
  const parsed = agentsFileSchema.safeParse(value);
  if (!parsed.success) return { ok: false, problems: zodProblems(parsed.error, value, agentsFileSchema) };
  return { ok: true, file: { ...parsed.data, targets: definedTargets(parsed.data.targets) } };
}
