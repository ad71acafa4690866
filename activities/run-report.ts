/** What a whole run comes to: the summary record and the Markdown report. Pure. */
import { escapeMarkdown } from '../domain/control/markdown.ts';
import { figureBeside } from '../domain/metrics/figure.ts';
import type { Metric, SummaryRecord } from '../domain/model/records.ts';
import type { WaveResult } from '../domain/model/run.ts';
import type { Forecast } from '../domain/simulation/forecast.ts';
import { calibrateForecasts, type ForecastScore } from '../domain/simulation/forecast-score.ts';
import type { ChosenStrategy } from '../domain/wave/choose-stage.ts';
import type { MeasureStageResult } from '../domain/wave/measure-stage.ts';
import type { TuningFile } from '../store/waves/wave-files.ts';
import { calibrationTable, forecastTable, scoreTable } from './forecast-report.ts';
import type { CloseRunArgs } from './interface.ts';

/** `scored`: all scored waves of the dataset so far. */
export function summaryRecord(args: CloseRunArgs, scored: readonly ForecastScore[]): SummaryRecord {
  const live = args.waves.filter((wave) => wave.dry_run === args.dry_run);
  const sum = (pick: (wave: WaveResult) => number) => live.reduce((total, wave) => total + pick(wave), 0);
  const completed = sum((wave) => wave.completed);
  // A failed task that a person had run again counts as what it came to then.
  const failed = sum((wave) => wave.failed - wave.retried);
  const scores = live.flatMap((wave) => (wave.health === null ? [] : [wave.health]));
  return {
    execution_id: args.execution_id,
    dry_run: args.dry_run,
    status: args.status,
    waves_executed: live.length,
    total_tasks: args.tasks,
    completed_tasks: completed,
    failed_tasks: failed,
    // Deferred tasks come back in later waves of the run, but for those of skipped waves: what the last wave deferred is still.
    deferred_tasks: live.reduce(
      (sum, wave, index) => sum + (wave.skipped || index === live.length - 1 ? wave.deferred : 0),
      0,
    ),
    rejected_tasks: sum((wave) => wave.rejected),
    success_rate: completed + failed === 0 ? null : completed / (completed + failed),
    system_health_score: scores.at(-1) ?? null,
    start_time: new Date(args.started_at).toISOString(),
    end_time: new Date(args.at).toISOString(),
    learning_signals_generated: sum((wave) => wave.signals),
    anomalies_detected: sum((wave) => wave.anomalies),
    forecast_calibration: calibrateForecasts(scored),
  };
}

export interface ReportedWave {
  result: WaveResult;
  measured: MeasureStageResult;
  chosen: ChosenStrategy;
  tuning: TuningFile;
  moves: number;
  /** What is to be said of the phases' files: lines not used, heuristics, acknowledgements. */
  read: string[];
  /** Of a dry run's wave, and of a live wave that had been forecast. */
  forecast: Forecast | null;
  score: ForecastScore | null;
}

/** `meta_optimization_report.md`. */
export function runReport(summary: SummaryRecord, reason: string | null, waves: ReportedWave[]): string {
  const lines = [
    `# Run ${summary.execution_id}`,
    '',
    `${summary.dry_run ? 'Dry run: a forecast, nothing was executed. ' : ''}Status **${summary.status}**${reason ? `: ${reason}` : ''}.`,
    `${summary.completed_tasks} of ${summary.total_tasks} task(s) completed, ${summary.failed_tasks} failed for good, ` +
      `${summary.deferred_tasks} deferred, ${summary.rejected_tasks} rejected; ${summary.start_time} to ${summary.end_time}.`,
  ];
  for (const wave of waves) lines.push('', ...waveSection(wave));
  lines.push('', '## Forecasts', '', ...calibrationTable(summary.forecast_calibration));
  return `${lines.join('\n')}\n`;
}

const SIMULATED_WAVE =
  'One simulated wave, every agent as expected; it may lie outside the forecast below, whose agents are drawn';

function waveSection({ result, measured, chosen, tuning, moves, read, forecast, score }: ReportedWave): string[] {
  const { recommendation } = chosen;
  const adjustments = Object.entries(recommendation.adjustments).map(
    ([name, by]) => `${name} ${by > 0 ? '+' : ''}${by}`,
  );
  const health = result.health === null ? 'no data' : `${result.health.toFixed(1)} (${result.health_status})`;
  return [
    `## Wave ${result.wave}${result.dry_run ? ' (dry run)' : ''}: health ${health}`,
    '',
    `Strategy **${recommendation.strategy}**, ${adjustments.length === 0 ? 'no adjustments' : adjustments.join(', ')}. ${recommendation.rationale}`,
    ...read.flatMap((text) => ['', `${escapeMarkdown(text)}.`]),
    '',
    ...(forecast === null ? [] : [`${SIMULATED_WAVE}:`, '']),
    '| Metric | Value | Target | Status | Sample | 95 % interval |',
    '|---|---|---|---|---|---|',
    ...measured.metrics.map(metricRow),
    '',
    ...(forecast === null ? [] : [...forecastTable(forecast, forecast.replicas), '']),
    ...(score === null ? [] : [...scoreTable(score, score.forecast_execution_id), '']),
    measured.anomalies.length === 0 ? 'No anomaly.' : 'Anomalies:',
    '',
    ...measured.anomalies.map(
      (anomaly) =>
        `- **${anomaly.anomaly_type}** (${anomaly.severity}, ${anomaly.conclusiveness}): ${anomaly.description}`,
    ),
    '',
    ...(result.gate === null
      ? []
      : [`Wave gate: ${result.gate.verdict}, so ${result.gate.action}: ${result.gate.reason}`, '']),
    `${moves} move(s) between agents. Tuned parameters:`,
    '',
    '| Agent | speed | retries | confidence weight | parallel | Reason |',
    '|---|---|---|---|---|---|',
    ...tuning.actions.map(({ agent_id, after, reason }) => {
      const { speed_multiplier, retry_threshold, confidence_weight, max_parallel_tasks } = after;
      return `| ${agent_id} | ${speed_multiplier} | ${retry_threshold} | ${confidence_weight} | ${max_parallel_tasks} | ${reason} |`;
    }),
  ];
}

function metricRow(metric: Metric): string {
  const { metric_name, value, target_value, status, sample_size, interval } = metric;
  const range = interval === null ? '' : interval.map((end) => figureBeside(target_value, end)).join(' – ');
  return `| ${metric_name} | ${value === null ? '–' : figureBeside(target_value, value)} | ${target_value} | ${status} | ${sample_size} | ${range} |`;
}
