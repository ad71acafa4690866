/** What a campaign found, for programs and for people. Pure. */
import type { EpisodeReport } from './kind.ts';

export interface CampaignReport {
  episodes: number;
  kinds: number;
  tasks: number;
  lost: number;
  duplicated: number;
  gate_breaches: number;
  kills: number;
  /** Requests beyond those that count, per killed process; null where none was killed. */
  re_executed_per_kill: number | null;
  /** Of the episodes that had something to recover from; null where none had. */
  recovery_seconds_p50: number | null;
  recovery_seconds_p95: number | null;
  violations: { kind: string; seed: number; what: string }[];
}

export function campaignReport(episodes: readonly EpisodeReport[]): CampaignReport {
  const sum = (of: (episode: EpisodeReport) => number) => episodes.reduce((total, one) => total + of(one), 0);
  const killing = episodes.filter(({ kills }) => kills > 0);
  const kills = sum(({ kills: own }) => own);
  const reExecuted = killing.reduce((total, one) => total + one.reExecuted, 0);
  const recoveries = episodes.flatMap(({ recoverySeconds }) => (recoverySeconds === null ? [] : [recoverySeconds]));
  return {
    episodes: episodes.length,
    kinds: new Set(episodes.map(({ kind }) => kind)).size,
    tasks: sum(({ tasks }) => tasks),
    lost: sum(({ lost }) => lost),
    duplicated: sum(({ duplicated }) => duplicated),
    gate_breaches: sum(({ gateBreaches }) => gateBreaches),
    kills,
    re_executed_per_kill: kills === 0 ? null : rounded(reExecuted / kills),
    recovery_seconds_p50: quantile(recoveries, 0.5),
    recovery_seconds_p95: quantile(recoveries, 0.95),
    violations: episodes.flatMap(({ kind, seed, violations }) => violations.map((what) => ({ kind, seed, what }))),
  };
}

/** For example `agent-killed, seed 3: 40 tasks, recovered in 2.1 s; 7.4 s, ok`. */
export function episodeLine({ kind, seed, seconds, tasks, recoverySeconds, violations }: EpisodeReport): string {
  const facts = [
    ...(tasks > 0 ? [`${tasks} tasks`] : []),
    ...(recoverySeconds === null ? [] : [`recovered in ${recoverySeconds.toFixed(1)} s`]),
  ];
  const verdict = violations.length === 0 ? 'ok' : `${violations.length} violation(s)`;
  return `${kind}, seed ${seed}: ${facts.length > 0 ? `${facts.join(', ')}; ` : ''}${seconds.toFixed(1)} s, ${verdict}`;
}

/** The command that repeats one episode, as far as real processes allow. */
export function repeatCommand({ kind, seed }: Pick<EpisodeReport, 'kind' | 'seed'>): string {
  return `npm run -s faults -- --kind ${kind} --seed ${seed} --episodes 1`;
}

/** The nearest-rank quantile, to hundredths. */
function quantile(values: readonly number[], q: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
  return value === undefined ? null : rounded(value);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
