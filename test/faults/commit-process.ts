/**
 * Run as a process of its own: commits waves of a run, one every 50 ms from `startAt` (epoch milliseconds) on, and prints
 * their entries. Arguments: folder, epoch, number of waves, startAt.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { localArtifacts } from '../../store/artifacts/local-artifacts.ts';
import { commitSample } from '../store/ledger/sample-wave.ts';

const [folder = '', epoch = '', waves = '', startAt = ''] = process.argv.slice(2);
const store = localArtifacts(folder);
const entries: number[] = [];
for (let wave = 1; wave <= Number(waves); wave++) {
  await wait(Math.max(0, Number(startAt) + 50 * wave - Date.now()));
  entries.push((await commitSample(store, Number(epoch), 'raced', wave)).entry);
}
console.log(entries.join(' '));
