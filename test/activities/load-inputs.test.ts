import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLoadInputs } from '../../activities/load-inputs.ts';
import { createSelectStrategy } from '../../activities/select-strategy.ts';
import { parseRunInput } from '../../contracts/run-input.ts';
import { invariant } from '../../domain/model/invariant.ts';
import type { WaveContext } from '../../domain/wave/context.ts';
import { writeDemoDataset } from '../../store/demo-dataset.ts';

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
});
