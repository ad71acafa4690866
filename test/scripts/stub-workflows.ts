/** A run and a wave that answer like the real ones and do nothing: what the command line is tried against. */
import {
  ApplicationFailure,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { ApprovalRequest, RunProgress, WaveProgress } from '../../domain/model/run.ts';
import {
  approveUpdate,
  explainUpdate,
  pauseSignal,
  rejectUpdate,
  resumeSignal,
  retryFailedUpdate,
  runProgressQuery,
  setDryRunSignal,
  skipWaveUpdate,
  waveProgressQuery,
} from '../../workflows/messages.ts';

export async function multiWaveRun(input: { dataset?: string; dryRun?: boolean; waves?: number }): Promise<object> {
  const { workflowId } = workflowInfo();
  const waveId = `${workflowId}/wave-1`;
  const progress: RunProgress = {
    execution_id: workflowId,
    dataset: input.dataset ?? 'demo',
    status: 'running',
    dry_run: input.dryRun ?? true,
    reason: null,
    waves: [1],
    open_wave: { wave: 1, workflow_id: waveId },
    draining: null,
    signed_answers: false,
    finished: [],
    skipped: [],
    retry: null,
    requests: [],
    notes: [],
  };
  setHandler(runProgressQuery, () => progress);
  setHandler(pauseSignal, () => void (progress.status = 'paused'));
  setHandler(resumeSignal, () => void (progress.status = 'running'));
  setHandler(
    setDryRunSignal,
    (value) => void (progress.dry_run = value === true || (typeof value === 'object' && value.dryRun)),
  );
  const validator = (payload: { wave?: number } | null) => {
    if (payload?.wave !== undefined && payload.wave > 1) throw ApplicationFailure.nonRetryable('its waves: 1');
  };
  setHandler(skipWaveUpdate, (payload) => `skips ${payload?.wave ?? 'the open wave'}`, { validator });
  setHandler(retryFailedUpdate, (payload) => `retries ${payload?.tasks?.join(' and ') ?? 'all'}`);
  setHandler(explainUpdate, () => ({ about: 'run', says: 'it runs' }));
  if (input.dataset === 'broken') {
    // As a run that was refused when it was to open its dataset.
    progress.status = 'starting';
    throw ApplicationFailure.nonRetryable('dataset: no such folder', 'BadInputError');
  }
  if (input.dataset === 'unhealthy') {
    Object.assign(progress, { status: 'paused', reason: 'health 40 is below minHealth 60', open_wave: null });
    await condition(() => progress.status !== 'paused');
  }
  const child = await startChild('wave', { workflowId: waveId, args: [] });
  try {
    await child.result();
    return { status: 'completed', waves_executed: 1 };
  } catch (error) {
    if (!isCancellation(error)) await getExternalWorkflowHandle(waveId).cancel();
    progress.reason = '4 of 10 task(s) completed, 6 left in the backlog';
    throw error;
  }
}

/** Ends once both of its requests are answered. */
export async function wave(): Promise<void> {
  const request = (name: string, digest: string, below: number): ApprovalRequest => ({
    request: name,
    digest,
    wave: 1,
    risk_level: 'HIGH',
    tasks: 3,
    below_threshold: below,
    opened_at: Date.now(),
    expires_at: Date.now() + 3_600_000,
  });
  let requests = [request('w1-g1', 'sha256:aa', 0), request('w1-g2', 'sha256:bb', 1)];
  const progress = (): WaveProgress => ({
    wave: 1,
    phase: 'waiting for approval',
    dry_run: false,
    strategy: 'balance_load',
    plan_version: 1,
    tasks: 10,
    released: 4,
    completed: 4,
    failed: 0,
    deferred: 0,
    rejected: 0,
    waiting: 6,
    in_flight: 0,
    moves: 0,
    cost: 0,
    expected_end: null,
    agents: [{ agent_id: 'agent_0', status: 'up', in_flight: 0, completed: 4, failed: 0, queued: 0, speed: 1 }],
    requests,
    reason: null,
    notes: [],
  });
  setHandler(waveProgressQuery, progress);
  setHandler(explainUpdate, (name) => ({ about: typeof name === 'string' ? name : 'wave', says: 'it waits' }));
  for (const [update, word] of [
    [approveUpdate, 'approved'],
    [rejectUpdate, 'rejected'],
  ] as const) {
    setHandler(
      update,
      (answer) => {
        requests = requests.filter(({ request: name }) => name !== answer.request);
        const how = `${answer.override === true ? ' with override' : ''}${answer.signature ? ', signed' : ''}`;
        return `${word} by ${answer.approver}${how}`;
      },
      {
        validator: (answer) => {
          const found = requests.find(({ request: name }) => name === answer.request);
          if (found?.digest === answer.digest) return;
          throw ApplicationFailure.nonRetryable(`request ${answer.request} with digest ${answer.digest} is not open`);
        },
      },
    );
  }
  await condition(() => requests.length === 0);
}
