/** Damage to what was decided, done and handed on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { first } from './damage.ts';
import type { Damage, Rough } from './damage.ts';
import type { Seeded } from './seeded.ts';
import { DECISIONS, EVIDENCE, inside, OUTCOMES, PARAMETERS, RECORDS, row, rows, RUN, seed } from './seeded.ts';

const MOVES = `${RECORDS}/schedule_moves.jsonl`;
const DEAD = `${RECORDS}/dead_letters.jsonl`;
const PLAN = `${RECORDS}/agents/agent_0/adjusted_schedule.jsonl`;
const OTHER_RUN = OUTCOMES.replace('first', 'second');
const LATER_PARAMETERS = PARAMETERS.replace('wave_1', 'wave_2');
const STAMP = { execution_id: 'first', dry_run: false, wave: 1, timestamp: '2026-03-02T00:00:00.000Z' };

const move = (from_agent: string, to_agent: string): Rough => ({
  ...STAMP,
  ...{ task_id: 'task_1_001', from_agent, to_agent, reason: 'load_rebalance', plan_version: 1 },
});
const every = (path: string, fields: Rough) => (hand: Damage) =>
  hand.rows(path, (all) => all.forEach((one) => Object.assign(one, fields)));
const none = (path: string) => (hand: Damage) => hand.rows(path, () => []);
const output = (output_ref: string) => (all: Rough[]) => {
  const one = first(all);
  delete one['output'];
  Object.assign(one, { output_ref, output_sha256: 'a'.repeat(64) });
};
const tuned = (block: 'parameters' | 'before', fields: Rough) => (all: Rough[]) =>
  void Object.assign(inside(first(all)[block]), fields);

/** A dead letter of the first task that the agent completed. */
function buryCompleted(hand: Damage): void {
  const [line = ''] = readFileSync(join(hand.root, OUTCOMES), 'utf8').split('\n');
  const { task_id } = JSON.parse(line) as Rough;
  hand.rows(DEAD, () => [{ ...STAMP, task_id, agent_id: null, attempts: 1, reason: 'x' }]);
}

/** Makes a rerun look as if it had done the first generation again. */
function repeatGeneration(hand: Damage): void {
  hand.rows(OTHER_RUN, (all) => {
    for (const one of all) one['idempotency_key'] = String(one['idempotency_key']).replace(/2$/, '1');
  });
}

const isHigh = (one: Rough) => one['risk_level'] === 'HIGH';
const byNobody = (one: Rough) => one['approver'] === null;

export const SEEDED_WORK: readonly Seeded[] = [
  rows('attempts', 'a second final', OUTCOMES, (all) => [...all, { ...first(all), attempt: 2, retries: 1 }], /found 2/),
  row('attempts', 'no final', OUTCOMES, { final: false }, /exactly one final attempt, found 0/),
  row('attempts', 'a gap between attempts', OUTCOMES, { attempt: 2 }, /expected 1, found 2/),
  row('attempts', 'a wrong number of retries', OUTCOMES, { retries: 4 }, /retries: expected 0, found 4/),
  row('attempts', 'a key of another task', OUTCOMES, { idempotency_key: 'demo/other/1' }, /idempotency_key/),
  row('attempts', 'a key without a generation', OUTCOMES, { idempotency_key: 'demo/x' }, /idempotency_key/),
  seed(
    'attempts',
    'work done twice over runs',
    OTHER_RUN,
    repeatGeneration,
    /completed twice in generation 1; before at/,
  ),
  seed('attempts', 'work outside the plan', OUTCOMES, none(PLAN), /without being in a plan/),
  rows('attempts', 'a task planned twice', PLAN, (all) => [first(all), ...all], /is there twice/),
  seed('attempts', 'a dead letter that was completed', DEAD, buryCompleted, /was completed in the same wave/),

  seed('gate', 'attempts without a decision', OUTCOMES, none(DECISIONS), /without a gate decision/),
  seed('gate', 'attempts deferred', OUTCOMES, every(DECISIONS, { approval: 'deferred' }), /had it deferred/),
  seed('gate', 'attempts of another risk', OUTCOMES, every(OUTCOMES, { risk_level: 'UNKNOWN' }), /approved with risk/),
  row('gate', 'an approver taken out', DECISIONS, { approver: null }, /without an approver/, isHigh),
  row('gate', 'a confidence below the threshold', DECISIONS, { confidence: 0.1 }, /below its threshold/),
  row('gate', 'a lowered threshold', DECISIONS, { threshold: 0.1 }, /expected at least/),
  row('gate', 'an override by nobody', DECISIONS, { override: true }, /an approver and a reason/, byNobody),
  rows('gate', 'a decision made twice', DECISIONS, (all) => [first(all), ...all], /decided twice/),

  rows('moves', 'a move to itself', MOVES, () => [move('agent_0', 'agent_0')], /to itself/),
  rows('moves', 'a move to a stranger', MOVES, () => [move('agent_0', 'agent_9')], /agent_9 is no agent/),

  rows(
    'parameters',
    'more than slots',
    PARAMETERS,
    tuned('parameters', { max_parallel_tasks: 60 }),
    /the agent's slots/,
  ),
  rows('parameters', 'others than in force', PARAMETERS, tuned('parameters', { max_parallel_tasks: 1 }), /in force/),
  rows('parameters', 'a wrong start', LATER_PARAMETERS, tuned('before', { speed_multiplier: 0.6 }), /before\.speed/),
  rows(
    'schema',
    'a pace out of bounds',
    PARAMETERS,
    tuned('parameters', { speed_multiplier: 1.4 }),
    /speed_multiplier/,
  ),
  seed('parameters', 'an agent left out', EVIDENCE, none(PARAMETERS), /agent_0 has no tuned parameters/),

  rows('feedback', 'a signal that was not sent', `${RECORDS}/feedback_16.jsonl`, () => [], /expected 1 .* found 0/),
  row(
    'feedback',
    'a signal with the wrong phase',
    `${RECORDS}/feedback_18.jsonl`,
    { target_phase: 20 },
    /for phase 20/,
  ),
  row('feedback', 'an edited signal', `${RECORDS}/feedback_20.jsonl`, { confidence: 0.01 }, /differs/),

  row('outputs', 'a digest of nothing', OUTCOMES, { output_sha256: 'a'.repeat(64) }, /output_sha256/),
  rows('outputs', 'an output that is not there', OUTCOMES, output(`${RUN}/none.json`), /none\.json is missing/),
  rows('outputs', 'an output that was changed', OUTCOMES, output(EVIDENCE), /expected SHA-256/),
  rows('outputs', 'an output outside the dataset', OUTCOMES, output('../x'), /output_ref/),
];
