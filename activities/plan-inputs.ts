/** What a plan and its gate both start from: the wave's tasks and model, and what became of the tasks so far. */
import type { TaskBook } from '../domain/dispatch/task-book.ts';
import { openTaskBook } from '../domain/dispatch/task-book.ts';
import type { ChunkRange } from '../domain/dispatch/state.ts';
import type { WaveContext } from '../domain/wave/context.ts';
import { contextTables } from '../domain/wave/choose-stage.ts';
import type { Estimator } from '../domain/wave/estimates.ts';
import { createEstimator } from '../domain/wave/estimates.ts';
import type { PlanMemory } from '../domain/wave/plan-memory.ts';
import { NO_PLAN } from '../domain/wave/plan-memory.ts';
import type { Answers } from '../domain/wave/plan-stage.ts';
import type { WaveSettings } from '../domain/wave/settings.ts';
import type { WaveFiles } from '../store/waves/wave-files.ts';
import type { Accepted, AnswerByRisk } from './interface.ts';

export interface PlanInputs {
  context: WaveContext;
  settings: WaveSettings;
  estimate: Estimator;
  book: TaskBook;
  covered: Set<string>;
  memory: PlanMemory;
  answers: Answers;
}

export async function readPlanInputs(
  files: WaveFiles,
  args: { version: number; accepted: Accepted; open: ChunkRange[]; answers: AnswerByRisk[] },
): Promise<PlanInputs> {
  const [context, { settings }, lines, memory] = await Promise.all([
    files.context.read(),
    files.tuning.read(),
    files.acceptedLines(args.accepted),
    args.version === 1 ? NO_PLAN : files.memory(args.version - 1).read(),
  ]);
  const { calibration } = context.carry;
  const { parameters, knobs } = settings;
  const covered = new Set<string>();
  for (const { planVersion, agentId, from, to } of args.open) {
    for (const row of (await files.lane(planVersion, agentId)).slice(from, to)) covered.add(row.task_id);
  }
  return {
    context,
    settings,
    estimate: createEstimator({ ...contextTables(context), calibration, parameters, knobs }),
    book: openTaskBook(lines),
    covered,
    memory,
    answers: Object.fromEntries(args.answers.map(({ risk_level, answer }) => [risk_level, answer])),
  };
}
