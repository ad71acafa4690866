import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/model/canonical-json.ts';
import type { WaveContext } from '../domain/wave/context.ts';

/**
 * SHA-256 over what a wave was asked for and what is declared of it: tasks and their generations, predictions, fleet, targets, limits,
 * gate, strategy, tuning. What was learned before the wave and what heuristics made of it are left out: they differ between a dry
 * run's later waves and a live run's. Two waves of one digest are of the same plan, as far as people can tell.
 */
export function inputsSha256(context: WaveContext): string {
  const { agents, targets, limits, gate, approvalTimeoutMs, strategy, tuning, tasks, declared } = context;
  const hash = createHash('sha256');
  const { mediumNeedsApproval } = gate;
  hash.update(JSON.stringify([agents, targets, limits, mediumNeedsApproval, approvalTimeoutMs, strategy, tuning]));
  const lines = [
    ...tasks.map(({ task_id, generation, risk_level, task_type, capabilities, payload }) =>
      canonicalJson([task_id, generation, risk_level, task_type, capabilities, payload]),
    ),
    ...declared.map((row) =>
      JSON.stringify([row.task_id, row.agent_id, row.success_probability, row.execution_time_ms]),
    ),
  ];
  for (const line of lines.sort()) hash.update(`\n${line}`);
  return hash.digest('hex');
}
