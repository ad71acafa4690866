/** What waits for people as text. Pure. */
import type { Waiting, WaitingRequest } from '../waiting.ts';
import { plainText } from './plain-text.ts';
import { duration } from './run-view.ts';
import { renderTable, type Cell } from './table.ts';

/** `now` in epoch milliseconds. Commands stand on lines of their own, to be copied. */
export function renderWaiting({ requests, standing, silent }: Waiting, now: number): string {
  const parts: string[] = [];
  if (requests.length > 0) parts.push(requestTable(requests, now), answerLines(requests));
  if (standing.length > 0) {
    const lines = standing.flatMap(({ execution_id, dataset, reason, command }) => [
      `  ${execution_id}, dataset ${plainText(dataset)}: ${plainText(reason)}`,
      `    ${command}`,
      `    npx wavewright cancel ${execution_id}`,
    ]);
    parts.push(['Stands still; to go on, or to end it:', ...lines].join('\n'));
  }
  if (parts.length === 0) parts.push(`Nothing waits for people${silent.length > 0 ? ' in runs that answer' : ''}.`);
  if (silent.length > 0) {
    const lines = silent.map(
      ({ execution_id, started_at, note }) => `  ${execution_id}, since ${started_at}: ${plainText(note)}`,
    );
    parts.push(['Not known whether something waits here:', ...lines].join('\n'));
  }
  return parts.join('\n\n');
}

function requestTable(requests: readonly WaitingRequest[], now: number): string {
  const rows = requests.map((one): Cell[] => [
    one.execution_id,
    one.dataset,
    one.wave,
    one.request,
    one.risk_level,
    one.tasks,
    one.below_threshold,
    duration(now - Date.parse(one.waiting_since)),
    duration(Date.parse(one.expires_at) - now),
  ]);
  const titles = ['run', 'dataset', 'wave', 'request', 'risk', 'tasks', 'below threshold', 'waits for', 'defers in'];
  return renderTable(titles, rows);
}

function answerLines(requests: readonly WaitingRequest[]): string {
  const lines = ['To approve (`reject` in its place refuses):', ...requests.map(({ command }) => `  ${command}`)];
  if (requests.some(({ below_threshold }) => below_threshold > 0)) {
    lines.push('Tasks below the threshold pass only with: --override --reason "why"');
  }
  return lines.join('\n');
}
