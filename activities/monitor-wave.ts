import { countLines } from '../domain/dispatch/counted-lines.ts';
import { waveGate } from '../domain/gate/wave-gate.ts';
import { measureStage, sentSignals } from '../domain/wave/measure-stage.ts';
import { contextTables } from '../domain/wave/choose-stage.ts';
import { NO_PLAN } from '../domain/wave/plan-memory.ts';
import { withPromise } from '../domain/wave/rollout-record.ts';
import type { Dependencies } from './dependencies.ts';
import { waveFiles } from './dependencies.ts';
import type { MonitoredWave, MonitorWaveArgs } from './interface.ts';

/** Measures the wave: seven metrics, anomalies, health; and passes judgement for the wave gate. */
export function createMonitorWave({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function monitorWave(args: MonitorWaveArgs): Promise<MonitoredWave> {
    const files = waveFiles(dataRoot, args.ref);
    const context = await files.context.read();
    const chosen = await files.strategy.read();
    const { settings } = await files.tuning.read();
    const memory = args.planVersion === 0 ? NO_PLAN : await files.memory(args.planVersion).read();
    const { counted: lines, discarded } = countLines(await files.allAcceptedLines(args.accepted));
    const { previous, calibration } = context.carry;
    const measured = measureStage({
      settings,
      lines,
      discarded,
      facts: args.facts,
      answers: args.answers,
      firstPlan: memory.firstPlan,
      firstPlanMakespanMs: memory.firstPlanMakespanMs,
      calibration,
      adjusted: contextTables(context).adjusted,
      signals: sentSignals(previous?.signals ?? [], context.acknowledgements),
      rollouts: withPromise(context, chosen),
      heuristics: context.heuristics,
    });
    await files.measured.write(measured);
    const { health, anomalies } = measured;
    const dead = new Set(lines.filter((line) => line.verdict === 'dead').map((line) => line.task_id));
    for (const [task, how] of Object.entries(memory.settled)) if (how === 'dead') dead.add(task);
    const done = new Set(lines.filter((line) => line.verdict === 'completed').map((line) => line.task_id));
    const isOver = (task: string) => done.has(task) || dead.has(task) || memory.settled[task] === 'rejected';
    return {
      result: {
        wave: args.ref.wave,
        dry_run: args.ref.dry_run,
        strategy: settings.strategy,
        health: health.overall_health_score,
        health_status: health.health_status,
        completed: done.size,
        failed: dead.size,
        deferred: args.facts.deferred,
        rejected: args.facts.rejected,
        anomalies: anomalies.length,
        retried: context.retried.filter(isOver).length,
        cost: [...lines, ...discarded].reduce((sum, line) => sum + (line.cost ?? 0), 0),
      },
      gate: waveGate({ health, anomalies, ...args.waveGate, dryRun: args.ref.dry_run }),
    };
  };
}
