/**
 * `npm run faults`: episodes of faults on real processes and files. Each draws everything from its seed; the kinds take
 * turns. Prints one JSON line with `--json`; exit code 1 when something did not hold.
 */
import { Command, Option } from 'commander';
import { ALL_KINDS } from './all-kinds.ts';
import { campaignReport, episodeLine, repeatCommand, type CampaignReport } from './campaign-report.ts';
import type { EpisodeReport, Kind } from './kind.ts';
import { runEpisode } from './run-episode.ts';
import { Stage } from './stage.ts';

interface Options {
  episodes: number;
  seed: number;
  kind?: string;
  json?: true;
  list?: true;
}

const wholeNumber = (least: number) => (text: string) => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  console.error(`error: found ${text}, expected a whole number from ${least}.`);
  process.exit(2);
};

const program = new Command('faults')
  .description('strike live runs with faults, and check that nothing is lost, doubled or let through')
  .option('--episodes <n>', 'how many', wholeNumber(1), 60)
  .option('--seed <n>', 'seed of the first episode; each later one has the next', wholeNumber(0), 1)
  .addOption(new Option('--kind <name>', 'only this kind').choices(ALL_KINDS.map(({ name }) => name)))
  .option('--json', 'print one JSON line')
  .option('--list', 'print the kinds and end');
const options = program.parse().opts<Options>();

if (options.list) {
  for (const { name, does, holds } of ALL_KINDS) console.log(`${name}: ${does}. Must hold: ${holds}.`);
} else {
  process.exitCode = await campaign(options);
}

async function campaign({ episodes, seed, kind, json }: Options): Promise<number> {
  const kinds = ALL_KINDS.filter(({ name }) => kind === undefined || name === kind);
  const stage = await Stage.start();
  const reports: EpisodeReport[] = [];
  let ending = false;
  const end = (): void => {
    if (ending) process.exit(130);
    ending = true;
    console.error('ending after this episode; once more ends at once');
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  try {
    for (let index = 0; index < episodes && !ending; index++) {
      const report = await runEpisode(stage, kinds[index % kinds.length] as Kind, seed + index);
      reports.push(report);
      console.error(`${index + 1}/${episodes} ${episodeLine(report)}`);
      if (report.violations.length === 0) continue;
      for (const what of report.violations.slice(0, 10)) console.error(`  ${what}`);
      console.error(`  repeat it: ${repeatCommand(report)}`);
    }
  } finally {
    const failed = reports.length < episodes || reports.some(({ violations }) => violations.length > 0);
    await stage.stop(failed);
  }
  const report = campaignReport(reports);
  if (json) console.log(JSON.stringify(report));
  else console.log(summary(report, stage.folder));
  return report.violations.length === 0 ? 0 : 1;
}

function summary(report: CampaignReport, folder: string): string {
  const { episodes, kinds, tasks, lost, duplicated, gate_breaches, kills, violations } = report;
  const lines = [
    `${episodes} episodes of ${kinds} kinds, ${tasks} tasks: ${lost} lost, ${duplicated} duplicated, ${gate_breaches} gate breaches.`,
    `${kills} processes killed, ${report.re_executed_per_kill ?? 0} requests repeated per kill; ` +
      `recovered in ${report.recovery_seconds_p50 ?? '–'} s (median), ${report.recovery_seconds_p95 ?? '–'} s (95 %).`,
  ];
  if (violations.length === 0) lines.push('All is well. More: other seeds, for example --seed 1000.');
  else {
    lines.push(`${violations.length} violation(s). Datasets, counts and logs are kept in ${folder}. Repeat with:`);
    const failed = new Map(violations.map((one) => [repeatCommand(one), one.what]));
    for (const [command, what] of failed) lines.push(`  ${command}   # ${what}`);
  }
  return lines.join('\n');
}
