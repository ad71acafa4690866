import { upsertSearchAttributes } from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';

const waveNumber = defineSearchAttributeKey('WaveNumber', 'INT');
const waveStrategy = defineSearchAttributeKey('WaveStrategy', 'KEYWORD');
const healthScore = defineSearchAttributeKey('HealthScore', 'DOUBLE');
const runStatus = defineSearchAttributeKey('RunStatus', 'KEYWORD');
const dryRun = defineSearchAttributeKey('DryRun', 'BOOL');

export interface Searchable {
  wave?: number;
  strategy?: string;
  health?: number;
  status?: string;
  dryRun?: boolean;
}

/** Publishes what changed. Costs one event; does nothing where the server does not know the attributes. */
export function publish(known: boolean, values: Searchable): void {
  if (!known) return;
  const { wave, strategy, health, status } = values;
  upsertSearchAttributes([
    ...(wave === undefined ? [] : [{ key: waveNumber, value: wave }]),
    ...(strategy === undefined ? [] : [{ key: waveStrategy, value: strategy }]),
    ...(health === undefined ? [] : [{ key: healthScore, value: health }]),
    ...(status === undefined ? [] : [{ key: runStatus, value: status }]),
    ...(values.dryRun === undefined ? [] : [{ key: dryRun, value: values.dryRun }]),
  ]);
}
