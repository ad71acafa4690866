/** The cheapest workflow with activities: one call after the other. */
import { proxyActivities } from '@temporalio/workflow';

export const BARE_ACTIVITY_QUEUE = 'bare-activities';

const { nothing } = proxyActivities<{ nothing: () => Promise<void> }>({
  taskQueue: BARE_ACTIVITY_QUEUE,
  startToCloseTimeout: '30s',
  retry: { maximumAttempts: 1 },
});

export async function bareCalls(count: number): Promise<void> {
  for (let call = 0; call < count; call++) await nothing();
}
