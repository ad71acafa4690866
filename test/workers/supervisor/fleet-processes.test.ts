import assert from 'node:assert/strict';
import { join } from 'node:path';
import { scratchFolder } from '../../store/scratch-folder.ts';
import { writeSmallDataset } from '../../agents/small-dataset.ts';
import { superviseFleet } from '../../../workers/supervisor/fleet-processes.ts';
import { Harness } from '../../workflows/harness.ts';

describe('the processes of a fleet', function () {
  this.timeout(60_000);
  const logs = scratchFolder();
  let harness: Harness;

  before(async () => {
    harness = await Harness.start({ orchestrator: false });
    const agent = { agent_id: 'a', kind: 'command', program: 'node' };
    const tasks = { tasks: 1, predictedMs: 10 };
    const broken = { agents: [{ ...agent, env: { TOKEN: { env: 'WAVEWRIGHT_TEST_ABSENT' } } }] };
    writeSmallDataset(join(harness.dataRoot, 'broken'), { ...tasks, fleet: broken });
    writeSmallDataset(join(harness.dataRoot, 'whole'), { ...tasks, fleet: { agents: [agent] } });
  });
  after(() => harness.stop());

  const supervise = (dataset: string | null, onFault: (dataset: string, error: Error) => void) =>
    superviseFleet({
      dataRoot: harness.dataRoot,
      dataset,
      env: harness.environment(),
      logFolder: logs(),
      onEvent: () => undefined,
      onFault,
    });
  const names = /did not start: exit code 2[^]*agent a: env\.TOKEN: found nothing, .*variable WAVEWRIGHT_TEST_ABSENT/;

  it('serve the other datasets where the agent of one cannot start, and say why', async () => {
    const faults: string[] = [];
    const fleet = await supervise(null, (dataset, error) => faults.push(`${dataset}: ${error.message}`));
    assert.deepEqual(fleet.agents(), ['whole/a']);
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? '', /^broken: /);
    assert.match(faults[0] ?? '', names);
    await fleet.stop();
  });

  it('do not begin for a single dataset whose agent cannot start', () =>
    assert.rejects(
      supervise('broken', () => undefined),
      names,
    ));
});
