import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_KINDS } from './all-kinds.ts';
import { campaignReport, repeatCommand } from './campaign-report.ts';
import type { Kind } from './kind.ts';
import { runEpisode } from './run-episode.ts';
import { Stage } from './stage.ts';

/** What the other tests of this folder do not strike, as far as an episode takes seconds. */
const SHORT = [
  'server-killed',
  'agent-cut',
  'commit-disk-full',
  'plan-io-error',
  'segment-disk-full',
  'ledger-torn',
  'ledger-flipped',
  'derived-torn',
  'commits-racing',
];
const SEED = 7;

describe('a campaign of faults', function () {
  this.timeout(400_000);
  let stage: Stage;

  before(async () => {
    stage = await Stage.start();
  });
  after(() => stage.stop(false));

  for (const name of SHORT) {
    it(`${name}: nothing is lost, doubled or let through`, async () => {
      const kind = ALL_KINDS.find((one) => one.name === name);
      assert.ok(kind, `no kind ${name}`);
      const report = await runEpisode(stage, kind, SEED);
      assert.deepEqual(report.violations, [], `repeat it: ${repeatCommand(report)}`);
    });
  }

  it('sees a lost effect, a second one, a task that nobody approved, and a fault that missed', async () => {
    let effects: string[] = [];
    const sabotage: Kind = {
      level: 'processes',
      name: 'sabotage',
      does: 'spoils what was counted',
      holds: 'nothing',
      async strike(episode) {
        const folder = join(stage.folder, 'counts', episode.dataset);
        const closed = async () => (await episode.ask(() => episode.run.describe()))?.status.name === 'COMPLETED';
        await episode.until('the end of the run', closed);
        effects = readdirSync(join(folder, 'effects'));
        const [first = '', second = '', third = ''] = effects.map((name) => join(folder, 'effects', name));
        rmSync(first);
        renameSync(second, second.replace(/\+1$/, '+2'));
        appendFileSync(third.replace(/\+1$/, '+2'), '');
        appendFileSync(join(folder, 'requests.log'), 'agent_0 task_9_999 1 x/task_9_999/1\n');
        episode.bites(false, 'it is no fault');
      },
    };
    const report = await runEpisode(stage, sabotage, SEED);
    assert.ok(effects.length > 3);
    assert.deepEqual([report.lost, report.duplicated, report.gateBreaches], [1, 1, 1]);
    assert.match(report.violations.join('\n'), /the fault missed: it is no fault/);
    assert.equal(campaignReport([report]).violations.length, 4);
  });

  it('has kinds with names of their own, each described for people', () => {
    const names = ALL_KINDS.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    const page = readFileSync(new URL('../../docs/reliability.md', import.meta.url), 'utf8').replaceAll(/ +/g, ' ');
    const row = ({ name, level, does, holds }: Kind) => `| \`${name}\` | ${level} | ${does} | ${holds} |`;
    assert.deepEqual(
      ALL_KINDS.map(row).filter((one) => !page.includes(one)),
      [],
    );
  });
});
