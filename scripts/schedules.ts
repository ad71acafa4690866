/** Temporal Schedules that start runs: making, finding, and telling what becomes of them. */
import {
  type Client,
  type ScheduleDescription,
  type ScheduleHandle,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { BadInputError } from '../contracts/bad-input.ts';
import { idSchema } from '../contracts/identifiers.ts';
import { parseRunInput } from '../contracts/run-input.ts';
import type { RunConfig } from '../domain/model/run.ts';
import { ORCHESTRATOR_QUEUE } from '../domain/model/task-queues.ts';
import { workflowUrl, type Session } from './connect.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { runWorkflowType } from './find-run.ts';
import { runSummary } from './input-options.ts';

/** A run that could not start in its hour is left out: work meant for the night does not begin in the day. */
const CATCHUP = '1h';

export interface ScheduleWish {
  name: string;
  /** Five fields, as cron has them, or more, as Temporal reads them. */
  cron: string;
  /** IANA name. */
  timezone: string;
  input: Record<string, unknown>;
  config: RunConfig;
}

export interface ScheduleView {
  schedule: string;
  dataset: string | null;
  dry_run: boolean | null;
  timezone: string;
  paused: boolean;
  /** ISO-8601, UTC; empty where no time will come any more. */
  next: string[];
  last: { execution_id: string; status: string; url: string | null } | null;
  /** Times at which the run before was still open, so that none was started. */
  skipped: number;
}

/**
 * Makes the schedule, or changes the one of that name, which keeps its history and stays paused if it is. Nothing
 * is changed where the server does not understand the times.
 */
export async function setSchedule(client: Client, wish: ScheduleWish): Promise<'made' | 'changed'> {
  const { name, cron, timezone, input, config } = wish;
  if (!idSchema.safeParse(name).success) {
    const expected = 'a name of 1 to 64 letters, digits, "_", "." or "-", a letter or digit first';
    throw new BadInputError([{ field: 'schedule', value: JSON.stringify(name), expected }]);
  }
  const plan = {
    spec: { cronExpressions: [cron], timezone },
    action: {
      type: 'startWorkflow' as const,
      workflowType: runWorkflowType,
      workflowId: name,
      taskQueue: ORCHESTRATOR_QUEUE,
      args: [input],
      staticSummary: runSummary(config),
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP },
  };
  try {
    await client.schedule.create({ scheduleId: name, ...plan });
    return 'made';
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw misunderstood(error, wish);
  }
  const { handle } = await findSchedule(client, name);
  try {
    await handle.update(({ state }) => ({ ...plan, state }));
  } catch (error) {
    throw misunderstood(error, wish);
  }
  return 'changed';
}

/** The schedule of that name, if it starts runs: those of others are left alone. */
export async function findSchedule(
  client: Client,
  name: string,
): Promise<{ handle: ScheduleHandle; described: ScheduleDescription }> {
  const handle = client.schedule.getHandle(name);
  try {
    const described = await handle.describe();
    if (described.action.workflowType === runWorkflowType) return { handle, described };
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw new CommandError(
      exitCodes.noSuchRun,
      `there is no schedule ${name}. \`npx wavewright schedule list\` shows those that there are.`,
    );
  }
  throw new CommandError(exitCodes.badInput, `schedule ${name} starts something else than runs; it was left as it is.`);
}

/** Names of all schedules that start runs, sorted. */
export async function scheduleNames(client: Client): Promise<string[]> {
  const names: string[] = [];
  for await (const { scheduleId, action } of client.schedule.list()) {
    if (action?.workflowType === runWorkflowType) names.push(scheduleId);
  }
  return names.sort();
}

export async function viewSchedule(session: Session, described: ScheduleDescription): Promise<ScheduleView> {
  const { scheduleId, spec, action, state, info } = described;
  const parsed = parseRunInput(action.args?.[0]);
  const started = info.recentActions.at(-1)?.action.workflow.workflowId;
  return {
    schedule: scheduleId,
    dataset: parsed.ok ? parsed.config.dataset : null,
    dry_run: parsed.ok ? parsed.config.dryRun : null,
    timezone: spec.timezone ?? 'UTC',
    paused: state.paused,
    next: info.nextActionTimes.slice(0, 3).map((time) => time.toISOString().replace('.000Z', 'Z')),
    last:
      started === undefined
        ? null
        : {
            execution_id: started,
            status: await statusOf(session.client, started),
            url: workflowUrl(session, started),
          },
    skipped: info.numActionsSkippedOverlap,
  };
}

async function statusOf(client: Client, workflowId: string): Promise<string> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name.toLowerCase();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'not kept by the server any more';
    throw error;
  }
}

/** The client gives the server's judgement of the times as a `TypeError`. */
function misunderstood(error: unknown, { cron, timezone }: ScheduleWish): unknown {
  if (!(error instanceof TypeError)) return error;
  const found = `--cron ${JSON.stringify(cron)} --timezone ${JSON.stringify(timezone)}`;
  const expected = 'five fields such as "0 2 * * *", and an IANA time zone such as Europe/Berlin';
  return new CommandError(exitCodes.badInput, `${found}: ${error.message}. Expected ${expected}.`);
}
