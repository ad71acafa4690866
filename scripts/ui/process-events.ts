import type { ProcessEvent } from '../../workers/supervisor/processes.ts';

/** Tells people of a process that fell; one that is ready needs no words. */
export function printEvent(event: ProcessEvent): void {
  if (event.kind === 'ready') return;
  const { name, reason, restartInMs } = event;
  if (restartInMs !== null) console.error(`${name} ended (${reason}); started again in ${restartInMs / 1000} s`);
}
