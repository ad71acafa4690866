import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Client, Connection } from '@temporalio/client';
import { ORCHESTRATOR_QUEUE } from '../../domain/model/task-queues.ts';
import { writeDemoDataset } from '../../store/demo-dataset.ts';
import { dataRoot } from '../../workers/process-settings.ts';
import { approveUpdate } from '../../workflows/messages.ts';
import type { DemoFlags } from '../demo-options.ts';
import { addDemoOptions, readDemoOptions } from '../demo-options.ts';
import { checkPorts, readPorts } from '../embedded.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { runWorkflowType } from '../find-run.ts';
import { startStack } from '../stack.ts';
import type { RunSnapshot } from '../snapshot.ts';
import { endedBadly, openRequests, takeSnapshot } from '../snapshot.ts';
import { withTicker } from '../ui/ticker.ts';
import { renderRunLine } from '../ui/run-view.ts';
import { printWaves } from '../wave-report.ts';

const REFRESH_MS = 500;

export function registerDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('generate a dataset, run it live on an embedded server, and show what came of it')
    .option('--port <port>', 'of the Temporal server', '7233')
    .option('--ui-port <port>', 'of its web page', '8233');
  addDemoOptions(command).action(async (flags: DemoFlags & { port: string; uiPort: string }) => {
    const options = readDemoOptions(flags);
    const ports = readPorts(flags);
    await checkPorts(ports);
    const root = dataRoot(process.env);
    const folder = join(root, 'demo');
    const aside = moveAside(root, folder);
    if (aside !== null) console.log(`An older demo was moved to ${aside}`);
    const written = await writeDemoDataset(folder, options);
    if (written.kind === 'exists')
      throw new CommandError(exitCodes.problem, `${folder} was made by someone else just now.`);
    console.log(
      `Dataset ${folder}: ${options.waves} waves × ${options.tasks} tasks × ${options.agents} agents, seed ${options.seed}`,
    );
    const stack = await startStack({
      ports,
      dataRoot: root,
      dataset: 'demo',
    });
    let interrupted = false;
    const leave = () => {
      interrupted = true;
    };
    process.once('SIGINT', leave).once('SIGTERM', leave);
    try {
      const snapshot = await runLive(stack.server.address, options.seed, () => interrupted);
      await printWaves(folder, snapshot.execution.workflow_id);
      if (endedBadly(snapshot))
        throw new CommandError(exitCodes.problem, `the run ended badly: ${snapshot.failure ?? ''}`);
      console.log(
        [
          '',
          `Outputs:   ${join(folder, 'phase22')} (report: meta_optimization_report.md)`,
          `Feedback:  ${['phase16', 'phase18', 'phase20'].map((phase) => join(folder, phase, 'phase22_feedback.jsonl')).join(', ')}`,
          'Next:      npx wavewright verify demo     checks every record and promise',
          '           npm run dev                    server, web page and agents, to start runs of your own',
        ].join('\n'),
      );
    } finally {
      process.removeListener('SIGINT', leave).removeListener('SIGTERM', leave);
      await withTicker('Stopping the agents, the orchestrator and the server', () => stack.stop());
    }
  });
}

/** Gives an older demo another place, out of sight of `dev`; answers where. */
function moveAside(root: string, folder: string): string | null {
  if (!existsSync(folder)) return null;
  const store = join(root, '.earlier');
  mkdirSync(store, { recursive: true });
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const place = join(store, `demo-${stamp}`);
  renameSync(folder, place);
  return place;
}

/** Starts the live run, answers its approvals in plain sight, and follows it to its end. */
async function runLive(address: string, seed: number, interrupted: () => boolean): Promise<RunSnapshot> {
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection });
    const workflowId = `run-demo-${new Date().toISOString().replace(/[:.]/g, '-')}`;
    const input = { dataset: 'demo', dryRun: false, waveGate: { onUnhealthy: 'continue' }, seed };
    console.log(`Starting ${workflowId} with the input ${JSON.stringify(input)}\n`);
    await client.workflow.start(runWorkflowType, { workflowId, taskQueue: ORCHESTRATOR_QUEUE, args: [input] });
    let lastLine = '';
    for (;;) {
      const snapshot = await takeSnapshot(client, workflowId);
      const line = renderRunLine(snapshot);
      if (line !== lastLine) console.log(line);
      lastLine = line;
      if (snapshot.execution.status !== 'running') return snapshot;
      if (interrupted()) {
        await client.workflow.getHandle(workflowId).terminate('the demo was stopped');
        throw new CommandError(exitCodes.problem, 'the demo was stopped before its run ended.');
      }
      await approveOpen(client, snapshot);
      await new Promise((resolve) => setTimeout(resolve, REFRESH_MS));
    }
  } finally {
    await connection.close();
  }
}

async function approveOpen(client: Client, snapshot: RunSnapshot): Promise<void> {
  const target = snapshot.run?.open_wave?.workflow_id;
  if (target === undefined) return;
  for (const { request, digest, risk_level, tasks } of openRequests(snapshot)) {
    const answer = { request, digest, approver: 'demo', reason: 'the demo answers its own requests' };
    const said = await client.workflow.getHandle(target).executeUpdate(approveUpdate, { args: [answer] });
    console.log(`  approval ${request} (${tasks} ${risk_level} task(s), ${digest.slice(0, 19)}…): ${said}`);
  }
}
