/** What a verification says: to people, and as JSON. Pure. */
import { figureBeside } from '../../domain/metrics/figure.ts';
import { isBelow } from '../../domain/metrics/metric-value.ts';
import type { MetricRecord } from '../../domain/model/records.ts';
import { plainText } from '../ui/plain-text.ts';
import type { Findings } from './findings.ts';
import type { Problem } from './problem.ts';
import { placeText } from './problem.ts';
import { PROMISES } from './promises/all-promises.ts';
import type { JudgedPromise } from './promises/promise.ts';
import { judge } from './promises/promise.ts';
import type { WaveFacts } from './wave-facts.ts';

/** What was verified: `dataset demo`, a run or a dry run of it. */
export interface Subject {
  dataset: string;
  run: string | null;
  dryRun: string | null;
}

export interface VerifyReport {
  ok: boolean;
  records: number;
  problems: Problem[];
  promises: JudgedPromise[];
  waves: WaveFacts[];
}

const PROBLEMS_SHOWN = 50;

export function reportOn(findings: Findings): VerifyReport {
  const { records, problems, waves } = findings;
  const promises = PROMISES.map((promise) => judge(promise, findings));
  return { ok: problems.length === 0 && promises.every(({ kept }) => kept), records, problems, promises, waves };
}

/** `{ok, records, problems, promises, waves}`. */
export function reportJson({ ok, records, problems, promises, waves }: VerifyReport): object {
  return {
    ok,
    records,
    problems: problems.map(({ check, file, line, problem }) => ({ check, file, line, problem })),
    promises: Object.fromEntries(promises.map(({ number, kept, shown_by }) => [number, { kept, shown_by }])),
    waves: waves.map(({ place, score, status, metrics }) => ({
      execution_id: place.execution_id,
      wave: place.wave,
      health: score,
      health_status: status,
      metrics: Object.fromEntries(
        metrics.map(({ metric_name, value, target_value }) => [metric_name, { value, target: target_value }]),
      ),
    })),
  };
}

/** The whole report; the last line is the verdict and what to do. */
export function reportText(report: VerifyReport, subject: Subject): string {
  const { problems, promises, waves } = report;
  const lines = waves.map(waveLine);
  if (waves.length === 0) lines.push(`Nothing to measure: ${nothingThere(subject)}.`);
  if (problems.length > 0) lines.push('', 'Problems:', ...problemLines(problems));
  // Without a wave every promise is kept, which says nothing.
  if (waves.length > 0 || !report.ok) lines.push('', 'Promises:', ...promises.map(promiseLine));
  lines.push('', verdict(report, subject));
  return lines.map(plainText).join('\n');
}

function waveLine({ place, score, status, metrics }: WaveFacts): string {
  const health = score === null ? 'no data' : `${score.toFixed(1)} ${status}`;
  return `${place.execution_id} wave ${place.wave}: health ${health}; ${metrics.map(metricText).join(', ')}`;
}

/** For example `throughput 28.03 < 35`. */
function metricText({ metric_name, value, target_value }: MetricRecord): string {
  if (value === null) return `${metric_name} no data`;
  return `${metric_name} ${figureBeside(target_value, value)} ${isBelow(value, target_value) ? '<' : '≥'} ${target_value}`;
}

function nothingThere({ dryRun, run }: Subject): string {
  if (dryRun !== null) return `dry run ${dryRun} has no finished wave`;
  return run === null ? 'no live run has committed a wave yet' : `run ${run} has committed no wave`;
}

function problemLines(problems: readonly Problem[]): string[] {
  const lines = problems.slice(0, PROBLEMS_SHOWN).map((problem) => `  ${placeText(problem)}: ${problem.problem}`);
  const more = problems.length - lines.length;
  return more === 0 ? lines : [...lines, `  … and ${more} more; --json lists all`];
}

function promiseLine({ number, words, kept, shown_by }: JudgedPromise): string {
  return `  ${String(number).padStart(2)} ${kept ? 'kept    ' : 'not kept'} ${words} [${shown_by}]`;
}

function verdict({ ok, records, problems, promises, waves }: VerifyReport, { dataset, run, dryRun }: Subject): string {
  const what =
    run !== null ? `run ${run} of ${dataset}` : dryRun !== null ? `dry run ${dryRun} of ${dataset}` : dataset;
  if (ok && waves.length === 0) {
    return `Nothing is off in ${what}, but there is no run to verify: start one with npx wavewright start --dataset ${dataset} --live --wait`;
  }
  if (ok) {
    const byTests = promises.filter(({ shown_by }) => shown_by.startsWith('test/')).length;
    const shown = `${promises.length - byTests} shown by these files, ${byTests} by the tests named, which npm test runs`;
    return `All is well in ${what}: ${records} records, all ${promises.length} promises kept (${shown}).`;
  }
  const broken = promises.filter(({ kept }) => !kept).length;
  const first = problems[0];
  const advice =
    problems.length > 0 && problems.every(({ check }) => check === 'derived')
      ? 'The committed records are whole; the next live run of the dataset mends the files named.'
      : first
        ? `Begin with ${placeText(first)}: restore what was changed from a copy, then verify again.`
        : 'See the promises that are not kept.';
  return `Something is off in ${what}: ${problems.length} problem(s), ${broken} promise(s) not kept. ${advice}`;
}
