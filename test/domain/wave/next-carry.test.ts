import assert from 'node:assert/strict';
import { runInput } from '../../../bench/learning/experiment.ts';
import { drawFleet } from '../../../bench/learning/fleets.ts';
import { emptyCalibration } from '../../../domain/calibration/state.ts';
import type { CalibrationState } from '../../../domain/calibration/state.ts';
import { simulateRun } from '../../../domain/simulation/simulate-run.ts';

describe('what a wave hands to the next', () => {
  const known = (change: { dry_run?: boolean; tuning?: 'frozen' }): CalibrationState[] => {
    const size = { agents: 2, tasks: 6, waves: 2 };
    const input = runInput(drawFleet('homogeneous', 1, size), size, 1);
    const seen: CalibrationState[] = [];
    simulateRun({
      ...input,
      context: { ...input.context, ...change },
      variant: {
        ...input.variant,
        prepare: (tuned, { carry }) => {
          seen.push(carry.calibration);
          return tuned;
        },
      },
    });
    return seen;
  };

  it('is calibrated by a live wave, and not by a dry run or with tuning frozen', () => {
    const [before, after] = known({});
    assert.deepEqual(before, emptyCalibration());
    assert.notDeepEqual(after, before);
    for (const change of [{ dry_run: true }, { tuning: 'frozen' as const }]) {
      for (const one of known(change)) assert.deepEqual(one, emptyCalibration());
    }
  });
});
