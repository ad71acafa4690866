import { contextTables, tuneFor } from '../domain/wave/choose-stage.ts';
import { plannedAgents } from '../domain/wave/dispatch-settings.ts';
import type { Dependencies } from './dependencies.ts';
import { waveFiles } from './dependencies.ts';
import type { TunedAgents, WaveRef } from './interface.ts';

/** Tunes every agent for the wave, and fixes the wave's settings. */
export function createTuneAgents({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function tuneAgents(args: { ref: WaveRef }): Promise<TunedAgents> {
    const files = waveFiles(dataRoot, args.ref);
    const context = await files.context.read();
    const { strategy, adjustments } = (await files.strategy.read()).recommendation;
    const { settings, actions, memory, reverted } = tuneFor(context, strategy, adjustments, contextTables(context));
    await files.tuning.write({ settings, actions, memory });
    return {
      rebalanceThreshold: settings.knobs.rebalance_threshold,
      reverted: Object.keys(reverted),
      agents: plannedAgents(settings),
    };
  };
}
