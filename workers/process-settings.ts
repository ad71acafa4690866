/** What a Wavewright process is told by its environment. */
import { resolve } from 'node:path';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { loadClientConnectConfig } from '@temporalio/envconfig';

export interface ProcessSettings {
  /** Folder that holds the datasets, absolute. */
  dataRoot: string;
  namespace: string;
  connection: NativeConnectionOptions;
}

/**
 * `WAVEWRIGHT_DATA` (default `./data`) and Temporal's own configuration: variables such as `TEMPORAL_ADDRESS`, or its
 * configuration file. Without any, the embedded server's address.
 */
export function processSettings(env: NodeJS.ProcessEnv): ProcessSettings {
  const { connectionOptions, namespace } = temporalConfig(env);
  return {
    dataRoot: dataRoot(env),
    namespace: namespace ?? 'default',
    connection: { address: '127.0.0.1:7233', ...connectionOptions },
  };
}

export function dataRoot(env: NodeJS.ProcessEnv): string {
  return resolve(env.WAVEWRIGHT_DATA || 'data');
}

/** Temporal's own configuration: its variables or file, TLS and keys included. */
export function temporalConfig(env: NodeJS.ProcessEnv): ReturnType<typeof loadClientConnectConfig> {
  const defined = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(defined) });
}
