/** Server, orchestrator and agents together, as `demo` and `dev` run them; they stop in the opposite order. */
import { fileURLToPath } from 'node:url';
import type { EmbeddedServer } from '../workers/embedded-server/start.ts';
import type { Fleet } from '../workers/supervisor/fleet-processes.ts';
import { superviseFleet } from '../workers/supervisor/fleet-processes.ts';
import { superviseProcess } from '../workers/supervisor/processes.ts';
import { ORCHESTRATOR_READY } from './commands/orchestrator.ts';
import type { ServerPorts } from './embedded.ts';
import { findTemporal, startServer } from './embedded.ts';
import { printEvent } from './ui/process-events.ts';
import { withTicker } from './ui/ticker.ts';
import { WORKING_FOLDER } from './working-folder.ts';

const PROGRAM = fileURLToPath(new URL('./wavewright.js', import.meta.url));

export interface Stack {
  server: EmbeddedServer;
  fleet: Fleet;
  stop(): Promise<void>;
}

export interface StackOptions {
  ports: ServerPorts;
  dataRoot: string;
  /** Null: the agents of every dataset. */
  dataset: string | null;
}

/** Starts everything, or nothing: what was started is stopped when a later part fails. */
export async function startStack({ ports, dataRoot, dataset }: StackOptions): Promise<Stack> {
  const parts: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const stopPart of parts.splice(0).reverse()) await stopPart();
  };
  try {
    const program = await findTemporal();
    const server = await withTicker('Starting the Temporal server', () => startServer(program, ports));
    parts.push(() => server.stop());
    const env = {
      ...process.env,
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: 'default',
      WAVEWRIGHT_DATA: dataRoot,
    };
    const orchestrator = superviseProcess({
      name: 'orchestrator',
      command: process.execPath,
      args: [PROGRAM, 'orchestrator'],
      env,
      restart: true,
      logFile: `${WORKING_FOLDER}/logs/orchestrator.log`,
      ready: new RegExp(ORCHESTRATOR_READY),
      onEvent: printEvent,
    }).then((process) => parts.push(() => process.stop()));
    const fleet = superviseFleet({
      dataRoot,
      dataset,
      env,
      logFolder: `${WORKING_FOLDER}/logs`,
      onEvent: printEvent,
      onFault: (name, error) => console.error(`${name}: its agents cannot be served: ${error.message}`),
    }).then((running) => {
      parts.push(() => running.stop());
      return running;
    });
    await withTicker('Starting the orchestrator and the agents', () => Promise.all([orchestrator, fleet]));
    return { server, fleet: await fleet, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
