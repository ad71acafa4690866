import { createHash } from 'node:crypto';
import type { RequestGroup } from '../domain/gate/requests.ts';
import type { ApprovalRequest } from '../domain/model/run.ts';
import { gateStage } from '../domain/wave/gate-stage.ts';
import { rememberPlan, reportPlan } from '../domain/wave/plan-memory.ts';
import type { Dependencies } from './dependencies.ts';
import { waveFiles } from './dependencies.ts';
import type { GatedPlan, SafetyGateArgs } from './interface.ts';
import { readPlanInputs } from './plan-inputs.ts';

/**
 * Passes a plan through the task gate. Only what it approves is released to the agents; what needs a person becomes an
 * approval request; what it defers or a person rejected leaves the wave.
 */
export function createSafetyGate({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function safetyGate(args: SafetyGateArgs): Promise<GatedPlan> {
    const { version } = args;
    const files = waveFiles(dataRoot, args.ref);
    const { context, settings, estimate, book, covered, memory, answers } = await readPlanInputs(files, args);
    const planned = await files.planned(version).read();
    const gate = gateStage({
      settings,
      tasks: context.tasks,
      plan: planned.plan,
      dead: planned.dead,
      book,
      covered,
      settled: memory.settled,
      released: new Set(memory.released),
      answers,
      estimate,
    });
    const remembered = rememberPlan(memory, planned, gate, args.originMs);
    const requests = gate.requests.map((group) => approvalRequest(group, args));
    const { moves } = planned.plan;
    const { decisions } = gate;
    // Side by side: each is synced by itself, and whoever is approved waits for it.
    await Promise.all([
      ...gate.lanes.map(({ agent_id, rows }) => files.store.writeJsonl(files.lanePath(version, agent_id), rows)),
      files.gate(version).write({ decisions, requests, moves, dead: planned.dead, at: args.at }),
      files.memory(version).write(remembered),
    ]);
    const open = requests.map(({ request, expires_at }) => ({ request, expiresAt: expires_at }));
    return {
      ...reportPlan(remembered, planned, gate, open, context.tasks.length, settings),
      approvalRequests: requests,
    };
  };
}

/** A request that waits already keeps its deadline. */
function approvalRequest(group: RequestGroup, args: SafetyGateArgs): ApprovalRequest {
  const { request, risk_level, tasks, below_threshold, canonical } = group;
  const waiting = args.waiting.find((open) => open.request === request);
  return {
    request,
    digest: `sha256:${createHash('sha256').update(canonical).digest('hex')}`,
    wave: args.ref.wave,
    risk_level,
    tasks: tasks.length,
    below_threshold,
    opened_at: args.at,
    expires_at: waiting?.expiresAt ?? args.at + args.approvalTimeoutMs,
  };
}
