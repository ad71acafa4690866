/** Names and payloads of everything that may be sent to a run or a wave. The same names serve both. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { RetryAsk } from '../domain/control/retry-ask.ts';
import type { SharedLevel } from '../domain/control/shared-level.ts';
import type { WaveReport } from '../domain/control/wave-report.ts';
import type { AnswerVerdict } from '../domain/gate/signed-answer.ts';
import type { ApprovalAnswer, Explanation, RunProgress, WaveProgress } from '../domain/model/run.ts';

export const pauseSignal = defineSignal('pause');
export const resumeSignal = defineSignal('resume');
/** One-way: a dry run never becomes live. */
export const setDryRunSignal = defineSignal<[boolean | { dryRun: boolean }]>('setDryRun');

export const approveUpdate = defineUpdate<string, [ApprovalAnswer]>('approve');
export const rejectUpdate = defineUpdate<string, [ApprovalAnswer]>('reject');
export const skipWaveUpdate = defineUpdate<string, [{ wave?: number } | null]>('skipWave');
export const retryFailedUpdate = defineUpdate<string, [{ tasks?: string[] } | null]>('retryFailed');
/** Of an agent or a task. Reads the wave's files, which a Query cannot. */
export const explainUpdate = defineUpdate<Explanation, [string | { agent?: string; task?: string } | null]>('explain');

export const runProgressQuery = defineQuery<RunProgress>('progress');
export const waveProgressQuery = defineQuery<WaveProgress>('progress');
/** Of an agent, or of the whole. */
export const explainQuery = defineQuery<Explanation, [(string | { agent?: string })?]>('explain');

/** From a run to its open wave: what people asked of the run. */
export const levelSignal = defineSignal<[SharedLevel]>('setLevel');
/** From a run to its open wave: a person's answer, and why the run has refused it; null: it has not. */
export const answerSignal = defineSignal<[RelayedAnswer]>('relayAnswer');
/** From a run to its open wave: end it before its tasks are done. */
export const skipSignal = defineSignal('relaySkip');
/** From a wave to its run: failed tasks that are to run again in the next wave. */
export const retrySignal = defineSignal<[{ ask: RetryAsk }]>('relayRetry');
/** From a wave to its run: what people should know there. */
export const waveReportSignal = defineSignal<[WaveReport]>('waveReport');

export interface RelayedAnswer {
  verdict: AnswerVerdict;
  answer: ApprovalAnswer;
  refused: string | null;
}
