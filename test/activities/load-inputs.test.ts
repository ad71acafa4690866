import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acknowledgedText } from '../../activities/acknowledgements.ts';
import { heuristicsText, misreadText } from '../../activities/inputs-record.ts';
import { createLoadInputs } from '../../activities/load-inputs.ts';
import { createSelectStrategy } from '../../activities/select-strategy.ts';
import { inputsRecord } from '../../contracts/output-files.ts';
import { parseRunInput } from '../../contracts/run-input.ts';
import { invariant } from '../../domain/model/invariant.ts';
import type { WaveContext } from '../../domain/wave/context.ts';
import { localArtifacts } from '../../store/artifacts/local-artifacts.ts';
import { writeDemoDataset } from '../../store/demo-dataset.ts';
import { appendEntry } from '../../store/ledger/ledger.ts';
import { AT } from '../store/ledger/sample-wave.ts';

describe('loadInputs', () => {
  let dataRoot: string;
  before(async () => {
    dataRoot = mkdtempSync(join(tmpdir(), 'wavewright-load-'));
    await writeDemoDataset(join(dataRoot, 'small'), { waves: 2, tasks: 8, agents: 2, seed: 5 });
  });
  after(() => rmSync(dataRoot, { recursive: true }));

  it('leaves behind what another version learned, and the rationale says so', async () => {
    const parsed = parseRunInput({ dataset: 'small' });
    invariant(parsed.ok, 'a plain input');
    const ref = { execution_id: 'now', dataset: 'small', wave: 1, dry_run: false };
    const load = async (wave: number, carry: string | null) => {
      const args = { ref: { ...ref, wave }, config: parsed.config, waves: [wave], retry: null, retryLeft: null };
      await createLoadInputs({ dataRoot })({ ...args, carry, at: 0 });
      const path = join(dataRoot, `small/phase22/runs/now/wave_${wave}/context.json`);
      return JSON.parse(readFileSync(path, 'utf8')) as WaveContext;
    };
    const { carry } = await load(1, null);
    assert.equal(carry.left_behind, null);
    const known = { ...carry, parameters: { agent_0: { ...carry.parameters['agent_0'], speed_multiplier: 1.2 } } };
    const folder = join(dataRoot, 'small/phase22/runs/then/wave_1');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'carry.json'), JSON.stringify({ ...known, version: 0 }));
    const left = (await load(2, 'phase22/runs/then/wave_1/carry.json')).carry;
    assert.deepEqual(left.parameters, {});
    assert.deepEqual(left.calibration, carry.calibration);
    const { rationale } = await createSelectStrategy({ dataRoot })({ ref: { ...ref, wave: 2 }, at: 0 });
    assert.match(rationale, /of another version of Wavewright \(phase22\/runs\/then\/wave_1\/carry\.json\)/);
  });

  it('says which heuristics make no sense, in every attempt, and counts what the phases acknowledged', async () => {
    const parsed = parseRunInput({ dataset: 'told' });
    invariant(parsed.ok, 'a plain input');
    const folder = join(dataRoot, 'told');
    await writeDemoDataset(folder, { waves: 1, tasks: 8, agents: 2, seed: 5 });
    const rule = { condition: {}, action: 'boost_confidence_by', amount: 5 };
    const bad = { heuristic_id: 'BAD', category: 'c', rule, confidence: 0.9, applicability: null };
    appendFileSync(join(folder, 'phase16/heuristics.jsonl'), `${JSON.stringify(bad)}\n`);
    const acks = [
      { signal_id: 'earlier/w1/prediction_tuning', status: 'applied' },
      { signal_id: 'earlier/w2/prediction_tuning', status: 'rejected' },
      { signal_id: 'earlier/w3/prediction_tuning', status: 'applied' },
      { signal_id: 'earlier/w1/heuristic_feedback', status: 'applied' },
    ];
    writeFileSync(join(folder, 'phase20/phase22_ack.jsonl'), acks.map((ack) => `${JSON.stringify(ack)}\n`).join(''));
    for (const wave of [1, 2]) {
      const draft = { kind: 'wave' as const, epoch: 1, execution_id: 'earlier', wave, at: AT, status: null, files: [] };
      await appendEntry(localArtifacts(folder), () => draft);
    }
    const ref = { execution_id: 'now', dataset: 'told', wave: 1, dry_run: false };
    const args = { ref, config: parsed.config, waves: [1], retry: null, retryLeft: null, carry: null, at: 0 };
    for (const attempt of [1, 2]) {
      const { ignored } = await createLoadInputs({ dataRoot })(args);
      assert.deepEqual(
        ignored,
        ['1 heuristic is not used: BAD: rule.amount is 5, expected a number from -1 to 1'],
        `${attempt}`,
      );
    }
    // An attempt that wakes late finds other files, and writes what the wave was given.
    const given = () => readFileSync(join(folder, 'phase22/runs/now/wave_1/inputs.json'), 'utf8');
    const first = given();
    for (const name of ['inputs', 'quarantine'])
      writeFileSync(join(folder, `phase22/runs/now/wave_1/${name}.json`), '{}');
    appendFileSync(
      join(folder, 'phase20/phase22_ack.jsonl'),
      `${JSON.stringify({ ...acks[0], status: 'rejected' })}\n`,
    );
    await createLoadInputs({ dataRoot })({ ...args, at: 1 });
    assert.equal(given(), first);
    assert.equal(readFileSync(join(folder, 'phase22/runs/now/wave_1/quarantine.json'), 'utf8').trim(), '[]');
    const next = await createLoadInputs({ dataRoot })({ ...args, ref: { ...ref, wave: 2 }, waves: [1, 2] });
    assert.deepEqual(next.ignored, [], 'told once');
    const inputs = inputsRecord.parse(
      JSON.parse(readFileSync(join(folder, 'phase22/runs/now/wave_1/inputs.json'), 'utf8')),
    );
    assert.deepEqual(inputs.acknowledgements.phase20, { applied: 1, rejected: 1, unknown: 2 });
    assert.equal(
      acknowledgedText(inputs),
      'Signals acknowledged when the wave began, those of earlier runs too: phase20 applied 1 and rejected 1 (and named 2 that it was not sent)',
    );
    const context = JSON.parse(
      readFileSync(join(folder, 'phase22/runs/now/wave_1/context.json'), 'utf8'),
    ) as WaveContext;
    assert.deepEqual(
      context.acknowledgements.map(({ signal_id }) => signal_id),
      ['earlier/w1/prediction_tuning', 'earlier/w2/prediction_tuning'],
    );
    const long = misreadText([`H: rule.amount is ${'9'.repeat(1e6)}`]);
    assert.ok(long !== null && long.length < 400);
    assert.match(
      heuristicsText(inputs) ?? '',
      /^Heuristics applied: H16_001: .*\. Not applied: .*BAD: rule\.amount is 5/,
    );
  });
});
