/** A parent to be killed: starts a server with the options given as JSON, says so, and stays. */
import { startEmbeddedServer, type EmbeddedServerOptions } from '../../../workers/embedded-server/start.ts';

await startEmbeddedServer(JSON.parse(process.argv[2] ?? '{}') as EmbeddedServerOptions);
console.log('started');
