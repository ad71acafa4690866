/** What the phases said of signals: of those that were sent, and of others. */
import type { InputsRecord } from '../contracts/output-files.ts';
import { FEEDBACK_PHASES, type Acknowledged, type FeedbackPhase } from '../domain/model/records.ts';
import type { DatasetInputs } from '../store/inputs/load-dataset.ts';

export interface Acknowledgements {
  /** Of signals that were sent; of each phase in the order of its file. */
  known: Acknowledged[];
  /** Of signals that the phase was not sent. */
  unknown: Acknowledged[];
}

/** `sent`: all signals, by id: the phase that each went to. */
export function acknowledgementsOf(
  acks: DatasetInputs['acks'],
  sent: ReadonlyMap<string, FeedbackPhase>,
): Acknowledgements {
  const all = FEEDBACK_PHASES.flatMap((phase) =>
    acks[`phase${phase}`].map(({ signal_id, status }): Acknowledged => ({ phase, signal_id, status })),
  );
  return {
    known: all.filter(({ signal_id, phase }) => sent.get(signal_id) === phase),
    unknown: all.filter(({ signal_id, phase }) => sent.get(signal_id) !== phase),
  };
}

export function acknowledgementCounts({ known, unknown }: Acknowledgements): InputsRecord['acknowledgements'] {
  const of = (asked: FeedbackPhase) => {
    const mine = known.filter(({ phase }) => phase === asked);
    const applied = mine.filter(({ status }) => status === 'applied').length;
    const strangers = unknown.filter(({ phase }) => phase === asked).length;
    return { applied, rejected: mine.length - applied, unknown: strangers };
  };
  return { phase16: of(16), phase18: of(18), phase20: of(20) };
}

/** What the phases said so far of the signals of all runs, in a sentence; null: nothing. */
export function acknowledgedText({ acknowledgements }: InputsRecord): string | null {
  const said = Object.entries(acknowledgements)
    .filter(([, { applied, rejected, unknown }]) => applied + rejected + unknown > 0)
    .map(([phase, { applied, rejected, unknown }]) => {
      const named = unknown === 0 ? '' : ` (and named ${unknown} that it was not sent)`;
      return `${phase} applied ${applied} and rejected ${rejected}${named}`;
    });
  return said.length === 0
    ? null
    : `Signals acknowledged when the wave began, those of earlier runs too: ${said.join(', ')}`;
}
