/**
 * An orchestrator as a process of its own with time-outs short enough for a campaign. Environment: that of the command
 * line, and `WAVEWRIGHT_FAULT_BUNDLE`, the file of the built workflow code.
 */
import { readFileSync } from 'node:fs';
import type { AgentTimeouts } from '../../activities/interface.ts';
import { createOrchestrator } from '../../workers/orchestrator/orchestrator.ts';
import { processSettings } from '../../workers/process-settings.ts';

/** Short, but longer than a busy machine stands still. */
const TIMEOUTS: AgentTimeouts = { unreachableMs: 4_000, heartbeatMs: 3_000, probeMs: 1_000 };

const code = readFileSync(process.env.WAVEWRIGHT_FAULT_BUNDLE ?? '', 'utf8');
const orchestrator = await createOrchestrator(processSettings(process.env), { code }, TIMEOUTS);
console.log('orchestrator ready');
await orchestrator.run();
