import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandEntry } from '../../../contracts/agents-file.ts';
import { commandAgent } from '../../../workers/agents/command-agent.ts';
import { scratchFolder } from '../../store/scratch-folder.ts';
import { until } from '../../workflows/follow-run.ts';
import { context, task } from './attempt.ts';

const READ = 'const sent = JSON.parse(require("node:fs").readFileSync(0, "utf8"));';
/** Says that it is ready, and goes on for ever. */
const STAY = 'require("node:fs").writeFileSync("ready", String(process.pid)); setInterval(() => undefined, 1000);';

describe('a command agent', function () {
  this.timeout(20_000);
  const folder = scratchFolder();

  /** An agent whose program is this script. */
  const agentOf = (script: string, change: Partial<CommandEntry> = {}, env: NodeJS.ProcessEnv = {}) => {
    writeFileSync(join(folder(), 'agent.cjs'), script);
    const entry: CommandEntry = {
      agent_id: 'a',
      kind: 'command',
      slots: 4,
      capabilities: [],
      idempotent: false,
      program: process.execPath,
      args: ['agent.cjs'],
      env: {},
      ...change,
    };
    return commandAgent(entry, folder(), { PATH: process.env.PATH, ...env });
  };
  const run = (script: string, change: Partial<CommandEntry> = {}, env: NodeJS.ProcessEnv = {}) =>
    agentOf(script, change, env).execute(task({ text: 'a b' }), context());
  const ready = () =>
    until('the program at work', () =>
      Promise.resolve(existsSync(join(folder(), 'ready')) && readFileSync(join(folder(), 'ready'), 'utf8')),
    );
  const alive = (pid: number) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };

  it('gets task and context, and its last line is the answer', async () => {
    const answer = await run(
      `${READ} console.log("working"); console.log(JSON.stringify({ status: "completed", output: sent }) + "\\n");`,
    );
    const { signal: _, ...rest } = context();
    assert.deepEqual(answer, { status: 'completed', output: { task: task({ text: 'a b' }), context: rest } });
  });

  it('gets its arguments as they are, without a shell', async () => {
    const args = ['agent.cjs', '$PATH', '; exit 1', '*'];
    const script = 'console.log(JSON.stringify({ status: "completed", output: process.argv.slice(2) }));';
    assert.deepEqual(await run(script, { args }), { status: 'completed', output: ['$PATH', '; exit 1', '*'] });
  });

  it('gets PATH, the values of its entry and the variables that it names, and nothing else', async () => {
    const script = 'console.log(JSON.stringify({ status: "completed", output: process.env }));';
    const env = { PLAIN: 'text', RENAMED: { env: 'PASSED' } };
    const { output } = await run(script, { env }, { PASSED: 'yes', HIDDEN: 'no' });
    assert.deepEqual(output, { PATH: process.env.PATH ?? '', PLAIN: 'text', RENAMED: 'yes' });
  });

  it('does not begin without a variable that it names', () => {
    assert.throws(
      () => agentOf('', { env: { TOKEN: { env: 'ABSENT' } } }),
      /agent a: env\.TOKEN: found nothing, expected a value in the environment variable ABSENT/,
    );
  });

  it('tells no value that was passed on', async () => {
    const [env, values] = [{ TOKEN: { env: 'TOKEN' } }, { TOKEN: 'secret-12345' }];
    const fails = `console.error("x".repeat(10) + process.env.TOKEN + "y".repeat(495)); process.exit(3);`;
    assert.doesNotMatch((await run(fails, { env }, values)).error ?? '', /2345/);
    const tells = 'console.log(JSON.stringify({ status: "completed", output: process.env.TOKEN }));';
    assert.deepEqual(await run(tells, { env }, values), { status: 'completed', output: '***' });
  });

  it('fails the attempt on an exit code, a program that is not there, and no answer', async () => {
    const { error } = await run('console.error("no disk"); process.exit(3);');
    assert.match(error ?? '', /ended with exit code 3: no disk$/);
    assert.match((await run('', { program: 'no-such-program' })).error ?? '', /no-such-program.*ENOENT/);
    assert.match((await run('console.log("done");')).error ?? '', /gave no JSON: done/);
  });

  it('ends a program that prints too much', async () => {
    const { error } = await run('setInterval(() => process.stdout.write("x".repeat(100_000)), 1);');
    assert.match(error ?? '', /printed more than 4000000 characters/);
  });

  it('gets SIGTERM when the time is up, and may put things in order', async () => {
    const script = `process.on("SIGTERM", () => { require("node:fs").writeFileSync("tidy", "yes"); process.exit(1); }); ${STAY}`;
    const abort = new AbortController();
    const answer = agentOf(script).execute(task(), context(abort.signal));
    await ready();
    abort.abort();
    assert.match((await answer).error ?? '', /exit code 1/);
    assert.equal(readFileSync(join(folder(), 'tidy'), 'utf8'), 'yes');
  });

  it('is killed with all that it started when it does not heed SIGTERM', async () => {
    const stubborn = `process.on("SIGTERM", () => undefined); ${STAY}`;
    const script = `process.on("SIGTERM", () => undefined);
      const child = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(stubborn)}], { stdio: "inherit" });
      setInterval(() => undefined, 1000);`;
    const abort = new AbortController();
    const answer = agentOf(script).execute(task(), context(abort.signal));
    await ready();
    const child = Number(readFileSync(join(folder(), 'ready'), 'utf8'));
    abort.abort();
    assert.match((await answer).error ?? '', /ended with SIGKILL/);
    await until('the end of what it started', () => Promise.resolve(!alive(child)));
  });

  it('is not waited for by way of a process that left its group', async () => {
    const script = `const child = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(STAY)}], { stdio: "inherit", detached: true });
      child.unref(); setInterval(() => undefined, 1000);`;
    const abort = new AbortController();
    const answer = agentOf(script).execute(task(), context(abort.signal));
    await ready();
    abort.abort();
    assert.match((await answer).error ?? '', /ended with SIGTERM/);
    process.kill(Number(readFileSync(join(folder(), 'ready'), 'utf8')), 'SIGKILL');
  });

  it('runs one program at a time for a task: the next attempt waits for the last one’s end', async () => {
    const script = `const fs = require("node:fs");
      ${READ}
      fs.appendFileSync("order", "begin " + sent.context.attempt + "\\n");
      process.on("SIGTERM", () => setTimeout(() => { fs.appendFileSync("order", "end " + sent.context.attempt + "\\n"); process.exit(1); }, 200));
      if (sent.context.attempt === 1) { ${STAY} } else console.log('{"status":"completed"}');`;
    const agent = agentOf(script);
    const abort = new AbortController();
    const first = agent.execute(task(), context(abort.signal));
    await ready();
    abort.abort();
    const second = agent.execute(task(), { ...context(), attempt: 2 });
    assert.deepEqual([(await first).status, (await second).status], ['failed', 'completed']);
    assert.equal(readFileSync(join(folder(), 'order'), 'utf8'), 'begin 1\nend 1\nbegin 2\n');
  });
});
