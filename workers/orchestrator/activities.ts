import { createCloseRun } from '../../activities/close-run.ts';
import { createCommitWave } from '../../activities/commit-wave.ts';
import type { Dependencies } from '../../activities/dependencies.ts';
import { createEmitFeedback } from '../../activities/emit-feedback.ts';
import { createForecastChunk } from '../../activities/forecast-chunk.ts';
import type { OrchestratorActivities } from '../../activities/interface.ts';
import { createLoadInputs } from '../../activities/load-inputs.ts';
import { createMonitorWave } from '../../activities/monitor-wave.ts';
import { createOpenRun } from '../../activities/open-run.ts';
import { createSafetyGate } from '../../activities/safety-gate.ts';
import { createScheduleTasks } from '../../activities/schedule-tasks.ts';
import { createSelectStrategy } from '../../activities/select-strategy.ts';
import { createFoldAccepted, createSettleChunk } from '../../activities/settle-chunk.ts';
import { createTuneAgents } from '../../activities/tune-agents.ts';

/** Everything that the orchestrator serves. */
export function orchestratorActivities(dependencies: Dependencies): OrchestratorActivities {
  return {
    openRun: createOpenRun(dependencies),
    loadInputs: createLoadInputs(dependencies),
    selectStrategy: createSelectStrategy(dependencies),
    tuneAgents: createTuneAgents(dependencies),
    scheduleTasks: createScheduleTasks(dependencies),
    safetyGate: createSafetyGate(dependencies),
    executeChunk: createForecastChunk(dependencies),
    settleChunk: createSettleChunk(dependencies),
    foldAccepted: createFoldAccepted(dependencies),
    monitorWave: createMonitorWave(dependencies),
    emitFeedback: createEmitFeedback(dependencies),
    commitWave: createCommitWave(dependencies),
    closeRun: createCloseRun(dependencies),
  };
}
