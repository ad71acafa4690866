/**
 * The Markdown boards that the Temporal UI shows. Pure text of a few kilobytes at most, whatever the run's size; what
 * agents, people or upstream wrote is escaped.
 */
import type { OpenedRun, WaveRef } from '../activities/interface.ts';
import { FORECAST_HEADING, FORECAST_NOTE, FORECAST_TITLES, forecastCells } from '../domain/control/forecast-text.ts';
import { escapeMarkdown } from '../domain/control/markdown.ts';
import type { Note } from '../domain/control/notes.ts';
import { shortened } from '../domain/control/shortened.ts';
import type {
  AgentProgress,
  ApprovalRequest,
  RunProgress,
  RunStatus,
  WaveProgress,
  WaveResult,
} from '../domain/model/run.ts';
import type { WavePreparation } from './wave-args.ts';

/** Rows shown at most; the rest is counted. */
const AGENTS_MAX = 20;
const WAVES_MAX = 15;
const NAMES_MAX = 5;
/** Nothing can be sent to a run that is one of these. */
const ENDED: ReadonlySet<RunStatus> = new Set(['completed', 'cancelled', 'aborted', 'failed', 'nothing_to_do']);
/** Longest sentence of somebody else's that is shown. */
const TEXT_CHARS_MAX = 300;
/** Of a rationale, which has the figures of all eligible strategies. */
const RATIONALE_CHARS_MAX = 2000;

export function runBoard(run: RunProgress, opened: OpenedRun): string {
  const mode = run.dry_run ? 'dry run: a forecast, nothing is executed' : 'live';
  const draining = run.status === 'pausing' && run.draining !== null ? ` (${run.draining} in flight)` : '';
  const lines = [
    `**${run.status}${draining}** · dataset \`${run.dataset}\` · ${mode} · ${opened.tasks} task(s) in ${run.waves.length} wave(s)`,
  ];
  if (opened.forecastsDone)
    lines.push('', 'Every task is done already: this dry run forecasts them as if they were to run again.');
  lines.push(...reasonLines(run, opened));
  lines.push(...waveRows(run.finished), ...forecastRows(run.finished));
  if (run.skipped.length > 0)
    lines.push('', `Skipped before they began: ${some(run.skipped.map((wave) => `wave ${wave}`))}`);
  if (run.retry !== null && !ENDED.has(run.status)) {
    const what = run.retry === 'all' ? 'Every failed task' : `${run.retry.length} task(s), where they failed,`;
    lines.push('', `${what} will run again in the next wave.`);
  }
  if (run.open_wave) {
    const id = encodeURIComponent(run.open_wave.workflow_id);
    lines.push('', `Open: [wave ${run.open_wave.wave}](/namespaces/{namespace}/workflows/${id})`);
  }
  if (run.status !== 'cancelling') lines.push(...requestLines(run.requests, run.signed_answers));
  lines.push(...noteLines(run.notes));
  return page(lines);
}

/** Why it stands still, with what to send, or why it ended, with how to do the rest: an ended run hears nothing any more. */
function reasonLines({ status, reason, dataset }: RunProgress, { config }: OpenedRun): string[] {
  const why = reason === null ? null : escaped(reason);
  if (status === 'paused' || status === 'pausing') {
    return why === null ? [] : ['', `Stands still: ${why}. Send the signal \`resume\` to go on, or cancel.`];
  }
  if (!ENDED.has(status)) return [];
  // A run fails for another reason than it stood still for.
  const lines = why === null || status === 'failed' ? [] : ['', `Ended: ${why}.`];
  if (status === 'completed' || status === 'nothing_to_do') return lines;
  const input = JSON.stringify({ dataset, dryRun: config.dryRun });
  return [...lines, '', `This run has ended; a new one takes up what is left. Its input: \`${input}\``];
}

export function waveBoard(
  wave: WaveProgress,
  ref: WaveRef,
  prepared: WavePreparation | null,
  gate: { approvers: readonly unknown[] },
): string {
  const flying = wave.phase === 'pausing' || wave.phase === 'cancelling' ? ` (${wave.in_flight} in flight)` : '';
  const end = wave.expected_end === null ? '' : ` · done by about ${clock(wave.expected_end)}`;
  const cost = wave.cost > 0 ? ` · cost ${Number(wave.cost.toFixed(4))}` : '';
  const lines = [
    `**Wave ${wave.wave}: ${wave.phase}${flying}** · \`${ref.dataset}\`${wave.dry_run ? ' · dry run' : ''}${end}`,
    '',
    `${wave.completed} of ${wave.released} released task(s) completed · ${wave.in_flight} in flight · ${wave.waiting} wait for a person · ` +
      `${wave.failed} failed · ${wave.deferred} deferred · ${wave.rejected} rejected · plan ${wave.plan_version}, ${wave.moves} move(s)${cost}`,
  ];
  if (wave.reason && (wave.phase === 'paused' || wave.phase === 'pausing'))
    lines.push('', `Paused by itself: ${escaped(wave.reason)}. Send \`resume\` to go on.`);
  if (prepared) {
    lines.push('', `Strategy **${prepared.strategy}**: ${escaped(prepared.rationale, RATIONALE_CHARS_MAX)}`);
    if (prepared.reverted.length > 0)
      lines.push('', `Tuning taken back, since it made the result worse: ${some(prepared.reverted)}`);
    if (prepared.retried > 0) lines.push('', `${prepared.retried} task(s) failed for good before and run again`);
  }
  if (wave.agents.length > 0) lines.push(...agentRows(wave.agents));
  if (wave.phase !== 'cancelling') lines.push(...requestLines(wave.requests, gate.approvers.length > 0));
  lines.push(...noteLines(wave.notes));
  return page(lines);
}

