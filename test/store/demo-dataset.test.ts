import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { predictSuccess } from '../../domain/calibration/success.ts';
import { absorb } from '../../domain/calibration/absorb.ts';
import { emptyCalibration } from '../../domain/calibration/state.ts';
import { demoFleet } from '../../domain/demo/fleet.ts';
import { writeDemoDataset } from '../../store/demo-dataset.ts';
import { loadDataset } from '../../store/inputs/load-dataset.ts';
import { scratchFolder } from './scratch-folder.ts';

const SMALL = { waves: 2, tasks: 12, agents: 3, seed: 22 };

describe('writing the demo data set', () => {
  const scratch = scratchFolder();

  it('writes what the readers take without a complaint', async () => {
    const folder = join(scratch(), 'demo');
    const written = await writeDemoDataset(folder, SMALL);
    assert.deepEqual(written, { kind: 'written', files: 33 });
    const inputs = await loadDataset(folder);
    assert.deepEqual(inputs.quarantine, []);
    assert.equal(inputs.tasks.length, 24);
    assert.equal(inputs.predictions.length, 72);
    assert.equal(inputs.agents?.agents.length, 3);
    assert.equal(inputs.facts.joins.outcomes_deferred, 1);
    assert.deepEqual(
      inputs.facts.files.filter((file) => !file.present).map((file) => file.path),
      ['phase16/phase22_ack.jsonl', 'phase18/phase22_ack.jsonl', 'phase20/phase22_ack.jsonl'],
    );
  });

  it('leaves reliable agents above the gate for HIGH once phase 21 is counted', async () => {
    const folder = join(scratch(), 'demo');
    await writeDemoDataset(folder, { ...SMALL, agents: 6 });
    const calibration = absorb(emptyCalibration(), (await loadDataset(folder)).observations);
    for (const agent of demoFleet(6, 22).filter((one) => one.role !== 'flaky')) {
      const question = {
        risk_level: 'HIGH',
        task_type: null,
        declared: 0.97,
        confidence_weight: 1,
        prediction_bias: 0,
      } as const;
      const { mean } = predictSuccess(calibration, { agent_id: agent.agent_id, ...question });
      assert.ok(mean >= 0.95, `${agent.agent_id}: ${mean}`);
    }
  });

  it('writes numbers and spaces as upstream does', async () => {
    const folder = join(scratch(), 'demo');
    await writeDemoDataset(folder, SMALL);
    const schedule = await readFile(join(folder, 'phase20/predicted_schedule.jsonl'), 'utf8');
    assert.match(
      schedule.split('\n')[0] ?? '',
      /^\{"task_id": "task_1_001", "agent_id": "agent_\d", "wave": 1, "predicted_start_time": 0\.0, "predicted_end_time": \d+\.\d, "predicted_success_probability": 0\.\d+, "predicted_confidence_delta": 0\.\d+, "priority": [1-4], "status": "ASSIGNED", "timestamp": "2026-03-02T08:\d\d:\d\d\.\d{6}\+00:00"\}$/,
    );
    const heuristics = await readFile(join(folder, 'phase16/heuristics.jsonl'), 'utf8');
    assert.match(heuristics, /"max_retries": 3, "confidence_penalty": -0\.05\}/);
    assert.match(heuristics, /"timestamp": "2026-03-01T22:\d\d:\d\d\.\d{6}Z"\}\n/);
  });

  it('refuses to overwrite, even an empty folder', async () => {
    const parent = scratch();
    await mkdir(join(parent, 'demo'));
    assert.deepEqual(await writeDemoDataset(join(parent, 'demo'), SMALL), { kind: 'exists' });
    assert.deepEqual(await readdir(join(parent, 'demo')), []);
  });

  it('lets one of several writers win and leaves nothing half-written behind', async () => {
    const parent = scratch();
    const folder = join(parent, 'demo');
    const results = await Promise.all([1, 2, 3].map(() => writeDemoDataset(folder, SMALL)));
    assert.deepEqual(results.map((one) => one.kind).sort(), ['exists', 'exists', 'written']);
    assert.deepEqual(await readdir(parent), ['demo']);
  });

  it('removes what it began when it cannot go on', async () => {
    const parent = scratch();
    await writeFile(join(parent, 'file'), '');
    await assert.rejects(writeDemoDataset(join(parent, 'file', 'demo'), SMALL));
    await assert.rejects(writeDemoDataset(join(parent, 'demo'), { ...SMALL, waves: 0 }), /waves is 0/);
    assert.deepEqual(await readdir(parent), ['file']);
  });
});
