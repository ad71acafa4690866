/** Several processes that commit the same wave at the same moment. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { localArtifacts } from '../../../store/artifacts/local-artifacts.ts';
import { openLease } from '../../../store/ledger/lease.ts';
import { readLedger } from '../../../store/ledger/ledger.ts';
import { verifyLedger } from '../../../store/ledger/verify-ledger.ts';
import { AT, everybodyIsClosed } from '../../store/ledger/sample-wave.ts';
import type { StoreKind } from '../kind.ts';

const COMMITTER = fileURLToPath(new URL('../commit-process.ts', import.meta.url));
const WAVES = 12;
const run = promisify(execFile);

export const COMMIT_RACE: StoreKind = {
  level: 'store',
  name: 'commits-racing',
  does: 'two processes commit the same twelve waves, each wave at the same moment',
  holds: 'the ledger has one entry per wave, and both processes are told the same one',
  async sweep(folder) {
    const store = localArtifacts(folder);
    const { epoch } = await openLease(store, { execution_id: 'raced', at: AT }, everybodyIsClosed);
    // Both have time to start; each wave has its own moment.
    const startAt = String(Date.now() + 3_000);
    const args = ['--import', import.meta.resolve('tsx'), COMMITTER, folder, String(epoch), String(WAVES), startAt];
    const told = await Promise.all([0, 1].map(async () => (await run(process.execPath, args)).stdout));
    const violations: string[] = [];
    if (told[0] !== told[1]) violations.push(`the processes were told different entries: ${told.join(' and ')}`);
    const waves = (await readLedger(store)).flatMap(({ kind, wave }) => (kind === 'wave' ? [wave] : []));
    const expected = Array.from({ length: WAVES }, (_, index) => index + 1);
    if (waves.join() !== expected.join()) violations.push(`expected waves ${expected.join()}, found ${waves.join()}`);
    violations.push(...(await verifyLedger(store)).map(({ path, problem }) => `${path}: ${problem}`));
    return { tried: WAVES, violations };
  },
};
