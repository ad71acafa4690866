/**
 * An agent as a program: reads one task as JSON on standard input, counts the words of its text, and prints the outcome as
 * its last line. Run by hand:
 *
 *   echo '{"task":{"payload":{"text":"one two"}},"context":{"idempotency_key":"try/t/1"}}' | node agent.js
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const { task, context } = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify(answer()));

function answer() {
  const text = task.payload?.text;
  if (typeof text !== 'string') return { status: 'failed', error: 'payload.text is missing' };

  // The key is the same in every attempt, on every agent and in every run: work that is done is not done again.
  const kept = `results/${context.idempotency_key.replaceAll('/', '_')}.json`;
  if (existsSync(kept)) return { status: 'completed', output: JSON.parse(readFileSync(kept, 'utf8')) };

  const output = { words: text.split(/\s+/).filter((word) => word !== '').length };
  mkdirSync('results', { recursive: true });
  // Written aside and renamed: a kill in between leaves no half a result behind.
  writeFileSync(`${kept}.${process.pid}`, JSON.stringify(output));
  renameSync(`${kept}.${process.pid}`, kept);
  return { status: 'completed', confidence: 0.99, output };
}
