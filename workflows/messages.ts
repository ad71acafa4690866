/** Names and payloads of everything that may be sent to a run or a wave. The same names serve both. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ControlLevel } from '../domain/dispatch/state.ts';
import type { ApprovalAnswer, ApprovalRequest, RunProgress, WaveProgress } from '../domain/model/run.ts';

export const pauseSignal = defineSignal('pause');
export const resumeSignal = defineSignal('resume');
/** One-way: a dry run never becomes live. */
export const setDryRunSignal = defineSignal<[boolean | { dryRun: boolean }]>('setDryRun');

export const approveUpdate = defineUpdate<string, [ApprovalAnswer]>('approve');
export const rejectUpdate = defineUpdate<string, [ApprovalAnswer]>('reject');

export const runProgressQuery = defineQuery<RunProgress>('progress');
export const waveProgressQuery = defineQuery<WaveProgress>('progress');

/** From a run to its open wave: what people asked of the run. */
export const levelSignal = defineSignal<[ControlLevel]>('setLevel');
/** From a run to its open wave: a person's answer that the run has checked. */
export const answerSignal = defineSignal<[{ verdict: 'approved' | 'rejected'; answer: ApprovalAnswer }]>('relayAnswer');
/** From a wave to its run: its open requests, and whether it was paused there. */
export const waveReportSignal = defineSignal<[WaveReport]>('waveReport');

export interface WaveReport {
  wave: number;
  requests: ApprovalRequest[];
  paused: boolean;
  /** Paused with nothing in flight. */
  standing: boolean;
  dryRun: boolean;
}
