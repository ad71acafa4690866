/**
 * How the embedded server is set: for one loopback server with few clients, never for a shared one.
 * The defaults of `temporal server start-dev` are tuned for small memory; each value here says what it buys.
 */
import { join } from 'node:path';

export const embeddedServerSettings = {
  /** Where it listens: this machine only. */
  ip: '127.0.0.1',
  port: 7233,
  uiPort: 8233,
  /** The namespace that the program creates itself. */
  namespace: 'default',
  /** How long finished runs stay readable; the program's own default is one day. */
  retentionDays: 30,
  /** Write-ahead log and one sync per checkpoint: about 6 to 10 times the activities per second of the defaults. */
  pragmas: { journal_mode: 'wal', synchronous: 'normal' },
  dynamicConfig: {
    /** The default of 20 polls per second makes each sequential step take 53–100 ms instead of 12–19. */
    'history.transferProcessorMaxPollRPS': 2000,
    /** The default of one second rounds every short timer up. */
    'history.timerProcessorMaxTimeShift': '10ms',
    /** With four partitions an idle queue of one poller looks lost: tasks wait for the partition that nobody polls. */
    'matching.numTaskqueueReadPartitions': 1,
    'matching.numTaskqueueWritePartitions': 1,
    /** Long polls allowed at a time; each agent's queue holds at least one. */
    'frontend.namespaceCount': 6000,
    'system.enableActivityEagerExecution': true,
  },
} as const;

/** The database file: tied to the server's version, because the program does not migrate an older schema. */
export function databaseFile(folder: string, serverVersion: string): string {
  return join(folder, 'db', `server-${serverVersion}.db`);
}

export interface ServerArguments {
  database: string;
  port: number;
  uiPort: number;
  /** Dynamic configuration beside that of the settings. */
  dynamicConfig?: Readonly<Record<string, unknown>>;
}

/** The arguments of `temporal` for one embedded server. */
export function serverArguments(options: ServerArguments): string[] {
  const { ip, pragmas, dynamicConfig } = embeddedServerSettings;
  const args = ['server', 'start-dev', '--ip', ip, '--port', String(options.port)];
  args.push('--ui-ip', ip, '--ui-port', String(options.uiPort), '--db-filename', options.database);
  for (const [name, value] of Object.entries(pragmas)) args.push('--sqlite-pragma', `${name}=${value}`);
  for (const [name, value] of Object.entries({ ...dynamicConfig, ...options.dynamicConfig })) {
    args.push('--dynamic-config-value', `${name}=${JSON.stringify(value)}`);
  }
  // The server must not read the person's own Temporal profile.
  args.push('--disable-config-file', '--disable-config-env', '--log-level', 'warn');
  return args;
}
