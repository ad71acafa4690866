/** Which tasks or predictions a rule is about: what `condition`, `applicability` and list entries have in common. */
import { RISK_LEVELS, type Json, type RiskLevel } from '../model/task.ts';

export interface Scope {
  riskLevels: readonly RiskLevel[];
  /** Inclusive bounds of the declared confidence. */
  min: number;
  max: number;
}

type Fields = Record<string, Json>;

export function isFields(json: Json | undefined): json is Fields {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

export function isNumberIn(json: Json | undefined, min: number, max: number): json is number {
  return typeof json === 'number' && json >= min && json <= max;
}

/**
 * Reads `risk_level` or `applicable_risk_levels` (one level or a list), `confidence_range` and `confidence_min` or
 * `min_confidence`; absent fields limit nothing, and fields of other names are ignored. Null: a field has a wrong value.
 */
export function readScope(json: Json | undefined): Scope | null {
  if (json === undefined) return { riskLevels: RISK_LEVELS, min: 0, max: 1 };
  if (!isFields(json)) return null;
  const riskLevels = readRiskLevels(json['risk_level'] ?? json['applicable_risk_levels']);
  const least = json['confidence_min'] ?? json['min_confidence'] ?? 0;
  const range = json['confidence_range'] ?? [0, 1];
  if (riskLevels === null || !isNumberIn(least, 0, 1) || !Array.isArray(range) || range.length !== 2) return null;
  const [low, high] = range;
  if (!isNumberIn(low, 0, 1) || !isNumberIn(high, low, 1)) return null;
  return { riskLevels, min: Math.max(least, low), max: high };
}

/** What lies in both. */
export function intersection(a: Scope, b: Scope): Scope {
  return {
    riskLevels: a.riskLevels.filter((level) => b.riskLevels.includes(level)),
    min: Math.max(a.min, b.min),
    max: Math.min(a.max, b.max),
  };
}

export function isInScope(scope: Scope, riskLevel: RiskLevel, confidence: number): boolean {
  return scope.riskLevels.includes(riskLevel) && confidence >= scope.min && confidence <= scope.max;
}

function readRiskLevels(json: Json | undefined): readonly RiskLevel[] | null {
  if (json === undefined) return RISK_LEVELS;
  const levels = (Array.isArray(json) ? json : [json]).map((level) =>
    typeof level === 'string' ? RISK_LEVELS.find((known) => known === level.toUpperCase()) : undefined,
  );
  return levels.every((level) => level !== undefined) ? levels : null;
}
