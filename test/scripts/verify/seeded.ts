/** Damages that a verification must find: each names the check that finds it, the file it is told of, and what is said. */
import { first } from './damage.ts';
import type { Damage, Rough } from './damage.ts';
import type { CheckName } from '../../../scripts/verify/problem.ts';

export const RUN = 'phase22/runs/first';
export const RECORDS = `${RUN}/wave_1/records`;
export const METRICS = `${RECORDS}/metrics.jsonl`;
export const OUTCOMES = `${RECORDS}/agents/agent_0/outcomes.jsonl`;
export const PARAMETERS = `${RECORDS}/agents/agent_0/tuned_parameters.jsonl`;
export const DECISIONS = `${RECORDS}/gate_decisions.jsonl`;
export const EVIDENCE = `${RUN}/wave_1/evidence.json`;

export interface Seeded {
  check: CheckName;
  title: string;
  file: string;
  damage: (hand: Damage) => void;
  says: RegExp;
}

/** Whatever the hand does. */
export function seed(
  check: CheckName,
  title: string,
  file: string,
  damage: (hand: Damage) => void,
  says: RegExp,
): Seeded {
  return { check, title, file, damage, says };
}

/** Other rows, or rows edited in place, told of the file itself. */
export function rows(
  check: CheckName,
  title: string,
  file: string,
  change: (rows: Rough[]) => Rough[] | void,
  says: RegExp,
): Seeded {
  return seed(check, title, file, (hand) => hand.rows(file, change), says);
}

/** Fields of the first row, or of the first that is `wanted`, set to other values. */
export function row(
  check: CheckName,
  title: string,
  file: string,
  fields: Rough,
  says: RegExp,
  wanted?: (row: Rough) => boolean,
): Seeded {
  return rows(check, title, file, (all) => void Object.assign(first(all, wanted), fields), says);
}

/** Fields of a document set to other values, `change` for what lies deeper. */
export function document(
  check: CheckName,
  title: string,
  file: string,
  change: Rough | ((value: Rough) => void),
  says: RegExp,
): Seeded {
  const edit = typeof change === 'function' ? change : (value: Rough) => void Object.assign(value, change);
  return seed(check, title, file, (hand) => hand.document(file, edit), says);
}

/** A field that holds an object, or a list of them. */
export const inside = (value: unknown) => value as Rough;
export const listed = (value: unknown) => value as Rough[];
