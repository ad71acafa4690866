import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeadLetterRecord } from '../../domain/model/records.ts';
import { approveAll, failureOf, runProgress, untilRun, untilWave, waveHandle } from './follow-run.ts';
import { Harness } from './harness.ts';
import { assertSound, finals, listing, rows, taskIds } from './records.ts';

interface BadInput {
  title: string;
  input: unknown;
  /** All of these must be in the message: the field, the value, what was expected. */
  words: string[];
}

const BAD: BadInput[] = [
  { title: 'an unknown key', input: { dataset: 'good', wave: 1 }, words: ['wave', 'dataset', 'waves'] },
  { title: 'a wrong type', input: { dataset: 'good', dryRun: 'no' }, words: ['dryRun', '"no"', 'true or false'] },
  { title: 'a text as input', input: 'good', words: ['"good"', 'object'] },
  { title: 'an unknown dataset', input: { dataset: 'nowhere' }, words: ['dataset', '"nowhere"', 'good'] },
  { title: 'a path out of the data root', input: { dataset: '../x' }, words: ['dataset', '"../x"', 'folder name'] },
  { title: 'an absolute path', input: { dataset: '/etc' }, words: ['dataset', '"/etc"', 'folder name'] },
  {
    title: 'empty predictions',
    input: { dataset: 'empty' },
    words: ['phase20/predicted_tasks.jsonl', 'no task at all', 'at least one valid predicted task'],
  },
  {
    title: 'predictions without one valid line',
    input: { dataset: 'broken' },
    words: ['phase20/predicted_tasks.jsonl', 'line 1', 'at least one valid predicted task'],
  },
  {
    title: 'a live run without a fleet',
    input: { dataset: 'fleetless', dryRun: false },
    words: ['phase22/agents.json', 'no such file', 'fleet'],
  },
  { title: 'a wave that is not there', input: { dataset: 'good', waves: [7] }, words: ['waves', '[7]', '1, 2'] },
  {
    title: 'an approver without a key',
    input: { dataset: 'good', gate: { approvers: ['alice'] } },
    words: ['gate.approvers[0]', '"alice"', 'an Ed25519 public key'],
  },
  {
    title: 'a host to tell people at that is not allowed',
    input: { dataset: 'good', gate: { notifyUrl: 'https://hooks.example/x' } },
    words: [
      'gate.notifyUrl',
      '"https://hooks.example/x"',
      'allowedHosts',
      'add "hooks.example"',
      'phase22/agents.json',
    ],
  },
  {
    title: 'a limit of no failures',
    input: { dataset: 'good', limits: { maxFailures: 0 } },
    words: ['limits.maxFailures', 'a whole number from 1'],
  },
];

