/** Damage to the ledger, to what is made of it, to single records, and to measures. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { first } from './damage.ts';
import type { Damage } from './damage.ts';
import type { Seeded } from './seeded.ts';
import { DECISIONS, document, EVIDENCE, listed, METRICS, OUTCOMES, RECORDS, row, rows, RUN, seed } from './seeded.ts';

const SECOND = 'phase22/ledger/00000002.json';
const THIRD = 'phase22/ledger/00000003.json';
const COPY = 'phase22/metrics.jsonl';
const FEEDBACK = 'phase16/phase22_feedback.jsonl';
const STRANGER = 'phase22/wave_1/agent_0/others.jsonl';
const LATER = `${RUN}/wave_2/evidence.json`;
const SUMMARY = `${RUN}/phase22_summary.json`;
const SIGNALS = `${RUN}/wave_2/records/learning_signals.jsonl`;
const PLAN = `${RECORDS}/agents/agent_0/adjusted_schedule.jsonl`;

const lose = (path: string) => (hand: Damage) => rmSync(join(hand.root, path));
const write = (path: string) => (hand: Damage) => writeFileSync(join(hand.root, path), '{}\n');
const swap = (path: string, from: string, to: string) => (hand: Damage) =>
  hand.text(path, (text) => text.replace(from, to));
const edit = (path: string, fields: object) => (hand: Damage) =>
  hand.rows(path, (all) => void Object.assign(first(all), fields));

export const SEEDED_FILES: readonly Seeded[] = [
  seed('ledger', 'a flipped byte', DECISIONS, swap(DECISIONS, '1', '2'), /SHA-256/),
  rows('ledger', 'a dropped record', METRICS, (all) => all.slice(1), /SHA-256/),
  seed('ledger', 'a missing file', OUTCOMES, lose(OUTCOMES), /missing/),
  seed('ledger', 'a broken chain', THIRD, swap(SECOND, '"at":"2026', '"at":"2025'), /hash of the entry before/),
  seed('ledger', 'a lost entry', SECOND, lose(SECOND), /missing/),

  seed('derived', 'an edited copy', COPY, swap(COPY, 'normal', 'critic'), /not what the ledger says/),
  seed('derived', 'lost feedback', FEEDBACK, lose(FEEDBACK), /missing/),
  seed('derived', 'a stranger among the outputs', STRANGER, write(STRANGER), /no format describes/),

  rows('schema', 'a lost field', DECISIONS, (all) => void delete first(all)['approval'], /approval/),
  row('schema', 'a record of another run', OUTCOMES, { execution_id: 'other' }, /other/),
  row('schema', 'a record of another wave', OUTCOMES, { wave: 2 }, /expected 1/),
  row('schema', 'a record of another agent', OUTCOMES, { agent_id: 'agent_1' }, /folder/),
  row('schema', 'a dry record', OUTCOMES, { dry_run: true }, /dry_run/),
  seed('schema', 'a torn end', OUTCOMES, (hand) => hand.text(OUTCOMES, (text) => text.slice(0, -9)), /cut off/),
  seed('schema', 'a line that is no JSON', OUTCOMES, swap(OUTCOMES, '{', '('), /not JSON/),

  row('measures', 'an embellished metric', METRICS, { value: 0.97 }, /success_rate computed again/),
  rows('measures', 'a lost metric', METRICS, (all) => all.slice(1), /expected success_rate/),
  rows(
    'measures',
    'a hidden anomaly',
    `${RECORDS}/anomalies.jsonl`,
    () => [],
    /expected excessive_retries, found none/,
  ),
  document('measures', 'an embellished health', `${RECORDS}/system_health.json`, { overall_health_score: 99 }, /score/),
  seed('measures', 'a changed confidence', METRICS, edit(OUTCOMES, { confidence_after: 0.123 }), /trajectory/),
  row('measures', 'a changed duration', OUTCOMES, { execution_time_ms: 1 }, /from start to finish/),
  document('measures', 'fewer released than completed', EVIDENCE, { released: 1 }, /cannot be computed again/),

  document('evidence', 'more tasks released than planned', EVIDENCE, { released: 41 }, /expected 40, found 41/),
  document('evidence', 'tasks deferred that were not', EVIDENCE, { deferred: 3 }, /deferred: expected 0/),
  seed(
    'evidence',
    'another first plan',
    PLAN,
    (hand) => hand.document(EVIDENCE, (value) => void (value['first_plan'] = [])),
    /first_plan has no agent/,
  ),
  document(
    'evidence',
    'another signal before',
    LATER,
    (value) => void (first(listed(value['signals']))['before'] = 0.5),
    /signals\.0\.before/,
  ),
  document(
    'evidence',
    'an embellished roll-out',
    LATER,
    (value) => void (first(listed(value['rollouts']), (one) => one['wave'] === 2)['observed'] = 99),
    /observed/,
  ),

  row('ids', 'an id used before', SIGNALS, { signal_id: 'first/w1/heuristic_feedback' }, /used before/),

  document('summary', 'more completed than were', SUMMARY, { completed_tasks: 81 }, /expected 80, found 81/),
  document('summary', 'another success rate', SUMMARY, { success_rate: 0.5 }, /success_rate/),
  document('summary', 'fewer tasks than ended', SUMMARY, { total_tasks: 1 }, /total_tasks/),
  document('summary', 'another end than the ledger has', SUMMARY, { status: 'aborted' }, /expected "completed"/),
];
