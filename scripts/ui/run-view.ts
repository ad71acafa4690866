/** A run as text: head, waves, the open wave's agents, what waits for a person. Pure. */
import { FORECAST_HEADING, FORECAST_NOTE, FORECAST_TITLES, forecastCells } from '../../domain/control/forecast-text.ts';
import type { ApprovalRequest, RunProgress, WaveProgress } from '../../domain/model/run.ts';
import { openRequests, runState, type RunSnapshot } from '../snapshot.ts';
import { bar } from './bar.ts';
import { plainText } from './plain-text.ts';
import { renderTable, type Cell } from './table.ts';

const barWidth = 24;
const agentsShownMax = 20;

export interface ViewSize {
  /** Epoch milliseconds. */
  now: number;
  columns: number;
  /** A text taller than this is cut at its end, so that it can be redrawn in place. */
  rows: number;
}

/** The whole view, its lines cut at the terminal's width. */
export function renderRun(snapshot: RunSnapshot, size: ViewSize): string {
  const { run, wave } = snapshot;
  const parts = [head(snapshot, size.now)];
  if (run !== null) parts.push(waves(run), forecasts(run));
  if (wave !== null) parts.push(openWave(wave));
  const requests = openRequests(snapshot);
  const cut = (line: string): string => (line.length > size.columns ? `${line.slice(0, size.columns - 1)}…` : line);
  const lines = parts
    .filter((part) => part !== '')
    .join('\n\n')
    .split('\n')
    .map(cut);
  // What was ignored is told whole, and a command to copy is neither cut nor broken.
  const notes = [...(run?.notes ?? []), ...(wave?.notes ?? [])];
  if (notes.length > 0) lines.push('', ...notes.map(({ text }) => `Note: ${plainText(text)}`));
  if (requests.length > 0)
    lines.push('', ...waiting(snapshot.execution.workflow_id, requests, run?.signed_answers === true, size.now));
  if (snapshot.execution.status !== 'running') lines.push('', ...ending(snapshot).split('\n').map(cut));
  if (screenRows(lines, size.columns) < size.rows) return lines.join('\n');
  const more = '… (more: npx wavewright status --once)';
  while (lines.length > 1 && screenRows([...lines, more], size.columns) >= size.rows) lines.pop();
  return [...lines, more].join('\n');
}

/** How many rows of a terminal the lines take: a longer one goes on in the next row. */
export function screenRows(lines: readonly string[], columns: number): number {
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / columns)), 0);
}

/** One line, for places where nothing can be redrawn. */
export function renderRunLine(snapshot: RunSnapshot): string {
  const { run, wave, execution } = snapshot;
  if (execution.status !== 'running') return `${execution.workflow_id}: ${plainText(runState(snapshot))}`;
  if (run === null) return `${execution.workflow_id}: ${snapshot.note ?? 'starting'}`;
  const parts = [`${execution.workflow_id}: ${run.status}`, `${run.finished.length}/${run.waves.length} waves`];
  if (wave !== null) parts.push(`wave ${wave.wave} ${wave.phase}, ${done(wave)}/${wave.tasks} tasks`);
  for (const request of openRequests(snapshot)) parts.push(`${request.request} waits for approval`);
  return parts.join(', ');
}

function head(snapshot: RunSnapshot, now: number): string {
  const { run, execution, note } = snapshot;
  const end = execution.closed_at === null ? now : Date.parse(execution.closed_at);
  const elapsed = duration(end - Date.parse(execution.started_at));
  const lines = [
    `Run ${execution.workflow_id} — ${plainText(runState(snapshot))}, ${elapsed}${run?.dry_run === true ? ', dry run' : ''}`,
  ];
  if (run !== null) lines.push(`Dataset ${run.dataset}, ${run.finished.length} of ${run.waves.length} waves finished`);
  if (run !== null && run.reason !== null && execution.status === 'running')
    lines.push(`Waits: ${plainText(run.reason)}`);
  if (note !== null) lines.push(`Note: ${note}`);
  return lines.join('\n');
}

