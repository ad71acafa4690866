import type { ArtifactStore } from '../../../store/artifacts/artifact-store.ts';
import type { CommitFile } from '../../../store/ledger/committed-files.ts';
import { commitWave } from '../../../store/ledger/commit-wave.ts';
import { GROWN_FILES, runFolder, waveFolder } from '../../../store/ledger/output-paths.ts';

export const AT = '2026-03-02T08:15:30.000Z';

export const nobodyIsClosed = (_executionId: string) => Promise.resolve(false);
export const everybodyIsClosed = (_executionId: string) => Promise.resolve(true);

/** Every kind of record file of a wave, each with rows that name run and wave. */
export function waveFiles(executionId: string, wave: number, agents: string[] = ['agent_0']): CommitFile[] {
  const folder = waveFolder(runFolder(executionId), wave);
  const row = (name: string) => ({ execution_id: executionId, wave, name });
  return [
    ...[...GROWN_FILES.keys()].map((name) => ({ path: `${folder}/records/${name}`, records: [row(name)] })),
    { path: `${folder}/records/system_health.json`, text: JSON.stringify(row('health')) },
    { path: `${folder}/evidence.json`, bytes: Buffer.from(JSON.stringify(row('evidence'))) },
    ...agents.flatMap((agent) =>
      ['adjusted_schedule', 'tuned_parameters', 'outcomes'].map((name) => ({
        path: `${folder}/records/agents/${agent}/${name}.jsonl`,
        records: [{ ...row(name), agent_id: agent }],
      })),
    ),
  ];
}

export function commitSample(
  store: ArtifactStore,
  epoch: number,
  executionId: string,
  wave: number,
  agents?: string[],
): Promise<{ entry: number; sha256: string }> {
  const files = waveFiles(executionId, wave, agents);
  return commitWave(store, { epoch, execution_id: executionId, wave, at: AT, files });
}
