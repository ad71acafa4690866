/** The connection of one command to Temporal, from options, Temporal's own configuration, or the embedded server's address. */
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { temporalConfig } from '../workers/process-settings.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

/** The options that every command has. */
export interface GlobalOptions {
  address?: string;
  namespace?: string;
  json?: boolean;
}

/** The environment that a process of ours gets: this one's, with the server that the options name. */
export function processEnvironment(options: GlobalOptions): NodeJS.ProcessEnv {
  const env = { ...process.env };
  if (options.address !== undefined) env.TEMPORAL_ADDRESS = options.address;
  if (options.namespace !== undefined) env.TEMPORAL_NAMESPACE = options.namespace;
  return env;
}

export interface Session {
  client: Client;
  namespace: string;
  address: string;
}

const connectTimeoutMs = 5000;

/** Connects, runs `use`, and closes the connection whatever happens. Throws `CommandError` when nobody answers. */
export async function withSession<T>(options: GlobalOptions, use: (session: Session) => Promise<T>): Promise<T> {
  const settings = connectionSettings(options);
  const address = settings.connection.address ?? '127.0.0.1:7233';
  let connection: Connection;
  try {
    connection = await Connection.connect({ ...settings.connection, address, connectTimeout: connectTimeoutMs });
  } catch (error) {
    throw new CommandError(
      exitCodes.serverUnreachable,
      `no Temporal server answers on ${address}. Start one with \`npx wavewright dev\`, or name another with --address.`,
      { cause: error },
    );
  }
  try {
    const client = new Client({ connection, namespace: settings.namespace });
    return await use({ client, namespace: settings.namespace, address });
  } finally {
    await connection.close();
  }
}

function connectionSettings(options: GlobalOptions): { connection: ConnectionOptions; namespace: string } {
  try {
    const { connectionOptions, namespace } = temporalConfig(processEnvironment(options));
    return { connection: { ...connectionOptions }, namespace: namespace ?? 'default' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(exitCodes.badInput, `Temporal's client configuration cannot be read: ${reason}`);
  }
}

/**
 * The web page of a workflow; null where its address is not known. `WAVEWRIGHT_UI` names it; a server on this machine has it
 * 1,000 ports above its own.
 */
export function workflowUrl(session: Session, workflowId: string, env: NodeJS.ProcessEnv = process.env): string | null {
  const base = env.WAVEWRIGHT_UI ?? defaultUi(session.address);
  if (base === null) return null;
  const path = `namespaces/${encodeURIComponent(session.namespace)}/workflows/${encodeURIComponent(workflowId)}`;
  return `${base.replace(/\/+$/, '')}/${path}`;
}

function defaultUi(address: string): string | null {
  const [host, port] = address.split(':');
  if (host !== '127.0.0.1' && host !== 'localhost') return null;
  return `http://${host}:${Number(port ?? 7233) + 1000}`;
}
