/** Waves drawn from a seed, with everything that may go wrong in one. */
import type { Agent } from '../../domain/model/agent.ts';
import { startKnobs } from '../../domain/model/agent.ts';
import { seededRandom } from '../../domain/model/random.ts';
import type { RiskLevel } from '../../domain/model/task.ts';
import type { Disturbance, SimulateWaveInput } from '../../domain/simulation/simulate-wave.ts';
import { agent, estimator, settings, START, task } from '../simulation/small-wave.ts';

/** Disturbances come within so long after the start. */
const TROUBLE_MS = 60_000;
const RISKS: readonly RiskLevel[] = ['LOW', 'LOW', 'LOW', 'LOW', 'MEDIUM', 'MEDIUM', 'HIGH', 'UNKNOWN'];
const CAPABILITIES = ['vision', 'long_context'];

class Draw {
  readonly uniform: () => number;

  constructor(...parts: (string | number)[]) {
    this.uniform = seededRandom(...parts);
  }

  whole(from: number, to: number): number {
    return from + Math.floor(this.uniform() * (to - from + 1));
  }

  chance(share: number): boolean {
    return this.uniform() < share;
  }

  of<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length - 1)]!;
  }
}

/** The same seed gives the same wave. It ends however it goes: a pause is always followed by a resume. */
export function randomWave(seed: number): SimulateWaveInput {
  const draw = new Draw('random-wave', seed);
  const agents = Array.from({ length: draw.whole(1, 4) }, (_, index) =>
    agent(`a${index}`, { capabilities: CAPABILITIES.filter(() => draw.chance(0.7)) }),
  );
  const longMs = draw.of([200, 2_000, 9_000]);
  const times = new Map<string, number>();
  const drawn = Array.from({ length: draw.whole(1, draw.of([4, 20, 60])) }, (_, index) => {
    const task_id = `t${index}`;
    times.set(task_id, draw.whole(20, longMs));
    const capabilities = CAPABILITIES.filter(() => draw.chance(0.1));
    return task(task_id, { risk_level: draw.of(RISKS), priority: draw.whole(1, 3), capabilities });
  });
  const truth = draw.of([0.3, 0.7, 0.95]);
  return {
    settings: drawnSettings(draw, seed, agents),
    tasks: drawn,
    estimate: estimator({ predicted_success: draw.of([0.6, 0.92]) }, (taskId, agentId) => {
      const own = new Draw('estimate', seed, taskId, agentId);
      if (own.chance(0.05)) return null;
      const ms = times.get(taskId) ?? 1;
      return { declared: 0.4 + 0.6 * own.uniform(), declared_ms: ms, predicted_ms: ms * (0.5 + own.uniform()) };
    }),
    model: (row, attempt) => {
      const own = new Draw('truth', seed, row.task_id, row.agent_id, attempt);
      return { success: own.chance(truth), duration_ms: row.predicted_ms * (0.3 + 2 * own.uniform()) };
    },
    startAt: START,
    approveAfterMs: draw.of([null, 0, draw.whole(1, 20_000)]),
    approvalTimeoutMs: draw.whole(5_000, 40_000),
    disturbances: disturbances(draw, agents),
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
    const parameters = base.parameters[agent_id]!;
    parameters.max_parallel_tasks = draw.whole(1, 4);
    parameters.retry_threshold = draw.whole(1, 5);
  }
  return base;
}

function disturbances(draw: Draw, agents: readonly Agent[]): Disturbance[] {
  const list: Disturbance[] = [];
  for (let left = draw.whole(0, 6); left > 0; left--) {
    const { agent_id } = draw.of(agents);
    const at_ms = draw.whole(0, TROUBLE_MS);
    list.push({ at_ms, kind: 'crash', agent_id });
    if (draw.chance(0.7)) list.push({ at_ms: at_ms + draw.whole(0, 20_000), kind: 'recover', agent_id });
  }
  for (let left = draw.whole(0, 3); left > 0; left--) {
    const at_ms = draw.whole(0, TROUBLE_MS);
    list.push({ at_ms, kind: 'level', level: { paused: true } });
    list.push({ at_ms: at_ms + draw.whole(1, 30_000), kind: 'level', level: { paused: false } });
  }
  if (draw.chance(0.15)) list.push({ at_ms: draw.whole(0, TROUBLE_MS), kind: 'level', level: { dryRun: true } });
  if (draw.chance(0.15)) list.push({ at_ms: draw.whole(0, TROUBLE_MS), kind: 'level', level: { cancelled: true } });
  return list;
}
