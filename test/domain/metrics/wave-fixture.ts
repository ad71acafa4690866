/** Small waves written by hand. Times are milliseconds; the release is at 10,000. */
import type { AcceptedAttempt, AgentPresence, WaveEvidence } from '../../../domain/model/evidence.ts';
import { DEFAULT_TARGETS } from '../../../domain/model/targets.ts';

export const RELEASE = 10_000;

/** An attempt of agent `a` that ran from 0 to 1000 ms after the release and completed its task. */
export function attempt(change: Partial<AcceptedAttempt> = {}): AcceptedAttempt {
  return {
    task_id: 't1',
    agent_id: 'a',
    risk_level: 'LOW',
    attempt: 1,
    status: 'completed',
    final: true,
    started_at: RELEASE,
    finished_at: RELEASE + 1000,
    confidence_before: 0.8,
    confidence_after: 0.8,
    ...change,
  };
}

/** An agent with two tasks in flight, up all the time. */
export function presence(change: Partial<AgentPresence> = {}): AgentPresence {
  const up = [{ from: 0, to: 1e9 }];
  return { agent_id: 'a', slots: 4, max_parallel_tasks: 2, up, breaker: 'closed', trips: 0, ...change };
}

/** A wave of four released tasks that ran for ten seconds from its release. */
export function evidence(change: Partial<WaveEvidence> = {}): WaveEvidence {
  return {
    wave: 2,
    targets: DEFAULT_TARGETS,
    released: 4,
    deferred: 0,
    rejected: 0,
    released_at: RELEASE,
    first_dispatch_at: RELEASE,
    last_outcome_at: RELEASE + 10_000,
    pauses: [],
    agents: [presence()],
    answers: [],
    copies: { begun: 0, won: 0, discarded: 0, discarded_ms: 0 },
    first_plan: [],
    first_plan_makespan_ms: 1000,
    drifted: [],
    signals: [],
    rollouts: [],
    ...change,
  };
}

/** A wave in which nothing was released. */
export function emptyEvidence(): WaveEvidence {
  return evidence({ released: 0, released_at: null, first_dispatch_at: null, last_outcome_at: null });
}
