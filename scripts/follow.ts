/** Watching a run until it ends: in place on a terminal, one line per change elsewhere. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { endedBadly, takeSnapshot, type RunSnapshot } from './snapshot.ts';
import { renderRun, renderRunLine, screenRows } from './ui/run-view.ts';

const refreshMs = 1000;

/** Shows the run until it ends and returns the exit code that fits its end. */
export async function followRun(client: Client, runId: string, options: { json: boolean }): Promise<ExitCode> {
  const inPlace = process.stdout.isTTY && !options.json;
  let shownRows = 0;
  let lastLine = '';
  for (;;) {
    const snapshot = await takeSnapshot(client, runId);
    const ended = snapshot.execution.status !== 'running';
    if (inPlace) {
      const text = renderRun(snapshot, { now: Date.now(), columns: process.stdout.columns, rows: process.stdout.rows });
      const back = shownRows === 0 ? '' : `\u001b[${shownRows}A\u001b[0J`;
      process.stdout.write(`${back}${text}\n`);
      shownRows = screenRows(text.split('\n'), process.stdout.columns);
    } else if (!options.json) {
      const line = renderRunLine(snapshot);
      if (line !== lastLine) console.log(line);
      lastLine = line;
      if (ended) printRun(snapshot, options);
    } else if (ended) {
      printRun(snapshot, options);
    }
    if (ended) return exitCodeOf(snapshot);
    await wait(refreshMs);
  }
}

export function printRun(snapshot: RunSnapshot, options: { json: boolean }): void {
  if (options.json) console.log(JSON.stringify(snapshot));
  else
    console.log(
      renderRun(snapshot, {
        now: Date.now(),
        columns: process.stdout.isTTY ? process.stdout.columns : Infinity,
        rows: Infinity,
      }),
    );
}

export function exitCodeOf(snapshot: RunSnapshot): ExitCode {
  if (!endedBadly(snapshot)) return exitCodes.ok;
  return snapshot.failure_type === 'BadInputError' ? exitCodes.badInput : exitCodes.problem;
}