function waves(run: RunProgress): string {
  if (run.finished.length === 0) return '';
  const rows = run.finished.map((wave): Cell[] => [
    wave.wave,
    wave.strategy,
    wave.health === null ? null : wave.health.toFixed(1),
    wave.health_status,
    wave.completed,
    wave.failed,
    wave.deferred,
    wave.rejected,
    wave.anomalies,
  ]);
  const titles = ['wave', 'strategy', 'health', 'status', 'done', 'failed', 'deferred', 'rejected', 'anomalies'];
  return renderTable(titles, rows);
}

function forecasts(run: RunProgress): string {
  const rows = run.finished.flatMap(({ wave, forecast }) => (forecast === null ? [] : [forecastCells(wave, forecast)]));
  if (rows.length === 0) return '';
  return `${FORECAST_HEADING}\n${renderTable(FORECAST_TITLES, rows)}\n${FORECAST_NOTE}.`;
}

function openWave(wave: WaveProgress): string {
  const total = `${bar(done(wave), wave.tasks, barWidth)} ${done(wave)}/${wave.tasks} tasks`;
  const counts = [
    `${wave.completed} completed`,
    `${wave.failed} failed`,
    `${wave.deferred} deferred`,
    `${wave.rejected} rejected`,
    `${wave.waiting} waiting for approval`,
    `${wave.in_flight} in flight`,
    `${wave.moves} moved`,
  ];
  const title = `Wave ${wave.wave} — ${wave.phase}, ${wave.strategy ?? 'no strategy yet'}, plan ${wave.plan_version}`;
  const shown = wave.agents.slice(0, agentsShownMax).map((agent): Cell[] => {
    const share = agent.completed + agent.in_flight + agent.queued;
    return [
      agent.agent_id,
      agent.status,
      bar(agent.completed, share, barWidth),
      agent.completed,
      agent.in_flight,
      agent.queued,
    ];
  });
  const lines = [title, total, counts.join(', ')];
  if (shown.length > 0)
    lines.push('', renderTable(['agent', 'is', 'progress', 'completed', 'in flight', 'queued'], shown));
  const more = wave.agents.length - shown.length;
  if (more > 0) lines.push(`… and ${more} more agents`);
  return lines.join('\n');
}

/** Tasks that need nothing more in this wave. */
function done(wave: WaveProgress): number {
  return wave.completed + wave.failed + wave.deferred + wave.rejected;
}

function waiting(runId: string, requests: readonly ApprovalRequest[], signed: boolean, now: number): string[] {
  const lines = ['Waits for a person:'];
  for (const request of requests) {
    lines.push(`  ${describeRequest(request, now)}`, `    ${approveCommand(runId, request, signed)}`);
  }
  return lines;
}

/** One request in words, for example `w2-g1: 3 HIGH tasks of wave 2, defers in 5m 00s`. */
export function describeRequest(request: ApprovalRequest, now: number): string {
  const below = request.below_threshold === 0 ? '' : `, ${request.below_threshold} of them pass only with --override`;
  const tasks = `${request.tasks} ${request.risk_level} task${request.tasks === 1 ? '' : 's'}`;
  return `${request.request}: ${tasks} of wave ${request.wave}${below}, defers in ${duration(request.expires_at - now)}`;
}

/** The line to type; the digest makes sure that what is approved is what was shown. `signed`: the run takes no answer without. */
export function approveCommand(runId: string, request: ApprovalRequest, signed: boolean): string {
  const digest = `--digest ${request.digest}`;
  const key = signed ? ' --key FILE' : '';
  return `npx wavewright approve ${runId} --request ${request.request} ${digest} --approver "your name"${key}`;
}

function ending(snapshot: RunSnapshot): string {
  if (snapshot.failure !== null) return `Reason: ${plainText(snapshot.failure)}`;
  const { result } = snapshot;
  if (typeof result !== 'object' || result === null) return `Result: ${plainText(String(result))}`;
  const scalars = Object.entries(result).filter(([, value]) => value === null || typeof value !== 'object');
  return renderTable(
    ['result', ''],
    scalars.map(([key, value]) => [key, value === null ? null : String(value)]),
  );
}

/** Milliseconds as `1h 02m`, `2m 03s` or `4s`; less than nothing counts as nothing. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}h ${two(Math.floor((seconds % 3600) / 60))}m`;
  if (seconds >= 60) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  return `${seconds}s`;
}
