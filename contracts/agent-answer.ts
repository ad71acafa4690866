import * as z from 'zod';
import type { AgentAnswer } from '../domain/model/outcome.ts';

/** What every kind of agent answers for one attempt. */
export const answerSchema = z.strictObject({
  status: z.enum(['completed', 'failed'], '"completed" or "failed"'),
  confidence: z.exactOptional(z.number().min(0).max(1)),
  cost: z.exactOptional(z.number().min(0).max(1e9)),
  output: z.exactOptional(z.json()),
  error: z.exactOptional(z.string()),
}) satisfies z.ZodType<AgentAnswer>;