describe('bad input', function () {
  this.timeout(60_000);
  let harness: Harness;
  const live = { dryRun: false, waveGate: { onUnhealthy: 'continue' } };

  before(async () => {
    harness = await Harness.start({ timeouts: { unreachableMs: 1_000 } });
    await harness.dataset('good', { speed: 4 });
    for (const [name, content] of [
      ['empty', ''],
      ['broken', 'not json\n{"task_id": 7}\n'],
    ] as const) {
      const folder = await harness.dataset(name);
      for (const wave of [1, 2]) rmSync(join(folder, `phase20/wave_${wave}`), { recursive: true });
      writeFileSync(join(folder, 'phase20/predicted_tasks.jsonl'), content);
      writeFileSync(join(folder, 'phase20/predicted_schedule.jsonl'), '');
    }
    rmSync(join(await harness.dataset('fleetless'), 'phase22/agents.json'));
  });
  after(() => harness.stop());

  for (const { title, input, words } of BAD) {
    it(`${title} ends the run at once, in words, with nothing written`, async () => {
      const before = listing(harness.dataRoot);
      const run = await harness.start(input);
      const message = await failureOf(run);
      for (const word of words) assert.ok(message.includes(word), `${word} is not in: ${message}`);
      assert.equal((await run.describe()).status.name, 'FAILED');
      assert.deepEqual(listing(harness.dataRoot), before);
    });
  }

  it('a task that no agent is capable of ends among the dead letters, and the run completes', async () => {
    const folder = await harness.dataset('incapable', { waves: 1, tasks: 8, speed: 4 });
    const path = join(folder, 'phase20/predicted_tasks.jsonl');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    rmSync(join(folder, 'phase20/wave_1'), { recursive: true });
    const changed = lines.map((line) => {
      const row = JSON.parse(line) as Record<string, unknown>;
      return JSON.stringify(row.task_id === 'task_1_003' ? { ...row, capabilities: ['levitation'] } : row);
    });
    writeFileSync(path, `${changed.join('\n')}\n`);
    await harness.serve('incapable');
    const result = await approveAll(harness.client, await harness.start({ dataset: 'incapable', ...live }));
    assert.equal(result.status, 'completed');
    const dead = rows<DeadLetterRecord>(join(folder, 'phase22/dead_letters.jsonl'));
    const letter = dead.find(({ task_id }) => task_id === 'task_1_003');
    assert.ok(letter, 'the task is no dead letter');
    assert.match(letter.reason, /levitation/);
    assert.equal(letter.attempts, 0);
    const outcomes = await assertSound(folder);
    assert.deepEqual([...finals(outcomes), 'task_1_003'].sort(), taskIds(folder));
  });

  it('malformed lines go to quarantine.jsonl, and the rest of the file is used', async () => {
    const folder = await harness.dataset('torn', { waves: 1, tasks: 8, speed: 4 });
    const file = 'phase20/predicted_tasks.jsonl';
    const good = rows<Record<string, unknown>>(join(folder, file)).length;
    const bad = [
      '{"task_id": "task_1_001", "agent_id": "agent_0", "predicted_succ',
      '[1, 2]',
      '{"task_id": "x", "predicted_success_probability": 7.0, "predicted_execution_time": 5}',
      '{"task_id": "y", "predicted_success_probability": NaN, "predicted_execution_time": 5}',
      '{"task_id": "z", "predicted_success_probability": 0.9, "predicted_execution_time": "5"}',
    ];
    appendFileSync(join(folder, file), bad.join('\n'));
    await harness.serve('torn');
    const run = await harness.start({ dataset: 'torn', waves: 3, ...live });
    const result = await approveAll(harness.client, run);
    assert.equal(result.status, 'completed');
    const said = `5 input lines were not used: ${file} line ${good + 1} (not JSON, or cut off); `;
    const { notes } = await runProgress(run);
    assert.equal(notes[0]?.text, '3 waves were asked for, but only one has tasks left: 1');
    assert.ok(notes[1]?.text.startsWith(`wave 1: ${said}`), JSON.stringify(notes));
    assert.match(notes[1]?.text ?? '', /; and 2 more, see quarantine\.jsonl$/);
    const report = readFileSync(join(folder, 'phase22/meta_optimization_report.md'), 'utf8');
    assert.ok(report.replaceAll('\\', '').includes(said));
    const refused = rows<{ file: string; line: number; reason: string; raw: string }>(
      join(folder, 'phase22/quarantine.jsonl'),
    );
    assert.deepEqual(
      refused.map(({ file: name, line, raw }) => ({ name, line, raw })),
      bad.map((raw, index) => ({ name: file, line: good + 1 + index, raw })),
    );
    for (const { reason } of refused) assert.notEqual(reason, '');
    assert.deepEqual(finals(await assertSound(folder)), taskIds(folder));
  });

  it('without agents the wave waits and says so; cancelled, it commits and gives the dataset back', async () => {
    const folder = await harness.dataset('unattended', { waves: 1, tasks: 8, speed: 4 });
    const input = { dataset: 'unattended', ...live };
    const run = await harness.start(input);
    const wave = waveHandle(harness.client, run, 1);
    const seen = await untilWave(
      'all agents down',
      wave,
      ({ agents }) => agents.length === 3 && agents.every(({ status }) => status === 'down'),
    );
    assert.equal(seen.completed, 0);
    assert.equal((await untilRun('the run', run, () => true)).status !== 'completed', true);
    await run.cancel();
    await assert.rejects(run.result());
    assert.equal((await run.describe()).status.name, 'CANCELLED');
    assert.deepEqual(finals(await assertSound(folder)), []);
    assert.ok(existsSync(join(folder, 'phase22/phase22_summary.json')));

    await harness.serve('unattended');
    const next = await approveAll(harness.client, await harness.start(input));
    assert.equal(next.status, 'completed');
    assert.deepEqual(finals(await assertSound(folder)), taskIds(folder));
  });
});
