import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { scratchFolder } from '../store/scratch-folder.ts';
import { readCounts, startCountingAgent } from './counting-http-agent.ts';

const SCRIPT = fileURLToPath(new URL('./counting-http-agent.ts', import.meta.url));

describe('the counting http agent', function () {
  this.timeout(30_000);
  const folder = scratchFolder();
  const file = () => join(folder(), 'counts.jsonl');
  const post = async (url: string, key: string | null): Promise<[number, unknown]> => {
    const headers: Record<string, string> = key === null ? {} : { 'Idempotency-Key': key };
    const response = await fetch(url, { method: 'POST', headers, body: '{"task":{"task_id":"t"}}' });
    return [response.status, await response.json()];
  };
  const answer = [200, { status: 'completed', output: { task_id: 't' } }];

  it('does the work of a key once, for requests one after the other and at the same time', async () => {
    const agent = await startCountingAgent({ file: file(), latencyMs: 20 });
    assert.deepEqual(await Promise.all([post(agent.url, 'a'), post(agent.url, 'a')]), [answer, answer]);
    assert.deepEqual(await post(agent.url, 'a'), answer);
    assert.deepEqual(await post(agent.url, 'b'), answer);
    assert.equal((await post(agent.url, null))[0], 400);
    await agent.close();
    assert.deepEqual(Object.fromEntries(readCounts(file())), {
      a: { requests: 3, effects: 1 },
      b: { requests: 1, effects: 1 },
    });
  });

  it('remembers effects over a kill, also after a torn line', async () => {
    const start = async () => {
      const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, '--file', file()], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      const kill = async () => {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      };
      return { url: line.replace('counting agent ready: ', ''), kill };
    };
    const first = await start();
    assert.deepEqual(await post(first.url, 'a'), answer);
    await first.kill();
    appendFileSync(file(), '{"kind":"effect","key":"b","ans');
    const second = await start();
    assert.deepEqual(await post(second.url, 'a'), answer);
    assert.deepEqual(await post(second.url, 'b'), answer);
    await second.kill();
    assert.deepEqual(Object.fromEntries(readCounts(file())), {
      a: { requests: 2, effects: 1 },
      b: { requests: 1, effects: 1 },
    });
  });

  it('fails as often as asked, before the effect and after it', async () => {
    const agent = await startCountingAgent({ file: file(), failureRate: 0.5 });
    const seen = { answered: 0, refused: 0, cut: 0 };
    for (let call = 0; call < 200; call++) {
      const status = await post(agent.url, `key-${call}`).then(
        ([code]) => code,
        () => null,
      );
      if (status === 200) seen.answered += 1;
      else if (status === 500) seen.refused += 1;
      else seen.cut += 1;
    }
    await agent.close();
    const effects = [...readCounts(file()).values()].filter((count) => count.effects === 1).length;
    assert.equal(effects, seen.answered + seen.cut);
    // A seeded draw: a quarter each of refused and cut, within four standard deviations.
    for (const count of [seen.refused, seen.cut]) assert.ok(count > 25 && count < 75, JSON.stringify(seen));
  });
});
