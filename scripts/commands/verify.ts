/** `wavewright verify`: whether what a dataset's runs left is whole, and every promise kept. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { localArtifacts } from '../../store/artifacts/local-artifacts.ts';
import { resolveDataset } from '../../store/inputs/dataset-path.ts';
import { dryRunFolder, runFolder } from '../../store/ledger/output-paths.ts';
import { dataRoot } from '../../workers/process-settings.ts';
import type { GlobalOptions } from '../connect.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import type { Findings } from '../verify/findings.ts';
import { verifyDataset, verifyDryRun } from '../verify/verify-dataset.ts';
import type { Progress } from '../verify/verify-dataset.ts';
import type { Subject } from '../verify/verify-report.ts';
import { reportJson, reportOn, reportText } from '../verify/verify-report.ts';

interface VerifyFlags extends GlobalOptions {
  run?: string;
  dryRun?: string;
}

export function registerVerify(program: Command): void {
  program
    .command('verify')
    .description('check what the runs of a dataset left: ledger, records, metrics, promises; changes nothing')
    .argument('[dataset]', 'its folder below the data root', 'demo')
    .addOption(new Option('--run <executionId>', 'only the records of this live run').conflicts('dryRun'))
    .option('--dry-run <executionId>', 'the records of this dry run instead')
    .action(async (dataset: string, _: unknown, command: Command) => {
      const { run = null, dryRun = null, json } = command.optsWithGlobals<VerifyFlags>();
      const report = reportOn(await verify({ dataset, run, dryRun }));
      console.log(json ? JSON.stringify(reportJson(report)) : reportText(report, { dataset, run, dryRun }));
      process.exitCode = report.ok ? exitCodes.ok : exitCodes.problem;
    });
}

async function verify({ dataset, run, dryRun }: Subject): Promise<Findings> {
  checkId('--run', run, runFolder);
  checkId('--dry-run', dryRun, dryRunFolder);
  const store = localArtifacts(resolveDataset(dataRoot(process.env), dataset));
  const progress = progressPrinter();
  const findings =
    dryRun === null ? await verifyDataset(store, run, progress) : await verifyDryRun(store, dryRun, progress);
  if (findings !== null) return findings;
  const what = dryRun === null ? `live run ${run}` : `dry run ${dryRun}`;
  throw new CommandError(
    exitCodes.noSuchRun,
    `dataset ${dataset} has no ${what}. Without it, verify takes all live runs.`,
  );
}

/** An id that cannot be a folder's name is bad usage, before anything is read. */
function checkId(flag: string, id: string | null, folder: (id: string) => string): void {
  if (id === null) return;
  try {
    folder(id);
  } catch (error) {
    throw new CommandError(exitCodes.badInput, `${flag}: ${(error as Error).message}`);
  }
}

const QUIET_MS = 2000;

/** Says on standard error where it is, at most once a second, when it takes longer than two seconds. */
function progressPrinter(): Progress {
  let next = Date.now() + QUIET_MS;
  return (done, of, what) => {
    if (Date.now() < next) return;
    next = Date.now() + 1000;
    console.error(`checking ${what} (${done + 1} of ${of})`);
  };
}
