/** Feedback: each phase gets exactly the signals that are meant for it. */
import { canonicalJson } from '../../domain/model/canonical-json.ts';
import { FEEDBACK_PHASES } from '../../domain/model/records.ts';
import type { Json } from '../../domain/model/task.ts';
import { teller } from './problem.ts';
import type { Tell } from './problem.ts';
import type { WaveRecords } from './wave-records.ts';

export function checkFeedback(wave: WaveRecords, tell: Tell): void {
  const off = teller(tell, 'feedback');
  for (const phase of FEEDBACK_PHASES) {
    const file = `${wave.place.folder}/records/feedback_${phase}.jsonl`;
    const expected = wave.signals.filter(({ value }) => value.target_phase === phase);
    const rows = wave.feedback[phase];
    if (rows.length !== expected.length) {
      off({ file, line: null }, `expected ${expected.length} signal(s) for phase ${phase}, found ${rows.length}`);
    }
    for (const row of rows) {
      const { signal_id, target_phase } = row.value;
      const sent = expected.find(({ value }) => value.signal_id === signal_id);
      if (target_phase !== phase)
        off(row, `signal ${signal_id} is for phase ${target_phase}, but lies with phase ${phase}`);
      else if (sent === undefined) off(row, `signal ${signal_id} is not among the wave's learning signals`);
      else if (text(sent.value) !== text(row.value))
        off(row, `signal ${signal_id} differs from the wave's learning signal`);
    }
    if (expected.length === 0) off({ file, line: null }, `the wave sent no signal to phase ${phase}`);
  }
}

function text(value: unknown): string {
  return canonicalJson(value as Json);
}
