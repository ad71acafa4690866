/** The run of a generated dataset on the virtual clock, wave by wave: what the product makes of a fleet that it has to get to know. */
import type { Metric } from '../../domain/model/records.ts';
import type { SimulatedRunWave } from '../../domain/simulation/simulate-run.ts';
import { simulateRun } from '../../domain/simulation/simulate-run.ts';
import { demoInputs, demoRun } from '../../test/simulation/demo-run.ts';

export const DEMO_WAVES = 8;

/** Same seed, same waves. */
export async function demoWaves(seed: number): Promise<SimulatedRunWave[]> {
  return simulateRun(demoRun(await demoInputs({ seed, waves: DEMO_WAVES })));
}

/** The metrics that have data and miss their target. */
export function missedTargets({ metrics }: Pick<SimulatedRunWave, 'metrics'>): Metric[] {
  return metrics.filter(({ value, status }) => value !== null && status !== 'normal');
}
