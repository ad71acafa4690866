/** People on the virtual clock: what they are asked, and how and when they answer. */
import type { RiskLevel } from '../model/task.ts';
import type { RequestGroup } from '../gate/requests.ts';
import type { Answers } from '../wave/plan-stage.ts';
import type { Interference, PersonsAnswer } from './interference.ts';

export interface AskedRequest {
  request: string;
  risk_level: RiskLevel;
  tasks: number;
  below_threshold: number;
}

export interface PeopleHooks {
  /** Hands an answer to the orchestrator after so many milliseconds. */
  later: (ms: number, what: () => void) => void;
  isOpen: (request: string) => boolean;
  answered: (request: string) => void;
}

export class VirtualPeople {
  readonly asked = new Map<string, AskedRequest>();
  readonly answers: Answers = {};
  private readonly usual: PersonsAnswer[];
  private readonly interference: Interference;
  private readonly hooks: PeopleHooks;

  /** All approved after `approveAfterMs`; null: never answered. */
  constructor(approveAfterMs: number | null, interference: Interference, hooks: PeopleHooks) {
    this.usual = approveAfterMs === null ? [] : [{ after_ms: approveAfterMs, verdict: 'approved' }];
    this.interference = interference;
    this.hooks = hooks;
  }

  ask({ request, risk_level, tasks, below_threshold }: RequestGroup): void {
    if (this.asked.has(request)) return;
    this.asked.set(request, { request, risk_level, tasks: tasks.length, below_threshold });
    for (const { after_ms, verdict } of this.interference.answers?.(request) ?? this.usual) {
      this.hooks.later(after_ms, () => this.answer(request, risk_level, verdict));
    }
  }

  /** What nobody answered in time counts as such from now on. */
  expire(names: readonly string[]): void {
    for (const name of names) {
      const request = this.asked.get(name);
      if (request) this.answers[request.risk_level] ??= { verdict: 'expired' };
    }
  }

  /** Who answers what is not asked, or not any more, is refused. */
  private answer(request: string, risk: RiskLevel, verdict: PersonsAnswer['verdict']): void {
    const open = this.hooks.isOpen(request);
    this.interference.answered?.(request, verdict, open);
    if (!open) return;
    this.answers[risk] = { verdict, approver: 'simulation', verified: false, reason: null, override: false };
    this.hooks.answered(request);
  }
}
