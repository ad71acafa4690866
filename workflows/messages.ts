/** Names and payloads of everything that may be sent to a run or a wave. The same names serve both. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ApprovalAnswer, RunProgress, WaveProgress } from '../domain/model/run.ts';

export const pauseSignal = defineSignal('pause');
export const resumeSignal = defineSignal('resume');
/** One-way: a dry run never becomes live. */
export const setDryRunSignal = defineSignal<[boolean | { dryRun: boolean }]>('setDryRun');

export const approveUpdate = defineUpdate<string, [ApprovalAnswer]>('approve');
export const rejectUpdate = defineUpdate<string, [ApprovalAnswer]>('reject');

export const runProgressQuery = defineQuery<RunProgress>('progress');
export const waveProgressQuery = defineQuery<WaveProgress>('progress');
