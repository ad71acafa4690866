/** Run as a process of its own: appends so many entries to the ledger of a folder. Arguments: folder, name, count. */
import { localArtifacts } from '../../../store/artifacts/local-artifacts.ts';
import { appendEntry } from '../../../store/ledger/ledger.ts';

const [folder = '', name = '', count = '0'] = process.argv.slice(2);
const store = localArtifacts(folder);
for (let i = 0; i < Number(count); i++) {
  await appendEntry(store, () => ({
    kind: 'wave',
    epoch: 1,
    execution_id: name,
    wave: i + 1,
    at: '2026-03-02T08:15:30.000Z',
    status: null,
    files: [],
  }));
}
