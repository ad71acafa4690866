/** The example's upstream, between the waves and runs of simulated fleets, and on files. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shuffledFeedback } from '../../bench/learning/shuffled-feedback.ts';
import type { MetricName } from '../../domain/model/targets.ts';
import type { SimulatedRunWave } from '../../domain/simulation/simulate-run.ts';
import { simulateRun } from '../../domain/simulation/simulate-run.ts';
import { closeLoop } from '../../examples/closed-loop/upstream.ts';
import { writeDemoDataset } from '../../store/demo-dataset.ts';
import { loadDataset } from '../../store/inputs/load-dataset.ts';
import { demoInputs, demoRun } from '../simulation/demo-run.ts';
import type { Feedback } from './simulated-loop.ts';
import { makespan, readAgain, runClosed, timeError, valueOf } from './simulated-loop.ts';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const UPSTREAM = fileURLToPath(new URL('../../examples/closed-loop/upstream.ts', import.meta.url));

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const measured = (waves: SimulatedRunWave[], name: MetricName) => waves.flatMap((wave) => valueOf(wave, name) ?? []);

describe('the closed loop, simulated', function () {
  this.timeout(240_000);
  /** The product's own learning is frozen: what gets better is upstream's doing. */
  const figures = {} as Record<Feedback, { impact: number; makespan: number; adherence: number; error: number }>;

  before(async () => {
    const inputs = await Promise.all(SEEDS.map((seed) => demoInputs({ seed, tasks: 120 })));
    for (const feedback of ['none', 'true', 'shuffled'] as const) {
      const impacts: number[] = [];
      const next: SimulatedRunWave[] = [];
      SEEDS.forEach((seed, index) => {
        const input = demoRun(inputs[index]!, { seed, tuning: 'frozen' });
        const { waves, memory } = runClosed(input, feedback);
        impacts.push(...measured(waves, 'learning_impact'));
        const [first] = input.waves;
        const tasks = first!.tasks.map((task) => ({ ...task, generation: 2 }));
        const context = { ...readAgain(input.context, input.context, memory), execution_id: 'next' };
        next.push(...simulateRun({ ...input, context, waves: [{ wave: 1, tasks }] }));
      });
      figures[feedback] = {
        impact: mean(impacts),
        makespan: mean(next.map(makespan)),
        adherence: mean(next.map((wave) => valueOf(wave, 'schedule_adherence')!)),
        error: mean(next.map(timeError)),
      };
    }
  });

  it('improves the next run: predicted times and adherence to the plan, at no cost in makespan', () => {
    const { none, true: closed } = figures;
    assert.ok(closed.error < none.error / 2, `${closed.error} against ${none.error}`);
    assert.ok(closed.adherence > none.adherence + 0.15, `${closed.adherence} against ${none.adherence}`);
    assert.ok(closed.makespan < 1.03 * none.makespan, `${closed.makespan} against ${none.makespan}`);
  });

  it('does worse than nothing when told of other agents', () => {
    const { none, shuffled } = figures;
    assert.ok(shuffled.error > 2 * none.error, `${shuffled.error} against ${none.error}`);
    assert.ok(shuffled.adherence < none.adherence, `${shuffled.adherence} against ${none.adherence}`);
    assert.ok(shuffled.makespan > none.makespan, `${shuffled.makespan} against ${none.makespan}`);
  });

  it('shows in learning_impact, which neither an open loop nor shuffled feedback reaches', () => {
    const { none, true: closed, shuffled } = figures;
    assert.ok(closed.impact > 0.6, `${closed.impact}`);
    assert.ok(none.impact < 0.3, `${none.impact}`);
    assert.ok(shuffled.impact < 0.15, `${shuffled.impact}`);
  });

  it('has learning_impact and optimization_efficiency fall when the run itself is told of other agents', async () => {
    const found = { impact: [[], []] as number[][], efficiency: [[], []] as number[][] };
    for (const seed of SEEDS) {
      const input = demoRun(await demoInputs({ seed, tasks: 120 }), { seed });
      [input, { ...input, variant: { told: shuffledFeedback(input.context) } }].forEach((run, index) => {
        const waves = simulateRun(run);
        found.impact[index]!.push(...measured(waves, 'learning_impact'));
        found.efficiency[index]!.push(...measured(waves.slice(-1), 'optimization_efficiency'));
      });
    }
    for (const [name, [told, shuffled]] of Object.entries(found)) {
      assert.ok(mean(shuffled!) < mean(told!) - 0.3, `${name}: ${mean(shuffled!)} against ${mean(told!)}`);
    }
  });
});

