import { chooseStrategy } from '../domain/wave/choose-stage.ts';
import type { Dependencies } from './dependencies.ts';
import { waveFiles } from './dependencies.ts';
import type { SelectedStrategy, WaveRef } from './interface.ts';

/** Selects the wave's strategy and keeps the recommendation. */
export function createSelectStrategy({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function selectStrategy(args: { ref: WaveRef; at: number }): Promise<SelectedStrategy> {
    const files = waveFiles(dataRoot, args.ref);
    const chosen = chooseStrategy(await files.context.read(), args.at);
    await files.strategy.write(chosen);
    const { strategy, rationale } = chosen.recommendation;
    return { strategy, rationale };
  };
}
