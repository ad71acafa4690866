/** What the faults of a case did: proof that they were not drawn in vain. */
import type { StepResult } from '../../../domain/dispatch/rules-1/step.ts';
import type { DispatchEvent } from '../../../domain/dispatch/protocol.ts';
import type { DispatchState } from '../../../domain/dispatch/state.ts';

export interface Effects {
  /** Written after their chunk was accepted, and not counted. */
  zombie_lines: number;
  /** Chunk results that nobody waited for any more. */
  dropped_results: number;
  /** Lost results of which settling found every line. */
  found_results: number;
  /** Answers to requests that were not open. */
  refused_answers: number;
  rejected_tasks: number;
  /** Steps of which nothing remained, so that the event was taken again. */
  redone_steps: number;
  lost_chunks: number;
  /** Copies of stragglers' tasks: planned, and chunks abandoned because others had ended their tasks. */
  copies: number;
  abandoned_chunks: number;
  /** Times that a circuit breaker opened, and closed again. */
  trips: number;
  recoveries: number;
  rebalances: number;
  failovers: number;
  pauses: number;
  /** Messages of people that a later one had overtaken, or that came again. */
  old_levels: number;
  /** Rests that came to be, and were followed by going on. */
  rests: number;
}

export class EffectWatch {
  readonly count: Effects = {
    zombie_lines: 0,
    dropped_results: 0,
    found_results: 0,
    refused_answers: 0,
    rejected_tasks: 0,
    redone_steps: 0,
    lost_chunks: 0,
    copies: 0,
    abandoned_chunks: 0,
    trips: 0,
    recoveries: 0,
    rebalances: 0,
    failovers: 0,
    pauses: 0,
    old_levels: 0,
    rests: 0,
  };
  private readonly unreported = new Set<number>();

  sent(seq: number, arrivals: number[]): number[] {
    if (arrivals.length === 0) this.unreported.add(seq);
    return arrivals;
  }

  readonly observe = (before: DispatchState, event: DispatchEvent, { state, commands }: StepResult): void => {
    const { count } = this;
    if (event.type === 'chunkLost') count.lost_chunks += 1;
    if (event.type === 'resumed') count.rests += 1;
    if (event.type === 'chunkSettled' && this.unreported.has(event.report.seq)) {
      const { completed, dead, failedAttempts, segment } = event.report;
      // Nobody but the lost result could have told of them.
      if (completed + dead + failedAttempts > 0 && segment !== null) count.found_results += 1;
    }
    if (state.counts.rejected > before.counts.rejected) {
      count.rejected_tasks += state.counts.rejected - before.counts.rejected;
    }
    if (event.type === 'level' && event.level.epoch <= before.level.epoch) count.old_levels += 1;
    if (state.level.paused && !before.level.paused) count.pauses += 1;
    count.copies += state.counts.copies - before.counts.copies;
    for (const agent of state.agents) {
      const breaker = before.agents.find(({ agentId }) => agentId === agent.agentId)?.breaker;
      if (breaker !== undefined && breaker !== 'open' && agent.breaker === 'open') count.trips += 1;
      if (breaker === 'half_open' && agent.breaker === 'closed') count.recoveries += 1;
    }
    for (const command of commands) {
      if (command.type === 'abandon') count.abandoned_chunks += 1;
      if (command.type !== 'plan') continue;
      if (command.reason === 'load_rebalance') count.rebalances += 1;
      if (command.reason === 'failover') count.failovers += 1;
    }
  };
}
