/** Which agents a dataset has, as its fleet file or, without one, its predictions say. */
import { listDatasets, resolveDataset } from '../../store/inputs/dataset-path.ts';
import { loadDataset } from '../../store/inputs/load-dataset.ts';
import { loadFleet } from '../../store/inputs/load-fleet.ts';
import { fleetOf } from '../../activities/wave-context.ts';
import type { AgentEntry } from '../../contracts/agents-file.ts';
import type { ServedAgent } from './serve-agents.ts';

/** The agents of one dataset. Throws `BadInputError` for a dataset or a fleet file that is not as it should be. */
export async function datasetAgents(dataRoot: string, dataset: string): Promise<ServedAgent[]> {
  const folder = resolveDataset(dataRoot, dataset);
  const fleet = await loadFleet(folder);
  const entries = fleet?.agents ?? (dataset === 'demo' ? await simulatedFleet(folder) : []);
  const allowedHosts = fleet?.allowedHosts ?? [];
  return entries.map((entry) => ({ dataset, folder, entry, allowedHosts }));
}

/** Plain simulated agents for a demo without a fleet file, as its runs plan for them. */
async function simulatedFleet(folder: string): Promise<AgentEntry[]> {
  const nature = { kind: 'simulated' as const, seed: 22, speed: 1, reliability: 1, drift: 0, outages: [] };
  return fleetOf(await loadDataset(folder)).map((agent) => ({ ...agent, ...nature }));
}

/** The agents of every dataset below the data root; a faulty fleet file is told to `onFault` and passed over. */
export async function allAgents(
  dataRoot: string,
  onFault: (dataset: string, error: Error) => void,
): Promise<ServedAgent[]> {
  const agents: ServedAgent[] = [];
  for (const dataset of listDatasets(dataRoot)) {
    try {
      agents.push(...(await datasetAgents(dataRoot, dataset)));
    } catch (error) {
      onFault(dataset, error instanceof Error ? error : new Error(String(error)));
    }
  }
  return agents;
}
