import { buildSignals } from '../domain/feedback/build-signals.ts';
import type { Dependencies } from './dependencies.ts';
import { waveFiles } from './dependencies.ts';
import type { EmitFeedbackArgs } from './interface.ts';

/** Builds the signals to phases 16, 18 and 20. The commit publishes them. */
export function createEmitFeedback({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function emitFeedback(args: EmitFeedbackArgs): Promise<{ signals: number }> {
    const files = waveFiles(dataRoot, args.ref);
    const { recommendation } = await files.strategy.read();
    const { settings, actions } = await files.tuning.read();
    const measured = await files.measured.read();
    const { acknowledgements } = await files.context.read();
    const signals = buildSignals({
      execution_id: settings.execution_id,
      wave: settings.wave,
      recommendation,
      measured,
      actions,
      acknowledgements,
      targets: settings.targets,
    });
    await files.signals.write(signals);
    return { signals: signals.length };
  };
}
