/** The search attributes by which runs and waves are found in the web page's lists. */
import { defineSearchAttributeKey } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';

const waveNumber = defineSearchAttributeKey('WaveNumber', 'INT');
const waveStrategy = defineSearchAttributeKey('WaveStrategy', 'KEYWORD');
const healthScore = defineSearchAttributeKey('HealthScore', 'DOUBLE');
const runStatus = defineSearchAttributeKey('RunStatus', 'KEYWORD');
const dryRun = defineSearchAttributeKey('DryRun', 'BOOL');

export interface Searchable {
  wave?: number;
  strategy?: string | null;
  health?: number | null;
  status?: string;
  dryRun?: boolean;
}

/** Passing states: whoever looks for one finds it gone, and each would cost an event. */
const PASSING: readonly string[] = [
  'starting',
  'preparing',
  'forecasting',
  'pausing',
  'cancelling',
  'measuring',
  'finished',
];

export class Findable {
  private published: Searchable = {};

  /** Publishes what changed, for one event; nothing where the server does not know the attributes. */
  publish(known: boolean, values: Searchable): void {
    if (!known) return;
    const status = PASSING.includes(values.status ?? '') ? (this.published.status ?? 'running') : values.status;
    const next: Searchable = { ...this.published, ...values, ...(status === undefined ? {} : { status }) };
    const { published } = this;
    this.published = next;
    const changed = <Name extends keyof Searchable>(name: Name) => (next[name] === published[name] ? null : next[name]);
    const [wave, strategy, health] = [changed('wave'), changed('strategy'), changed('health')];
    const [said, dry] = [changed('status'), changed('dryRun')];
    const pairs = [
      ...(typeof wave === 'number' ? [{ key: waveNumber, value: wave }] : []),
      ...(typeof strategy === 'string' ? [{ key: waveStrategy, value: strategy }] : []),
      ...(typeof health === 'number' ? [{ key: healthScore, value: health }] : []),
      ...(typeof said === 'string' ? [{ key: runStatus, value: said }] : []),
      ...(typeof dry === 'boolean' ? [{ key: dryRun, value: dry }] : []),
    ];
    if (pairs.length > 0) upsertSearchAttributes(pairs);
  }
}
