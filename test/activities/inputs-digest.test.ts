import assert from 'node:assert/strict';
import { inputsSha256 } from '../../activities/inputs-digest.ts';
import type { WaveContext } from '../../domain/wave/context.ts';
import { demoInputs, demoRun } from '../simulation/demo-run.ts';

describe('the digest by which a live wave finds its forecast', () => {
  let context: WaveContext;
  before(async () => {
    const { context: empty, waves } = demoRun(await demoInputs({ tasks: 12, agents: 3 }));
    context = { ...empty, ...waves[0]! };
  });
  const changed = (change: Partial<WaveContext>) => inputsSha256({ ...context, ...change });

  it('is another where the plan would be another', () => {
    const [task, ...tasks] = context.tasks;
    const [row, ...rows] = context.declared;
    const digests = [
      inputsSha256(context),
      changed({ agents: context.agents.slice(1) }),
      changed({ limits: { ...context.limits, maxAttempts: 1 } }),
      changed({ strategy: 'maximize_success' }),
      changed({ tuning: 'frozen' }),
      changed({ targets: { ...context.targets, throughput: 3 } }),
      changed({ gate: { ...context.gate, mediumNeedsApproval: true } }),
      changed({ tasks }),
      changed({ approvalTimeoutMs: context.approvalTimeoutMs + 1 }),
      ...[
        { generation: 2 },
        { risk_level: 'UNKNOWN' as const },
        { task_type: 'other' },
        { capabilities: ['gpu'] },
        { payload: 7 },
      ].map((change) => changed({ tasks: [{ ...task!, ...change }, ...tasks] })),
      ...[{ execution_time_ms: row!.execution_time_ms * 2 }, { success_probability: 0.01 }].map((change) =>
        changed({ declared: [{ ...row!, ...change }, ...rows] }),
      ),
    ];
    assert.equal(new Set(digests).size, digests.length);
  });

  it('is the same whatever was learned, whatever heuristics made of it, and in whatever order', () => {
    const same = changed({
      execution_id: 'other',
      dry_run: !context.dry_run,
      tasks: context.tasks.toReversed().map((task) => ({ ...task, priority: task.priority + 1 })),
      declared: context.declared.toReversed(),
      adjusted: [],
      gate: { ...context.gate, highRiskThreshold: 0.95 },
      carry: { ...context.carry, execution_id: 'other', trials: [] },
    });
    assert.equal(same, inputsSha256(context));
  });
});
