import * as z from 'zod';
import { agentsFileSchema } from './agents-file.ts';
import { INPUT_FILES } from './input-records.ts';
import { approvalAnswerSchema, retryFailedSchema, setDryRunSchema } from './messages.ts';
import { OUTPUT_FILES } from './output-files.ts';
import { runInputSchema } from './run-input.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A published schema. `name` is unique and fit for a file name. */
export interface PublishedSchema {
  name: string;
  title: string;
  group: 'given' | 'read' | 'written';
  schema: JsonSchema;
}

function published(group: PublishedSchema['group'], name: string, title: string, schema: z.ZodType): PublishedSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return { name, title, group, schema: { ...($schema === undefined ? {} : { $schema }), title, ...rest } };
}

/** The JSON Schema of the run input, as people write it. */
export function runInputJsonSchema(): JsonSchema {
  return published('given', 'run-input', 'Run input', runInputSchema).schema;
}

const nameOf = (path: string) =>
  path
    .replace(/\*/, 'entry')
    .replace(/\.jsonl?$/, '')
    .replaceAll(/[/_]/g, '-');

/** Every schema of the project: what people give, what is read, what is written; in the order of the document. */
export function publishedSchemas(): PublishedSchema[] {
  return [
    published('given', 'run-input', 'Run input', runInputSchema),
    published('given', 'agents', 'phase22/agents.json', agentsFileSchema),
    published('given', 'approval', 'Updates approve and reject', approvalAnswerSchema),
    published('given', 'retry-failed', 'Update retryFailed', retryFailedSchema),
    published('given', 'set-dry-run', 'Signal setDryRun', setDryRunSchema),
    ...Object.entries(INPUT_FILES).map(([path, schema]) => published('read', `in-${nameOf(path)}`, path, schema)),
    ...OUTPUT_FILES.map((file) => published('written', `out-${nameOf(file.name)}`, file.name, file.schema)),
  ];
}
