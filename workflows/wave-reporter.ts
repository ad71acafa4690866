/** Telling the run what people should know there of its open wave. Little: each report is a signal. */
import { workflowInfo } from '@temporalio/workflow';
import type { SharedLevel } from '../domain/control/shared-level.ts';
import type { WaveReport } from '../domain/control/wave-report.ts';
import type { WaveProgress } from '../domain/model/run.ts';
import { tell } from './control.ts';
import { waveReportSignal } from './messages.ts';

export class WaveReporter {
  /** Reports sent so far, by earlier executions of the wave too. */
  sent: number;
  /** What the run knows without being told; null: whatever was told may have been lost. */
  private readonly known: SharedLevel | null;
  private latest = '';
  private draining: number | null = null;

  constructor(sent: number, known: SharedLevel | null) {
    this.sent = sent;
    this.known = known;
  }

  /** Sends what is new. */
  report({ wave, requests, reason, phase, in_flight }: WaveProgress, level: SharedLevel): void {
    const { parent } = workflowInfo();
    if (!parent) return;
    if (phase !== 'pausing') this.draining = null;
    else if (this.draining === null || in_flight * 2 <= this.draining) this.draining = in_flight;
    const { draining, known } = this;
    const report: Omit<WaveReport, 'number'> = {
      wave,
      requests,
      level,
      draining,
      standing: phase === 'paused',
      reason,
    };
    const text = JSON.stringify(report);
    if (text === this.latest) return;
    const nothingNew = known !== null && known.word === level.word && known.dryRun === level.dryRun && !level.paused;
    if (this.latest === '' && nothingNew && requests.length === 0) return;
    this.latest = text;
    this.sent += 1;
    tell(parent.workflowId, waveReportSignal, { ...report, number: this.sent });
  }
}