describe('the closed loop, on files', function () {
  this.timeout(60_000);
  let root: string;
  let told: string;

  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'wavewright-loop-'));
    told = join(root, 'told');
    await writeDemoDataset(told, { waves: 2, tasks: 20, agents: 3, seed: 5 });
    const { waves } = runClosed(demoRun(await loadDataset(told), { seed: 5 }), 'none');
    // A heuristic that a signal calls harmful, so that every file has something to change.
    const harmful = [{ heuristic_id: 'H16_002', verdict: 'harmed' }];
    for (const phase of [16, 18, 20]) {
      const rows = waves.flatMap(({ signals }) => signals.filter(({ target_phase }) => target_phase === phase));
      const lines = rows.map((row) =>
        JSON.stringify(phase === 16 ? { ...row, content: { ...row.content, heuristics: harmful } } : row),
      );
      writeFileSync(join(told, `phase${phase}/phase22_feedback.jsonl`), `${lines.join('\n')}\n`);
    }
  });
  after(() => rmSync(root, { recursive: true }));

  const copy = (name: string) => {
    cpSync(told, join(root, name), { recursive: true });
    return join(root, name);
  };
  const content = (folder: string) =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => statSync(join(folder, name)).isFile() && !name.endsWith('.new'))
        .sort()
        .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    );

  it('changes nothing when it runs a second time, as a program', () => {
    const folder = copy('twice');
    const run = () => execFileSync(process.execPath, ['--import', 'tsx', UPSTREAM, folder], { encoding: 'utf8' });
    assert.match(run(), /^Changed 13 file\(s\):/);
    const once = content(folder);
    assert.equal(run(), 'Nothing new.\n');
    assert.deepEqual(content(folder), once);
  });

  it('ends the same wherever it was killed', () => {
    const whole = copy('whole');
    const writes = closeLoop(whole).length;
    const expected = content(whole);
    for (let kept = 0; kept < writes; kept++) {
      const folder = copy(`killed-${kept}`);
      let left = kept;
      const dying = (path: string, text: string) => {
        // The next file is half written, beside the one that it was to replace.
        writeFileSync(`${path}.new`, left > 0 ? text : text.slice(0, text.length / 2));
        if (left-- === 0) throw new Error('killed');
        renameSync(`${path}.new`, path);
      };
      assert.throws(() => closeLoop(folder, dying), /killed/);
      closeLoop(folder);
      assert.deepEqual(content(folder), expected, `killed after ${kept} of ${writes} files`);
    }
  });

  it('leaves files that are read without complaint, with every signal acknowledged once', async () => {
    const folder = copy('read');
    const before = await loadDataset(folder);
    closeLoop(folder);
    const after = await loadDataset(folder);
    assert.deepEqual(after.quarantine, []);
    for (const phase of ['phase16', 'phase18', 'phase20'] as const) {
      assert.deepEqual(
        after.acks[phase].map(({ status }) => status),
        ['applied', 'applied'],
      );
    }
    const ids = (inputs: typeof before) => inputs.predictions.map(({ task_id, agent_id }) => `${task_id} ${agent_id}`);
    assert.deepEqual(ids(after), ids(before));
    assert.notDeepEqual(after.predictions, before.predictions);
    const amount = (inputs: typeof before) =>
      (inputs.heuristics.find(({ heuristic_id }) => heuristic_id === 'H16_002')!.rule as { amount: number }).amount;
    assert.equal(amount(after), amount(before) / 2);
  });

  it('says what it cannot read, changes nothing then, and passes over lines that are no signals', () => {
    const run = (folder: string) =>
      spawnSync(process.execPath, ['--import', 'tsx', UPSTREAM, folder], { encoding: 'utf8' });
    const nowhere = run(join(root, 'nowhere'));
    assert.equal(nowhere.status, 2);
    assert.match(nowhere.stderr, /nowhere is no folder of a dataset: it has no folder phase20/);

    const folder = copy('damaged');
    appendFileSync(join(folder, 'phase20/phase22_feedback.jsonl'), '{"signal_id":"cut\n{"target_phase":20}\n[1]\n');
    appendFileSync(join(folder, 'phase16/heuristics.jsonl'), '{"heuristic_id":"H16_002"}\n');
    assert.match(run(folder).stdout, /^Changed 13 file/);
    const nulls = '{"consumed":null,"corrections":null,"retry_rates":null,"heuristic_factors":null}';
    for (const damage of ['{"consumed":', '[]', '{"consumed":{}}', nulls, nulls.replaceAll('null', '{}')]) {
      writeFileSync(join(folder, 'phase20/closed_loop.json'), damage);
      const before = content(folder);
      const { status, stderr } = run(folder);
      assert.equal(status, 1);
      assert.match(stderr, /^Nothing was changed: phase20\/closed_loop\.json is not .*; restore it\.$/m);
      assert.deepEqual(content(folder), before);
    }
    rmSync(join(folder, 'phase20/closed_loop.json'));
    assert.match(
      run(folder).stderr,
      /^Nothing was changed: phase20\/closed_loop\.json is missing, .*restore it, or begin with a new dataset\.$/m,
    );
  });

  it('rejects a signal that was measured against predictions corrected since', async () => {
    const folder = copy('late');
    closeLoop(folder);
    const path = join(folder, 'phase20/phase22_feedback.jsonl');
    const [first] = readFileSync(path, 'utf8').split('\n');
    const signal = JSON.parse(first!) as { signal_id: string; content: { acknowledged: string | null } };
    const memory = readFileSync(join(folder, 'phase20/predicted_tasks.jsonl'), 'utf8');
    writeFileSync(path, `${first}\n${JSON.stringify({ ...signal, signal_id: 'late' })}\n`);
    closeLoop(folder);
    assert.equal(readFileSync(join(folder, 'phase20/predicted_tasks.jsonl'), 'utf8'), memory);
    const acks = (await loadDataset(folder)).acks.phase20;
    assert.equal(acks.find(({ signal_id }) => signal_id === 'late')?.status, 'rejected');
    const last = acks.findLast(({ status }) => status === 'applied')!.signal_id;
    const seen = { ...signal, signal_id: 'in-force', content: { ...signal.content, acknowledged: last } };
    writeFileSync(path, `${first}\n${JSON.stringify(seen)}\n`);
    closeLoop(folder);
    const again = (await loadDataset(folder)).acks.phase20;
    assert.equal(again.find(({ signal_id }) => signal_id === 'in-force')?.status, 'applied');
  });
});
