/** An agent that is a function of a TypeScript or JavaScript module of the dataset, called in this very process. */
import { realpath } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { register } from 'tsx/cjs/api';
import type { AgentAdapter, TaskContext } from '../../activities/agent-adapter.ts';
import type { ModuleEntry } from '../../contracts/agents-file.ts';
import { BadInputError } from '../../contracts/bad-input.ts';
import { shown } from '../../contracts/zod-problems.ts';
import type { Task } from '../../domain/model/task.ts';
import { DatasetFolder } from '../../store/inputs/dataset-folder.ts';
import { errorText, failed, readAnswer } from './task-exchange.ts';

type Execute = (task: Task, context: TaskContext) => unknown;

/**
 * Loads the module, once per process however many agents use it. Throws `BadInputError` for a file that is missing,
 * leads out of the dataset, fails to load, or lacks the export.
 */
export async function moduleAgent(entry: ModuleEntry, folder: string): Promise<AgentAdapter> {
  const execute = await loadExecute(entry, folder);
  return {
    async execute(task, context) {
      // Copies: what the module does to them changes no later attempt, and its answer no longer changes once given.
      const { signal, ...rest } = context;
      const answer = await execute(structuredClone(task), { ...structuredClone(rest), signal });
      const text = JSON.stringify(answer) as string | undefined;
      if (text === undefined) return failed(`${entry.path} returned ${typeof answer}, expected an answer`, []);
      return readAnswer(entry.path, text);
    },
  };
}

async function loadExecute(entry: ModuleEntry, folder: string): Promise<Execute> {
  const refuse = (field: 'path' | 'export', value: string, expected: string): never => {
    throw new BadInputError([{ field: `agent ${entry.agent_id}: ${field}`, value, expected }]);
  };
  const root = await realpath(folder);
  const at = await new DatasetFolder(root).locate(entry.path);
  if (at.kind === 'missing') return refuse('path', shown(entry.path), `a module below ${root}, and there is none`);
  if (at.kind === 'refused') return refuse('path', shown(entry.path), `a module below ${root}; it is ${at.reason}`);
  let exported: Record<string, unknown>;
  try {
    registerLoader();
    exported = (await import(pathToFileURL(at.path).href)) as Record<string, unknown>;
  } catch (error) {
    return refuse('path', shown(entry.path), `a module that loads; it fails with ${errorText(error)}`);
  }
  const execute = exported[entry.export];
  if (typeof execute === 'function') return execute as Execute;
  const names = Object.keys(exported).join(', ') || 'nothing';
  return refuse('export', shown(entry.export), `a function that ${entry.path} exports; it exports ${names}`);
}

let registered = false;

/** A file that no `package.json` calls a module is loaded as CommonJS, which has a loader of its own. */
function registerLoader(): void {
  if (!registered) register();
  registered = true;
}
