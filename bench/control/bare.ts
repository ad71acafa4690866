/**
 * What an activity costs by itself on this server: a workflow that calls one that does nothing, on a queue of its own, as
 * agents have, so that nothing is handed over within one worker.
 */
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { BARE_ACTIVITY_QUEUE, type bareCalls } from './bare-workflow.ts';
import { historyOf, timeOf } from './history.ts';

const QUEUE = 'bare';
const WORKFLOWS = fileURLToPath(new URL('./bare-workflow.ts', import.meta.url));

export interface BareCalls {
  /** Milliseconds of each of `count` calls in a row: from one's being scheduled until the next one is. */
  measure(count: number): Promise<number[]>;
  stop(): Promise<void>;
}

export async function serveBareCalls(client: Client, address: string): Promise<BareCalls> {
  const connection = await NativeConnection.connect({ address });
  const workflowBundle = await bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger: new DefaultLogger('ERROR') });
  const workers = [
    await Worker.create({ connection, taskQueue: QUEUE, workflowBundle }),
    await Worker.create({
      connection,
      taskQueue: BARE_ACTIVITY_QUEUE,
      activities: { nothing: () => Promise.resolve() },
      activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    }),
  ];
  const running = Promise.all(workers.map((worker) => worker.run()));
  let measured = 0;
  return {
    async measure(count) {
      const workflowId = `bare-${(measured += 1)}`;
      const args: [number] = [count + 1];
      await client.workflow.execute<typeof bareCalls>('bareCalls', { workflowId, taskQueue: QUEUE, args });
      const events = await historyOf(client, workflowId);
      const times = events.filter((event) => event.activityTaskScheduledEventAttributes).map(timeOf);
      return times.slice(1).map((time, index) => time - (times[index] ?? time));
    },
    async stop() {
      for (const worker of workers) worker.shutdown();
      await running;
      await connection.close();
    },
  };
}
