/**
 * When things happened, by the server's own records of them. Nothing here asks a workflow, which would cost it a workflow
 * task and so disturb what is measured: a long poll answers as soon as there is a new event.
 */
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const POLL_MS = 60_000;

/** Epoch milliseconds, with a fraction. */
export function timeOf(event: HistoryEvent): number {
  const { seconds, nanos } = event.eventTime ?? {};
  return Number(seconds ?? 0) * 1000 + (nanos ?? 0) / 1_000_000;
}

export async function historyOf(client: Client, workflowId: string): Promise<HistoryEvent[]> {
  return (await client.workflow.getHandle(workflowId).fetchHistory()).events ?? [];
}

/** The first argument of a signal, where the event is that signal's arrival; null for any other event. */
export function signalPayload(event: HistoryEvent, signal: string): { payload: unknown } | null {
  const attributes = event.workflowExecutionSignaledEventAttributes;
  if (attributes?.signalName !== signal) return null;
  const payload = attributes.input?.payloads?.[0];
  return { payload: payload ? defaultPayloadConverter.fromPayload(payload) : undefined };
}

/** Reads a workflow's history as it grows. */
export class HistoryFollower {
  private token: Uint8Array | null = null;
  private readonly unread: HistoryEvent[] = [];
  private readonly client: Client;
  private readonly workflowId: string;

  constructor(client: Client, workflowId: string) {
    this.client = client;
    this.workflowId = workflowId;
  }

  /** The next event that is wanted; those before it are passed over. Throws when the workflow ends without one. */
  async until(what: string, wanted: (event: HistoryEvent) => boolean): Promise<HistoryEvent> {
    for (;;) {
      for (let event = this.unread.shift(); event; event = this.unread.shift()) if (wanted(event)) return event;
      await this.read(what);
    }
  }

  private async read(what: string): Promise<void> {
    const request = {
      namespace: this.client.options.namespace,
      execution: { workflowId: this.workflowId },
      waitNewEvent: true,
      ...(this.token === null ? {} : { nextPageToken: this.token }),
    };
    const answer = await this.client.withDeadline(Date.now() + POLL_MS, () =>
      this.client.workflowService.getWorkflowExecutionHistory(request),
    );
    this.unread.push(...(answer.history?.events ?? []));
    this.token = answer.nextPageToken ?? null;
    if (this.unread.length === 0 && !this.token?.length) {
      throw new Error(`${this.workflowId} ended before ${what}`);
    }
  }
}
