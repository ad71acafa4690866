import type { LearningSignal } from '../model/records.ts';
import { STRATEGIES, strategyTarget } from '../strategy/catalogue.ts';
import type { StrategyTrial } from '../strategy/select.ts';
import { CARRY_VERSION, type Carry } from './carry.ts';
import type { ChosenStrategy, TunedWave } from './choose-stage.ts';
import { strategyView } from './choose-stage.ts';
import type { WaveContext } from './context.ts';
import type { MeasureStageResult } from './measure-stage.ts';
import { observedValue } from './measure-stage.ts';

/** What lies further back weighs less than a thousandth of the newest. */
const TRIALS_MAX = 64;

/**
 * What the next wave starts from. With tuning frozen, nothing that this wave taught is kept. A dry run's outcomes are the
 * model's own: its calibration stays as it was, or later forecasts would be sure of what nobody has seen.
 */
export function nextCarry(
  context: WaveContext,
  chosen: ChosenStrategy,
  tuned: Pick<TunedWave, 'settings' | 'memory'>,
  measured: MeasureStageResult,
  signals: LearningSignal[],
): Carry {
  const frozen = context.tuning === 'frozen';
  const { carry } = context;
  return {
    version: CARRY_VERSION,
    left_behind: null,
    execution_id: context.execution_id,
    waves_before: carry.waves_before,
    calibration: frozen || context.dry_run ? carry.calibration : measured.calibration,
    parameters: { ...carry.parameters, ...tuned.settings.parameters },
    tuning: frozen ? carry.tuning : { ...carry.tuning, ...tuned.memory },
    tripped: measured.evidence.agents.flatMap(({ agent_id, breaker }) => (breaker === 'closed' ? [] : [agent_id])),
    trials: frozen ? carry.trials : [...carry.trials, trialOf(context, chosen, measured)].slice(-TRIALS_MAX),
    previous: {
      wave: context.wave,
      metrics: measured.metrics,
      side: measured.side,
      signals: signals.map(withoutDetails),
      results: measured.results,
    },
    rollouts: measured.rollouts,
  };
}

/** What the next wave asks of a signal. Its details grow with the fleet, and the carry goes on from wave to wave. */
function withoutDetails(signal: LearningSignal): LearningSignal {
  const { wave, metric, direction, value, target, acknowledged } = signal.content;
  return { ...signal, content: { wave, metric, direction, value, target, acknowledged } };
}

/** What the wave's strategy really achieved on the metric it meant to move. */
function trialOf(context: WaveContext, chosen: ChosenStrategy, measured: MeasureStageResult): StrategyTrial {
  const { strategy, adjustments } = chosen.recommendation;
  const { metric } = STRATEGIES[strategy];
  return {
    run: context.execution_id,
    wave: context.wave,
    strategy,
    adjusted: Object.keys(adjustments).length > 0,
    metric,
    target: strategyTarget(metric, context.targets),
    without: chosen.promise?.without ?? null,
    with: chosen.promise?.with ?? null,
    before: strategyView(context)[metric],
    observed: observedValue(metric, measured.metrics, measured.side),
  };
}
