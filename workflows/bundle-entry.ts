/** What the orchestrator's Temporal worker can run. */
export { multiWaveRun } from './multi-wave-run.ts';
export { wave } from './wave.ts';
