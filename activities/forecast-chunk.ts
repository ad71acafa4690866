/**
 * The activity `executeChunk` as the orchestrator serves it, for dry runs: nothing is executed, the whole wave runs on the
 * virtual clock. It leaves the same files as a live execution, so that everything after it is the same.
 */
import { forQuantities } from '../domain/simulation/forecast-score.ts';
import { forecastWave } from '../domain/simulation/forecast.ts';
import { contextTables } from '../domain/wave/choose-stage.ts';
import { createEstimator } from '../domain/wave/estimates.ts';
import type { Dependencies } from './dependencies.ts';
import { waveFiles } from './dependencies.ts';
import type { ForecastArgs, ForecastWave } from './interface.ts';
import { inputsSha256 } from './inputs-digest.ts';

export function createForecastChunk({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function executeChunk(args: ForecastArgs): Promise<ForecastWave> {
    const files = waveFiles(dataRoot, args.ref);
    const context = await files.context.read();
    const { settings } = await files.tuning.read();
    const { calibration } = context.carry;
    const { parameters, knobs } = settings;
    const estimate = createEstimator({ ...contextTables(context), calibration, parameters, knobs });
    const { wave, forecast } = forecastWave(
      {
        settings,
        tasks: context.tasks,
        estimate,
        calibration,
        startAt: args.at,
        approveAfterMs: 0,
        approvalTimeoutMs: args.approvalTimeoutMs,
      },
      inputsSha256(context),
    );
    const planVersion = wave.memory.version;
    await files.memory(planVersion).write(wave.memory);
    const requests = (await files.gate(1).exists()) ? (await files.gate(1).read()).requests : [];
    const dead = Object.entries(wave.memory.settled).flatMap(([task_id, how]) =>
      how === 'dead' ? [{ task_id, reason: 'no agent could take it' }] : [],
    );
    await files.gate(planVersion).write({ decisions: wave.decisions, requests, moves: wave.moves, dead, at: args.at });
    const stamp = { execution_id: args.ref.execution_id, dry_run: true };
    await files.forecast.write({ ...stamp, ...forecast });
    await files.schedule.write(wave.schedule);
    const file = `${files.folder}/segments/forecast.1.jsonl`;
    const { bytes, sha256, records } = await files.store.writeJsonl(file, wave.lines);
    const segments = [{ file, lines: records, bytes, sha256 }];
    return {
      planVersion,
      accepted: { lists: 0, listsSha256: null, segments },
      facts: wave.facts,
      forecast: forQuantities((quantity) => forecast[quantity]),
    };
  };
}
