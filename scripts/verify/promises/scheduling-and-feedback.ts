/** Promises on plans and moves (16–18), the gate (44), and feedback to the phases (10, 19–23). */
import type { MoveReason } from '../../../domain/model/plan.ts';
import type { FeedbackPhase } from '../../../domain/model/records.ts';
import type { Findings } from '../findings.ts';
import { followers, waveName } from '../findings.ts';
import { LIVE_RUN_TEST } from './tests-named.ts';
import type { WrittenPromise } from './promise.ts';
import { restsOn, seen } from './promise.ts';

function moved(reasons: readonly MoveReason[]) {
  return restsOn(['moves', 'attempts'], ({ waves }) =>
    seen(waves, (wave) => {
      const moves = wave.moves.filter(({ reason }) => reasons.includes(reason)).length;
      return moves === 0 ? null : `${waveName(wave)}: ${moves} move(s) (${reasons.join(', ')})`;
    }),
  );
}

function sentTo(phase: FeedbackPhase) {
  return restsOn(['feedback', 'derived', 'ledger'], ({ waves }) => {
    const signals = waves.flatMap((wave) => wave.signals.filter(({ target_phase }) => target_phase === phase));
    if (signals.length === 0) return null;
    const [first] = waves;
    const file = first?.place.dry_run ? 'learning_signals.jsonl' : `phase${phase}/phase22_feedback.jsonl`;
    return `${signals.length} signal(s) in ${file}`;
  });
}

function attemptsChecked({ waves }: Findings): string | null {
  const attempts = waves.reduce((sum, { counts }) => sum + counts.attempts, 0);
  const people = waves.reduce((sum, { counts }) => sum + counts.approvedByPeople, 0);
  return attempts === 0 ? null : `${attempts} attempt(s), each approved; ${people} decision(s) by people`;
}

const SIGNALS_TEST =
  'test/domain/feedback/build-signals.test.ts › sends one signal to each of the phases 16, 18 and 20, with ids of run and wave';

export const SCHEDULING_AND_FEEDBACK: readonly WrittenPromise[] = [
  {
    number: 10,
    words: 'Phase 16 is told which heuristics to change.',
    test: 'test/domain/feedback/heuristic-adjustments.test.ts › follows the anomalies, then the strategy, each value once',
    check: restsOn(['feedback'], ({ waves }) =>
      seen(waves, (wave) => {
        const signal = wave.signals.find(({ signal_type }) => signal_type === 'heuristic_feedback');
        const asked = signal?.content['heuristic_adjustments'];
        return Array.isArray(asked) && asked.length > 0 ? `${waveName(wave)}: ${asked.length} adjustment(s)` : null;
      }),
    ),
  },
  {
    number: 16,
    words: 'Every wave has a plan, and nothing runs outside it.',
    test: 'test/domain/scheduling/plan-wave.test.ts › places every task once, where it may go, or says why not',
    check: restsOn(['attempts', 'evidence'], ({ waves }) => {
      const planned = waves.reduce((sum, wave) => sum + Object.values(wave.planned).reduce((a, b) => a + b, 0), 0);
      return planned === 0 ? null : `${planned} task(s) planned in ${waves.length} wave(s)`;
    }),
  },
  {
    number: 17,
    words: 'Load is shared out again while a wave runs.',
    test: 'test/domain/wave/plan-stage.test.ts › moves load only for a gain above the threshold',
    check: moved(['load_rebalance']),
  },
  {
    number: 18,
    words: 'Tasks of a lost or failing agent go to another, and none is done twice.',
    test: 'test/domain/scheduling/plan-again.test.ts › moves only what must move when an agent is lost, and records why',
    check: moved(['failover_reassignment', 'retries_exhausted']),
  },
  { number: 19, words: 'Phase 16 gets feedback in a file.', test: SIGNALS_TEST, check: sentTo(16) },
  { number: 20, words: 'Phase 18 gets feedback in a file.', test: SIGNALS_TEST, check: sentTo(18) },
  { number: 21, words: 'Phase 20 gets feedback in a file.', test: SIGNALS_TEST, check: sentTo(20) },
  {
    number: 22,
    words: 'Feedback has a way back: what became of a signal counts in the next wave.',
    test: 'test/domain/metrics/learning-impact.test.ts › averages over signals, acknowledged or not',
    check: restsOn(['evidence', 'measures'], ({ waves }) =>
      seen(followers(waves), ({ wave }) =>
        wave.sentSignals.length === 0
          ? null
          : `${waveName(wave)} is measured against ${wave.sentSignals.length} signal(s) of the wave before`,
      ),
    ),
  },
  {
    number: 23,
    words: 'Each signal goes to the phase that it names, and to no other.',
    test: SIGNALS_TEST,
    check: restsOn(['feedback'], ({ waves }) => {
      const signals = waves.reduce((sum, wave) => sum + wave.signals.length, 0);
      return signals === 0 ? null : `${signals} signal(s), each with its phase`;
    }),
  },
  {
    number: 44,
    words: 'The safety gate decides before each attempt, with the real risk of the task.',
    test: 'test/domain/gate/decide-task.test.ts › approves nothing that needs a person without one, and nothing below the threshold without an override',
    check: restsOn(['gate'], attemptsChecked),
  },
  {
    number: 48,
    words: 'What each agent planned, was tuned to and did is on record.',
    test: LIVE_RUN_TEST,
    check: restsOn(['schema', 'attempts', 'derived', 'ledger'], ({ waves }) =>
      seen(waves, (wave) =>
        wave.counts.attempts === 0
          ? null
          : `${waveName(wave)}: ${wave.parameters.length} agent(s), ${wave.counts.attempts} attempt(s)`,
      ),
    ),
  },
];
