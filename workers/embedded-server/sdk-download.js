/**
 * Lets the Temporal SDK download its `temporal` program and moves it to the path given: `node sdk-download.js <target>`.
 * The SDK can only download and start in one step, so the server is started on a free port and ended again.
 */
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Runtime } from '@temporalio/worker';

const sdkVersion = createRequire(import.meta.url)('@temporalio/worker/package.json').version;
const target = process.argv[2];
const folder = mkdtempSync(join(dirname(target), 'download-'));
try {
  const runtime = Runtime.instance();
  const server = await runtime.createEphemeralServer({
    type: 'dev-server',
    exe: {
      type: 'cached-download',
      downloadDir: folder,
      version: 'default',
      ttl: 24 * 3600 * 1000,
      sdkName: 'sdk-typescript',
      sdkVersion,
    },
    namespace: 'default',
    ip: '127.0.0.1',
    port: null,
    uiPort: null,
    dbFilename: null,
    ui: false,
    log: { format: 'pretty', level: 'error' },
    extraArgs: [],
  });
  await runtime.shutdownEphemeralServer(server);
  const [name] = readdirSync(folder).filter((entry) => entry.startsWith('temporal'));
  if (name === undefined) throw new Error('the SDK left no program behind');
  renameSync(join(folder, name), target);
} catch (error) {
  console.error(String(error.message ?? error).replaceAll('\n', ' '));
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
