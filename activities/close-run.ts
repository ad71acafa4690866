import type { InputsRecord } from '../contracts/output-files.ts';
import { closeLease } from '../store/ledger/lease.ts';
import { deriveFiles } from '../store/ledger/derive.ts';
import { dryRunFolder, runFolder } from '../store/ledger/output-paths.ts';
import { scoredForecasts } from '../store/ledger/scored-forecasts.ts';
import { WaveFiles } from '../store/waves/wave-files.ts';
import type { Dependencies } from './dependencies.ts';
import { datasetPlace } from './dependencies.ts';
import { acknowledgedText } from './acknowledgements.ts';
import { heuristicsText, quarantineText } from './inputs-record.ts';
import type { CloseRunArgs } from './interface.ts';
import type { ReportedWave } from './run-report.ts';
import { runReport, summaryRecord } from './run-report.ts';

/** Ends a run: summary, report and inputs; a live run also gives the dataset's lease back. */
export function createCloseRun({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function closeRun(args: CloseRunArgs): Promise<void> {
    const { execution_id, dry_run, epoch, status } = args;
    const { root, store } = datasetPlace(dataRoot, args.dataset);
    const folder = dry_run ? dryRunFolder(execution_id) : runFolder(execution_id);
    const scored = await scoredForecasts(store);
    const waves: ReportedWave[] = [];
    let inputs: string | null = null;
    for (const result of args.waves) {
      const files = new WaveFiles(store, root, { execution_id, wave: result.wave, dry_run: result.dry_run });
      const measured = await files.measured.read();
      const chosen = await files.strategy.read();
      const tuning = await files.tuning.read();
      const moves = await store.readJsonl(`${files.folder}/records/schedule_moves.jsonl`);
      const forecast = result.dry_run ? await files.forecast.read() : null;
      inputs = await store.readText(files.inputs.path());
      const read = JSON.parse(inputs) as InputsRecord;
      const score = scored.find((one) => one.execution_id === execution_id && one.wave === result.wave) ?? null;
      waves.push({
        result,
        measured,
        chosen,
        tuning,
        moves: moves.length,
        read: [quarantineText(await files.quarantine.read()), heuristicsText(read), acknowledgedText(read)].filter(
          (text) => text !== null,
        ),
        forecast,
        score: result.dry_run ? null : score,
      });
    }
    const summary = summaryRecord(args, scored);
    const contents = [
      { path: `${folder}/phase22_summary.json`, text: `${JSON.stringify(summary, null, 2)}\n` },
      { path: `${folder}/meta_optimization_report.md`, text: runReport(summary, args.reason, waves) },
      ...(inputs === null ? [] : [{ path: `${folder}/inputs.json`, text: inputs }]),
    ];
    if (dry_run || epoch === null) {
      for (const { path, text } of contents) await store.write(path, text);
      return;
    }
    await closeLease(store, { epoch, execution_id, at: new Date(args.at).toISOString(), status, files: contents });
    await deriveFiles(store);
  };
}
