/**
 * An agent as a service: each task is posted to it, and it answers with the outcome. It counts the words of the task's
 * text. Start it, then try it:
 *
 *   node server.js                      # on port 8477, or PORT
 *   curl -H 'Idempotency-Key: try/t/1' -d '{"task":{"payload":{"text":"one two"}}}' http://127.0.0.1:8477/execute
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const AT_ONCE = 8;
let working = 0;

const server = createServer((request, response) => void serve(request, response));
server.listen(Number(process.env.PORT ?? 8477), '127.0.0.1', () => {
  console.log(`counting words at http://127.0.0.1:${server.address().port}/execute`);
});

async function serve(request, response) {
  // A service that is busy says when to come again; the same attempt then asks again with the same key.
  if (working >= AT_ONCE) return response.writeHead(429, { 'Retry-After': '1' }).end();
  working += 1;
  try {
    const { task } = await json(request);
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(answer(task, String(request.headers['idempotency-key']))));
  } catch (error) {
    response.writeHead(400).end(String(error));
  } finally {
    working -= 1;
  }
}

function answer(task, key) {
  const text = task.payload?.text;
  if (typeof text !== 'string') return { status: 'failed', error: 'payload.text is missing' };

  // The key is the same in every attempt, on every agent and in every run: work that is done is not done again.
  const kept = `results/${key.replaceAll(/[^\w.-]/g, '_')}.json`;
  if (existsSync(kept)) return { status: 'completed', output: JSON.parse(readFileSync(kept, 'utf8')) };

  const output = { words: text.split(/\s+/).filter((word) => word !== '').length };
  mkdirSync('results', { recursive: true });
  // Written aside and renamed: a kill in between leaves no half a result behind.
  writeFileSync(`${kept}.${process.pid}`, JSON.stringify(output));
  renameSync(`${kept}.${process.pid}`, kept);
  return { status: 'completed', confidence: 0.99, output };
}
