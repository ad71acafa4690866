import type { AgentsFile } from '../contracts/agents-file.ts';
import { urlFault } from '../contracts/allowed-hosts.ts';
import { BadInputError } from '../contracts/bad-input.ts';
import { shown } from '../contracts/zod-problems.ts';
import { loadFleet } from '../store/inputs/load-fleet.ts';
import type { Dependencies } from './dependencies.ts';
import { datasetPlace } from './dependencies.ts';
import type { NotifyApproversArgs } from './interface.ts';
import type { OutboundRules } from './outbound/checked-post.ts';
import { CheckedPost, literalAddressFault } from './outbound/checked-post.ts';

const ANSWER_MS_MAX = 10_000;

/**
 * Posts one request that waits for a person. When the process dies between the POST and its report, the same is posted
 * again under the same `Idempotency-Key`. Errors name the host only: a URL may be a secret as a whole.
 */
export function createNotifyApprovers({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function notifyApprovers(args: NotifyApproversArgs): Promise<void> {
    // Read now: a host that was taken from the list meanwhile is not called any more.
    const outbound = new CheckedPost(noticeRules(await loadFleet(datasetPlace(dataRoot, args.ref.dataset).root)));
    const { host } = new URL(args.url);
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    try {
      const { status } = await outbound.post({
        url: args.url,
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': noticeKey(args) },
        ownHeaders: {},
        body: JSON.stringify(noticeBody(args)),
        signal,
      });
      if (status < 200 || status > 299) throw new Error(`${host} answered with status ${status}`);
    } catch (error) {
      if (signal.aborted) throw new Error(`${host} did not answer within ${ANSWER_MS_MAX / 1000} s`, { cause: error });
      // Several addresses that all refuse are one error without a message.
      const { message, code } = error as NodeJS.ErrnoException;
      throw message === '' ? new Error(`${host}: ${code ?? 'no connection'}`, { cause: error }) : error;
    } finally {
      outbound.close();
    }
  };
}

/** The same however often the request is told of, and another once its tasks are others. */
export function noticeKey({ ref, request }: Pick<NotifyApproversArgs, 'ref' | 'request'>): string {
  return `${ref.dataset}/${ref.execution_id}/${request.request}/${request.digest}`;
}

/** What is posted: what waits, where it is seen, and what to send to answer it. */
export function noticeBody({ ref, namespace, workflowId, request: waiting }: Omit<NotifyApproversArgs, 'url'>) {
  const { request, digest, risk_level, tasks, below_threshold } = waiting;
  const expires_at = new Date(waiting.expires_at).toISOString();
  const answer = { request, digest, approver: 'YOUR NAME' };
  return {
    execution_id: ref.execution_id,
    dataset: ref.dataset,
    wave: ref.wave,
    workflow_id: workflowId,
    requests: [{ request, digest, risk_level, tasks, below_threshold, expires_at, answer }],
    link: `/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`,
  };
}

/** Throws `BadInputError` for a `gate.notifyUrl` that the dataset does not allow. What a name resolves to is judged when it is called. */
export function requireNotifiable(url: string, fleet: AgentsFile | null): void {
  const { allowedHosts, allowPrivate } = noticeRules(fleet);
  const fault = urlFault(url, allowedHosts);
  const address = fault === null ? literalAddressFault(new URL(url), allowPrivate) : null;
  if (fault === null && address === null) return;
  const expected =
    fault === null
      ? `an address that may be called; ${address} (under "notify" in the dataset’s phase22/agents.json)`
      : `${fault} (in the dataset’s phase22/agents.json)`;
  throw new BadInputError([{ field: 'gate.notifyUrl', value: shown(url), expected }]);
}

/** Without a fleet file no host is allowed. */
function noticeRules(fleet: AgentsFile | null): OutboundRules {
  return { allowedHosts: fleet?.allowedHosts ?? [], allowPrivate: fleet?.notify.allowPrivate ?? false };
}