/** The page cuts its last line off. */
function page(lines: readonly string[]): string {
  return [...lines, '', '&nbsp;', ''].join('\n');
}

function waveRows(finished: readonly WaveResult[]): string[] {
  const lines = ['', '| Wave | Strategy | Completed | Failed | Deferred | Health |', '|---|---|---|---|---|---|'];
  const left = finished.length - WAVES_MAX;
  if (left > 0) lines.unshift('', `${left} wave(s) before these are in the report.`);
  for (const done of finished.slice(-WAVES_MAX)) {
    const health = done.health === null ? 'no data' : `${done.health.toFixed(1)} ${done.health_status}`;
    const name = `${done.wave}${done.dry_run ? ' (dry run)' : ''}${done.skipped ? ' (skipped)' : ''}`;
    lines.push(
      `| ${name} | ${done.strategy ?? '–'} | ${done.completed} | ${done.failed} | ${done.deferred} | ${health} |`,
    );
  }
  return lines;
}

function forecastRows(finished: readonly WaveResult[]): string[] {
  const rows = finished
    .slice(-WAVES_MAX)
    .flatMap(({ wave, forecast }) => (forecast === null ? [] : [forecastCells(wave, forecast)]));
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    '',
    `${FORECAST_HEADING}. ${FORECAST_NOTE}.`,
    '',
    line(FORECAST_TITLES),
    line(FORECAST_TITLES.map(() => '---')),
    ...rows.map(line),
  ];
}

/** Those who are not well first, then by what they have left to do. */
function agentRows(agents: readonly AgentProgress[]): string[] {
  const lines = [
    '',
    '| Agent | Status | Done | In flight | Failed | Queued | Speed |',
    '|---|---|---|---|---|---|---|',
  ];
  const left = (agent: AgentProgress) => agent.in_flight + agent.queued;
  const shown = agents.toSorted(
    (a, b) =>
      Number(a.status === 'up') - Number(b.status === 'up') || (agents.length > AGENTS_MAX ? left(b) - left(a) : 0),
  );
  for (const { agent_id, status, completed, in_flight, failed, queued, speed } of shown.slice(0, AGENTS_MAX)) {
    const pace = speed === null ? '–' : `${speed.toFixed(2)}×`;
    lines.push(`| ${agent_id} | ${status} | ${completed} | ${in_flight} | ${failed} | ${queued} | ${pace} |`);
  }
  if (agents.length > AGENTS_MAX) lines.push('', `… and ${agents.length - AGENTS_MAX} more agents`);
  return lines;
}

/** `signed`: only answers signed by an approver of the run count. */
function requestLines(requests: readonly ApprovalRequest[], signed: boolean): string[] {
  if (requests.length === 0) return [];
  const lines = ['', '**Waiting for approval** (More Actions → Send an Update → `approve` or `reject`)', ''];
  lines.push('| Request | Risk | Tasks | Below threshold | Until |', '|---|---|---|---|---|');
  for (const { request, risk_level, tasks, below_threshold, expires_at } of requests) {
    lines.push(`| ${request} | ${risk_level} | ${tasks} | ${below_threshold} | ${clock(expires_at)} |`);
  }
  if (signed) {
    const words =
      'Answers must be signed: `npx wavewright approvals` gives the command; with `--print` it makes the payload.';
    return [...lines, '', words];
  }
  // Below the table, where the page does not cut them off.
  lines.push('', 'Payloads to paste:', '');
  for (const { request, digest } of requests) {
    lines.push('```', `{"request":"${request}","digest":"${digest}","approver":"YOUR NAME"}`, '```', '');
  }
  return lines;
}

function noteLines(notes: readonly Note[]): string[] {
  if (notes.length === 0) return [];
  return ['', '**Notes**', '', ...notes.map(({ at, text }) => `- ${clock(at)} ${escaped(text)}`)];
}

/** The first few names, and how many more. */
function some(names: readonly string[]): string {
  const more = names.length - NAMES_MAX;
  return names.slice(0, NAMES_MAX).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Epoch milliseconds as `2026-01-31 12:00:00 UTC`. */
function clock(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Somebody else's text, kept short and from taking effect. */
function escaped(text: string, charsMax = TEXT_CHARS_MAX): string {
  return escapeMarkdown(shortened(text, charsMax));
}
