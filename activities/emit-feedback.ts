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
    const { metrics, side, anomalies, calibrationError } = await files.measured.read();
    const signals = buildSignals({
      execution_id: settings.execution_id,
      wave: settings.wave,
      recommendation,
      metrics,
      side,
      anomalies,
      actions,
      calibration_error: calibrationError,
      targets: settings.targets,
    });
    await files.signals.write(signals);
    return { signals: signals.length };
  };
}
