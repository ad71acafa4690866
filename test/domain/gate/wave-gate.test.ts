import assert from 'node:assert/strict';
import type { WaveGateInput } from '../../../domain/gate/wave-gate.ts';
import { waveGate } from '../../../domain/gate/wave-gate.ts';
import type { Anomaly } from '../../../domain/model/records.ts';

function input(score: number | null, change: Partial<WaveGateInput> = {}): WaveGateInput {
  const health = { overall_health_score: score, health_status: score === null ? 'NO_DATA' : 'FAIR' } as const;
  return { health, anomalies: [], minHealth: 60, onUnhealthy: 'pause', dryRun: false, ...change };
}

function highFailure(conclusiveness: Anomaly['conclusiveness']): Anomaly {
  return {
    anomaly_type: 'high_failure',
    severity: 'high',
    description: '',
    recommendation: '',
    conclusiveness,
    evidence: {
      metric: 'success_rate',
      value: 0.5,
      target: 0.9,
      sample_size: 40,
      interval: [0.35, 0.65],
      agents: [],
      risk_levels: [],
      drifted: [],
    },
  };
}

describe('waveGate', () => {
  it('goes on at minHealth, and does as it is told just below', () => {
    assert.equal(waveGate(input(60)).verdict, 'healthy');
    const actions = (['pause', 'continue', 'abort'] as const).map((onUnhealthy) =>
      waveGate(input(59.99, { onUnhealthy })),
    );
    assert.deepEqual(
      actions.map(({ verdict, action }) => [verdict, action]),
      [
        ['unhealthy', 'pause'],
        ['unhealthy', 'next'],
        ['unhealthy', 'abort'],
      ],
    );
    assert.equal(waveGate(input(60)).action, 'next');
  });

  it('takes a conclusive high_failure for unhealthy, whatever the score; a weak one, or another anomaly, not', () => {
    const conclusive = waveGate(input(95, { anomalies: [highFailure('conclusive')] }));
    assert.deepEqual([conclusive.verdict, conclusive.action], ['unhealthy', 'pause']);
    assert.equal(conclusive.reason, 'success_rate 0.5 is conclusively below 0.9');
    assert.equal(waveGate(input(95, { anomalies: [highFailure('weak')] })).verdict, 'healthy');
    const drift: Anomaly = { ...highFailure('conclusive'), anomaly_type: 'schedule_drift' };
    assert.equal(waveGate(input(95, { anomalies: [drift] })).verdict, 'healthy');
  });

  it('asks a person where there is no data, even when it may continue unhealthy', () => {
    const { verdict, action } = waveGate(input(null, { onUnhealthy: 'continue' }));
    assert.deepEqual([verdict, action], ['no_data', 'ask']);
  });

  it('records the verdict of a dry run and goes on', () => {
    for (const [score, verdict] of [
      [10, 'unhealthy'],
      [null, 'no_data'],
      [90, 'healthy'],
    ] as const) {
      const result = waveGate(input(score, { dryRun: true, onUnhealthy: 'abort' }));
      assert.deepEqual([result.verdict, result.action], [verdict, 'next']);
    }
  });
});
