/** Which tasks or predictions a rule is about: what `condition`, `applicability` and list entries have in common. */
import { shownPayload } from '../control/notes.ts';
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

/** A value of a heuristic that makes no sense. */
export class Misread extends Error {
  override name = 'Misread';
  constructor(field: string, value: Json | undefined, expected: string) {
    super(
      `${field} is ${value === undefined || value === null ? 'missing' : shownPayload(value)}, expected ${expected}`,
    );
  }
}

export function numberIn(field: string, json: Json | undefined, min: number, max: number): number {
  if (typeof json === 'number' && json >= min && json <= max) return json;
  throw new Misread(field, json, `a number from ${min} to ${max}`);
}

const LIMITS = ['risk_level', 'applicable_risk_levels', 'confidence_range', 'confidence_min', 'min_confidence'];

/**
 * Reads `risk_level` or `applicable_risk_levels` (one level or a list), `confidence_range` and `confidence_min` or
 * `min_confidence`; absent fields and null limit nothing. `field`: what it is called; `others`: fields that may stand beside them.
 * Throws `Misread` where a field has a wrong value or another name.
 */
export function readScope(field: string, json: Json | undefined, others: readonly string[] = []): Scope {
  if (json === undefined) return { riskLevels: RISK_LEVELS, min: 0, max: 1 };
  if (!isFields(json)) throw new Misread(field, json, 'an object');
  refuseOthers(field, json, [...LIMITS, ...others]);
  const named = (...names: string[]) => names.find((name) => (json[name] ?? undefined) !== undefined) ?? names[0]!;
  const levels = named('risk_level', 'applicable_risk_levels');
  const least = named('confidence_min', 'min_confidence');
  const range = json['confidence_range'] ?? [0, 1];
  if (!Array.isArray(range) || range.length !== 2)
    throw new Misread(`${field}.confidence_range`, range, 'a list of two numbers from 0 to 1');
  const low = numberIn(`${field}.confidence_range[0]`, range[0], 0, 1);
  return {
    riskLevels: readRiskLevels(`${field}.${levels}`, json[levels]),
    min: Math.max(numberIn(`${field}.${least}`, json[least] ?? 0, 0, 1), low),
    max: numberIn(`${field}.confidence_range[1]`, range[1], low, 1),
  };
}

/** Throws `Misread` for a field of another name: it may be one that was to limit the rule, mistyped. */
export function refuseOthers(field: string, json: Fields, known: readonly string[]): void {
  const other = Object.keys(json).find((name) => !known.includes(name));
  if (other !== undefined) throw new Misread(`a field of ${field}`, other, `one of ${known.join(', ')}`);
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

function readRiskLevels(field: string, json: Json | undefined): readonly RiskLevel[] {
  if (json === undefined || json === null) return RISK_LEVELS;
  return (Array.isArray(json) ? json : [json]).map((level) => {
    const known = typeof level === 'string' && RISK_LEVELS.find((one) => one === level.toUpperCase());
    if (!known) throw new Misread(field, json, `one of ${RISK_LEVELS.join(', ')}, or a list of them`);
    return known;
  });
}
