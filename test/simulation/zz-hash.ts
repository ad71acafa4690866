import { createHash } from 'node:crypto';
import { simulateRun } from '../../domain/simulation/simulate-run.ts';
import { forecastWave } from '../../domain/simulation/forecast.ts';
import { chooseStrategy, contextTables, tuneFor } from '../../domain/wave/choose-stage.ts';
import { demoInputs, demoRun } from './demo-run.ts';
const h = createHash('sha256');
let ms = 0;
for (const seed of [1, 2, 3]) {
  const run = demoRun(await demoInputs({ seed }), { seed });
  const t = Date.now();
  h.update(JSON.stringify(simulateRun(run)));
  ms += Date.now() - t;
  const context = { ...run.context, tasks: run.waves[0]!.tasks };
  const c = chooseStrategy(context, 0);
  const { settings, estimate } = tuneFor(context, c.recommendation.strategy, c.recommendation.adjustments, contextTables(context));
  const t2 = Date.now();
  h.update(JSON.stringify(forecastWave({ settings, estimate, tasks: context.tasks, startAt: 0, approveAfterMs: 0, approvalTimeoutMs: 1000 }, 'x')));
  console.log('forecast', Date.now() - t2);
}
console.log(h.digest('hex').slice(0, 16), ms, 'ms');
