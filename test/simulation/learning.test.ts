/**
 * Whether learning is worth anything: whole runs of generated datasets in the simulator, one per seed. Health is taken
 * over the five metrics that every wave has; learning impact and optimization efficiency need a wave before, and would
 * change what the score is made of.
 */
import assert from 'node:assert/strict';
import { scoreHealth } from '../../domain/health/score.ts';
import { invariant } from '../../domain/model/invariant.ts';
import type { MetricName } from '../../domain/model/targets.ts';
import type { SimulatedRunWave } from '../../domain/simulation/simulate-run.ts';
import { simulateRun } from '../../domain/simulation/simulate-run.ts';
import { demoInputs, demoRun } from './demo-run.ts';
import type { RunInputOverrides } from './run-config.ts';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const GAIN_MIN = 2;
const EVERY_WAVE_HAS: readonly MetricName[] = [
  'success_rate',
  'throughput',
  'agent_utilization',
  'confidence_trajectory',
  'schedule_adherence',
];

function healthOf(wave: SimulatedRunWave | undefined): number {
  invariant(wave, 'the run has three waves');
  const present = wave.metrics.filter((metric) => EVERY_WAVE_HAS.includes(metric.metric_name) && metric.value !== null);
  assert.equal(present.length, EVERY_WAVE_HAS.length, `wave ${wave.wave} lacks one of the five metrics`);
  const { overall_health_score } = scoreHealth(wave.metrics, EVERY_WAVE_HAS);
  invariant(overall_health_score !== null, 'five metrics give a score');
  return overall_health_score;
}

/** Health of wave 3 minus health of wave 1, by seed. */
async function gains(overrides: RunInputOverrides): Promise<{ seed: number; gain: number }[]> {
  const found = [];
  for (const seed of SEEDS) {
    const inputs = await demoInputs({ seed });
    const waves = simulateRun(demoRun(inputs, { seed, ...overrides }));
    assert.equal(waves.length, 3);
    found.push({ seed, gain: healthOf(waves[2]) - healthOf(waves[0]) });
  }
  return found;
}

const shown = (list: { seed: number; gain: number }[]) =>
  list.map(({ seed, gain }) => `seed ${seed}: ${gain.toFixed(2)}`).join(', ');

describe('learning', function () {
  this.timeout(300_000);

  it("health of wave 3 exceeds wave 1's by more than 2 points for at least 16 of 20 seeds", async () => {
    const all = await gains({});
    const better = all.filter(({ gain }) => gain > GAIN_MIN).length;
    assert.ok(better >= 16, `only ${better} of 20 seeds gained more than ${GAIN_MIN}: ${shown(all)}`);
  });

  it('does not do so with tuning frozen and the strategy pinned (at most 6 of 20 seeds)', async () => {
    const all = await gains({ tuning: 'frozen', strategy: 'balance_load' });
    const better = all.filter(({ gain }) => gain > GAIN_MIN).length;
    assert.ok(better <= 6, `${better} of 20 seeds gained more than ${GAIN_MIN} without learning: ${shown(all)}`);
  });
});
