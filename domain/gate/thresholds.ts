/** What the task gate asks of each risk level: a confidence, and whether a person must approve. */
import type { RiskLevel } from '../model/task.ts';

export const GATE_THRESHOLDS: Record<RiskLevel, { confidence: number; person: boolean }> = {
  LOW: { confidence: 0.5, person: false },
  MEDIUM: { confidence: 0.75, person: false },
  HIGH: { confidence: 0.9, person: true },
  UNKNOWN: { confidence: 0.7, person: true },
};

/**
 * The confidence that a risk level must reach, 0–1. `strictness` is added to every threshold. `highRiskThreshold` is a
 * heuristic's wish for HIGH; it can only tighten: a lower one has no effect, and neither has a negative strictness.
 */
export function gateThreshold(risk: RiskLevel, strictness: number, highRiskThreshold: number | null): number {
  const base = GATE_THRESHOLDS[risk].confidence;
  const tightened = risk === 'HIGH' && highRiskThreshold !== null ? Math.max(base, highRiskThreshold) : base;
  // 0.9 + 0.05 is 0.9500000000000001 in floating point: without rounding, a confidence of 0.95 would not reach 0.95.
  const rounded = Math.round((tightened + Math.max(0, strictness)) * 1e9) / 1e9;
  return Math.min(1, rounded);
}

/** Whether a task of this risk is approved by a person only. */
export function needsPerson(risk: RiskLevel, policy: { mediumNeedsApproval: boolean }): boolean {
  return GATE_THRESHOLDS[risk].person || (risk === 'MEDIUM' && policy.mediumNeedsApproval);
}
