/** An executor's sign of life: heartbeats by timer, and whether it may still start something. */
import { Context } from '@temporalio/activity';

export interface Pulse {
  /** Lines written so far; shown with the heartbeat. */
  done: number;
  /** False once the activity was cancelled, its time is up, or its heartbeats had a gap. Never true again after that. */
  mayStart(): boolean;
  /** Aborted once nobody waits for the chunk any more: then attempts are given up too. */
  readonly gone: AbortSignal;
  /** Gives the chunk up by itself; the server's word that the run is gone does so too. */
  end(): void;
  stop(): void;
}

/**
 * Heartbeats five times per time-out. A gap longer than half the time-out means that the process stood still and the
 * server may have given the chunk to others. `changed` is called when the answer of `mayStart` may have changed.
 */
export function startPulse(heartbeatTimeoutMs: number, budgetMs: number, changed: () => void): Pulse {
  const context = Context.current();
  const { cancellationSignal } = context;
  const startedAt = performance.now();
  let lastBeatAt = startedAt;
  let gap = false;
  const gone = new AbortController();
  const cancelled = () => {
    if (context.cancellationDetails?.notFound) gone.abort();
    changed();
  };
  const check = () => {
    if (performance.now() - lastBeatAt > heartbeatTimeoutMs / 2) gap = true;
    return gap;
  };
  const pulse: Pulse = {
    done: 0,
    gone: gone.signal,
    end: () => gone.abort(),
    mayStart: () =>
      !check() && !gone.signal.aborted && !cancellationSignal.aborted && performance.now() - startedAt < budgetMs,
    stop: () => {
      clearInterval(timer);
      cancellationSignal.removeEventListener('abort', cancelled);
    },
  };
  const timer = setInterval(() => {
    check();
    lastBeatAt = performance.now();
    context.heartbeat({ done: pulse.done });
    changed();
  }, heartbeatTimeoutMs / 5);
  cancellationSignal.addEventListener('abort', cancelled);
  context.heartbeat({ done: 0 });
  return pulse;
}
