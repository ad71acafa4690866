/** Waves drawn from a seed. What goes wrong in them is drawn apart from them. */
import type { Agent } from '../../domain/model/agent.ts';
import { startKnobs } from '../../domain/model/agent.ts';
import type { RiskLevel } from '../../domain/model/task.ts';
import type { SimulateWaveInput } from '../../domain/simulation/simulate-wave.ts';
import { Draw } from '../simulation/campaign/draw.ts';
import { agent, estimator, settings, START, task } from '../simulation/small-wave.ts';

const RISKS: readonly RiskLevel[] = ['LOW', 'LOW', 'LOW', 'LOW', 'MEDIUM', 'MEDIUM', 'HIGH', 'UNKNOWN'];
const CAPABILITIES = ['vision', 'long_context'];

/** The same seed gives the same wave. Each task and agent is drawn for itself: without one, the others are as before. */
export function randomWave(seed: number): SimulateWaveInput {
  const draw = new Draw('random-wave', seed);
  const agents = Array.from({ length: draw.whole(1, 4) }, (_, index) => {
    const own = new Draw('agent', seed, index);
    const capabilities = CAPABILITIES.filter(() => own.chance(0.7));
    return agent(`a${index}`, { capabilities, idempotent: own.chance(0.6) });
  });
  const longMs = draw.of([200, 2_000, 9_000]);
  const times = new Map<string, number>();
  const drawn = Array.from({ length: draw.whole(1, draw.of([5, 20, 40, 80])) }, (_, index) => {
    const task_id = `t${index}`;
    const own = new Draw('task', seed, index);
    times.set(task_id, own.whole(20, longMs));
    const capabilities = CAPABILITIES.filter(() => own.chance(0.1));
    return task(task_id, { risk_level: own.of(RISKS), priority: own.whole(1, 3), capabilities });
  });
  const truth = draw.of([0.3, 0.7, 0.95]);
  return {
    settings: drawnSettings(new Draw('settings', seed), seed, agents),
    tasks: drawn,
    estimate: remembered(
      estimator({ predicted_success: draw.of([0.6, 0.92]) }, (taskId, agentId) => {
        const own = new Draw('estimate', seed, taskId, agentId);
        if (own.chance(0.05)) return null;
        const ms = times.get(taskId) ?? 1;
        return { declared: 0.5 + 0.5 * own.uniform(), declared_ms: ms, predicted_ms: ms * (0.5 + own.uniform()) };
      }),
    ),
    model: (row, attempt) => {
      const own = new Draw('truth', seed, row.task_id, row.agent_id, attempt);
      return { success: own.chance(truth), duration_ms: row.predicted_ms * (0.3 + 2 * own.uniform()) };
    },
    startAt: START,
    approveAfterMs: draw.of([null, 0, draw.whole(1, 20_000)]),
    approvalTimeoutMs: draw.whole(5_000, 40_000),
  };
}

/** The same answers, each worked out once: a wave asks for each of them in every plan. */
function remembered(estimate: SimulateWaveInput['estimate']): SimulateWaveInput['estimate'] {
  const known = new Map<string, ReturnType<typeof estimate>>();
  return (one, agentId) => {
    const key = `${one.task_id}/${agentId}`;
    let answer = known.get(key);
    if (answer === undefined) known.set(key, (answer = estimate(one, agentId)));
    return answer;
  };
}

function drawnSettings(draw: Draw, seed: number, agents: Agent[]): SimulateWaveInput['settings'] {
  const base = settings(agents, {
    seed,
    strategy: draw.of(['balance_load', 'maximize_throughput', 'maximize_success'] as const),
    knobs: { ...startKnobs(), rebalance_threshold: draw.of([0.05, 0.15, 0.3]) },
    limits: { maxAttempts: draw.whole(1, 6), taskTimeoutMs: draw.whole(5_000, 60_000) },
    gate: {
      mediumNeedsApproval: draw.chance(0.3),
      highRiskThreshold: null,
      retryPenalties: draw.chance(0.5)
        ? [{ risk_levels: ['LOW', 'MEDIUM'], confidence_penalty: -0.05, max_retries: 3 }]
        : [],
    },
  });
  for (const { agent_id } of agents) {
    const own = new Draw('parameters', seed, agent_id);
    const parameters = base.parameters[agent_id]!;
    parameters.max_parallel_tasks = own.whole(1, 4);
    parameters.retry_threshold = own.whole(1, 5);
  }
  return base;
}
