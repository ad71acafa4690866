/** The embedded server as commands use it: found or built with progress shown, started, and its address in the environment. */
import { locateTemporal } from '../workers/embedded-server/locate.ts';
import { requireFreePorts } from '../workers/embedded-server/port.ts';
import type { EmbeddedServer } from '../workers/embedded-server/start.ts';
import { startEmbeddedServer } from '../workers/embedded-server/start.ts';
import type { TemporalProgram } from '../workers/embedded-server/locate.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { WORKING_FOLDER } from './working-folder.ts';

export interface ServerPorts {
  port: number;
  uiPort: number;
}

/** Reads `--port` and `--ui-port`. */
export function readPorts(options: { port: string; uiPort: string }): ServerPorts {
  const read = (name: string, text: string) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= 65535) return value;
    throw new CommandError(exitCodes.badInput, `${name}: found ${text}, expected a port from 1 to 65535.`);
  };
  return { port: read('--port', options.port), uiPort: read('--ui-port', options.uiPort) };
}

/** Refuses ports that are taken, in words, before anything is written. */
export async function checkPorts(ports: ServerPorts): Promise<void> {
  await requireFreePorts(ports).catch((error: unknown) => {
    throw inWords(error);
  });
}

/** Finds the Temporal program, or gets it, telling on the way what happens. */
export async function findTemporal(): Promise<TemporalProgram> {
  let shownAt = 0;
  try {
    return await locateTemporal({
      folder: WORKING_FOLDER,
      env: process.env,
      onNote: (sentence) => console.log(sentence),
      onBuildProgress: ({ elapsedMs, packages, modules }) => {
        if (elapsedMs - shownAt < 5_000) return;
        shownAt = elapsedMs;
        const seconds = Math.round(elapsedMs / 1000);
        console.log(
          `  building the Temporal program: ${seconds} s, ${modules} modules fetched, ${packages} packages compiled`,
        );
      },
    });
  } catch (error) {
    throw inWords(error);
  }
}

/** Starts the server; its faults are told in words. */
export async function startServer(program: TemporalProgram, ports: ServerPorts): Promise<EmbeddedServer> {
  try {
    const log = `${WORKING_FOLDER}/logs/server.log`;
    return await startEmbeddedServer({ program, folder: WORKING_FOLDER, ...ports, log });
  } catch (error) {
    throw inWords(error);
  }
}

function inWords(error: unknown): CommandError {
  return new CommandError(exitCodes.problem, error instanceof Error ? error.message : String(error), { cause: error });
}
