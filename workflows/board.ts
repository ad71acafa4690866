/** The Markdown boards that the Temporal UI shows. Pure text; what agents or upstream wrote is escaped. */
import type { OpenedRun, WaveRef } from '../activities/interface.ts';
import type { ApprovalRequest, RunProgress, WaveProgress } from '../domain/model/run.ts';

/** Rows of agents shown at most; the rest is counted. */
const AGENTS_MAX = 20;

export function runBoard(run: RunProgress, opened: OpenedRun): string {
  const mode = run.dry_run ? 'dry run: a forecast, nothing is executed' : 'live';
  const lines = [`**${run.status}** · dataset \`${run.dataset}\` · ${mode} · ${opened.tasks} task(s)`];
  if (opened.forecastsDone)
    lines.push('', 'Every task is done already: this dry run forecasts them as if they were to run again.');
  if (run.reason)
    lines.push('', `Stands still: ${escapeMarkdown(run.reason)}. Send the signal \`resume\` to go on, or cancel.`);
  lines.push('', '| Wave | Strategy | Completed | Failed | Deferred | Health |', '|---|---|---|---|---|---|');
  for (const done of run.finished) {
    const health = done.health === null ? 'no data' : `${done.health.toFixed(1)} ${done.health_status}`;
    const name = `${done.wave}${done.dry_run ? ' (dry run)' : ''}`;
    lines.push(
      `| ${name} | ${done.strategy ?? '–'} | ${done.completed} | ${done.failed} | ${done.deferred} | ${health} |`,
    );
  }
  if (run.open_wave) {
    const id = encodeURIComponent(run.open_wave.workflow_id);
    lines.push('', `Open: [wave ${run.open_wave.wave}](/namespaces/{namespace}/workflows/${id})`);
  }
  lines.push(...requestLines(run.requests));
  return lines.join('\n');
}

export function waveBoard(wave: WaveProgress, ref: WaveRef, rationale: string | null): string {
  const inFlight = wave.phase === 'pausing' ? ` (${wave.in_flight} in flight)` : '';
  const lines = [
    `**Wave ${wave.wave}: ${wave.phase}${inFlight}** · \`${ref.dataset}\`${wave.dry_run ? ' · dry run' : ''}`,
    '',
    `${wave.completed} of ${wave.released} released task(s) completed · ${wave.in_flight} in flight · ${wave.waiting} wait for a person · ` +
      `${wave.failed} failed · ${wave.deferred} deferred · ${wave.rejected} rejected · plan ${wave.plan_version}, ${wave.moves} move(s)`,
  ];
  if (wave.strategy)
    lines.push('', `Strategy **${wave.strategy}**${rationale ? `: ${escapeMarkdown(rationale)}` : ''}`);
  if (wave.agents.length > 0) {
    lines.push('', '| Agent | Status | Completed | In flight | Queued |', '|---|---|---|---|---|');
    for (const agent of wave.agents.slice(0, AGENTS_MAX)) {
      const { agent_id, status, completed, in_flight, queued } = agent;
      lines.push(`| ${agent_id} | ${status} | ${completed} | ${in_flight} | ${queued} |`);
    }
    if (wave.agents.length > AGENTS_MAX) lines.push('', `… and ${wave.agents.length - AGENTS_MAX} more agents`);
  }
  lines.push(...requestLines(wave.requests));
  return lines.join('\n');
}

function requestLines(requests: ApprovalRequest[]): string[] {
  if (requests.length === 0) return [];
  const lines = ['', '**Waiting for approval** (More Actions → Send an Update → `approve` or `reject`)', ''];
  lines.push('| Request | Risk | Tasks | Below threshold | Payload |', '|---|---|---|---|---|');
  for (const { request, digest, risk_level, tasks, below_threshold } of requests) {
    const payload = `\`{"request":"${request}","digest":"${digest}","approver":"YOUR NAME"}\``;
    lines.push(`| ${request} | ${risk_level} | ${tasks} | ${below_threshold} | ${payload} |`);
  }
  return lines;
}

/** Keeps Markdown and HTML in foreign text from taking effect. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#|~]/g, (character) => `\\${character}`).replace(/\s+/g, ' ');
}
