/** The task gate: nothing ran without an approval, and no approval is looser than the gate allows. */
import { GATE_THRESHOLDS } from '../../domain/gate/thresholds.ts';
import type { GateDecisionRecord } from '../../domain/model/records.ts';
import { teller } from './problem.ts';
import type { Tell } from './problem.ts';
import type { Row } from './record-reader.ts';
import type { WaveRecords } from './wave-records.ts';

export function checkGate(wave: WaveRecords, tell: Tell): void {
  const off = teller(tell, 'gate');
  const decisions = new Map<string, Row<GateDecisionRecord>>();
  for (const row of wave.decisions) {
    const key = `${row.value.task_id}/${row.value.attempt}`;
    if (decisions.has(key)) off(row, `task ${row.value.task_id}, attempt ${row.value.attempt} is decided twice`);
    decisions.set(key, row);
    if (row.value.approval === 'approved') for (const text of faults(row.value)) off(row, text);
  }
  for (const row of wave.outcomes) {
    const { task_id, attempt, risk_level } = row.value;
    const decision = decisions.get(`${task_id}/${attempt}`)?.value;
    const who = `task ${task_id}, attempt ${attempt}`;
    if (decision === undefined) off(row, `${who} ran without a gate decision`);
    else if (decision.approval !== 'approved') off(row, `${who} ran although the gate had it ${decision.approval}`);
    else if (decision.risk_level !== risk_level) {
      off(row, `${who} ran with risk ${risk_level}, but was approved with risk ${decision.risk_level}`);
    }
  }
}

/** What is wrong with an approval. */
function faults(decision: GateDecisionRecord): string[] {
  const { task_id, risk_level, confidence, threshold, approver, override, reason } = decision;
  const { confidence: least, person } = GATE_THRESHOLDS[risk_level];
  const found: string[] = [];
  if (threshold < least) found.push(`threshold: found ${threshold}, expected at least ${least} for ${risk_level}`);
  if (person && approver === null)
    found.push(`task ${task_id} has risk ${risk_level} and was approved without an approver`);
  if (override && (approver === null || reason === '')) found.push('override: expected an approver and a reason');
  if (!override && confidence < threshold) {
    found.push(`task ${task_id} was approved with confidence ${confidence} below its threshold ${threshold}`);
  }
  return found;
}
