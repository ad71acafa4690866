import { createCloseRun } from '../../activities/close-run.ts';
import type { Dependencies } from '../../activities/dependencies.ts';
import type { OrchestratorActivities } from '../../activities/interface.ts';
import { createNotifyApprovers } from '../../activities/notify-approvers.ts';
import { createOpenRun } from '../../activities/open-run.ts';
import type { ComputeActivities } from './compute-activities.ts';

/** Everything that the orchestrator serves: what asks others in this process, what computes in threads. */
export function orchestratorActivities(
  dependencies: Dependencies,
  computing: ComputeActivities,
): OrchestratorActivities {
  return {
    ...computing,
    openRun: createOpenRun(dependencies),
    notifyApprovers: createNotifyApprovers(dependencies),
    closeRun: createCloseRun(dependencies),
  };
}
