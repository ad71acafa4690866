/** Runs one episode of a kind from start to verdict. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Episode } from './episode.ts';
import { followEpisode } from './follow-episode.ts';
import { judgeEpisode } from './judge-episode.ts';
import type { EpisodeReport, Kind, ProcessKind, StoreKind } from './kind.ts';
import type { Stage } from './stage.ts';

const LIMIT_MS = 400_000;

/** Never throws: whatever goes wrong is a violation. The files of an episode with violations are kept. */
export async function runEpisode(stage: Stage, kind: Kind, seed: number): Promise<EpisodeReport> {
  const startedAt = performance.now();
  const report = kind.level === 'store' ? await sweep(stage, kind, seed) : await live(stage, kind, seed);
  return { ...NOTHING, ...report, kind: kind.name, seed, seconds: (performance.now() - startedAt) / 1000 };
}

const NOTHING = {
  tasks: 0,
  lost: 0,
  duplicated: 0,
  gateBreaches: 0,
  kills: 0,
  reExecuted: 0,
  recoverySeconds: null,
  violations: [],
};

async function sweep(stage: Stage, kind: StoreKind, seed: number): Promise<Partial<EpisodeReport>> {
  const folder = join(stage.folder, 'sweeps', `${kind.name}-${seed}`);
  mkdirSync(folder, { recursive: true });
  try {
    const { tried, violations } = await kind.sweep(folder, seed);
    if (tried === 0) violations.push('the fault missed: nothing was tried');
    if (violations.length === 0) rmSync(folder, { recursive: true });
    return { violations };
  } catch (error) {
    return { violations: [textOf(error)] };
  }
}

async function live(stage: Stage, kind: ProcessKind, seed: number): Promise<Partial<EpisodeReport>> {
  const episode = new Episode(stage, kind.name, seed, kind.straggling ?? null);
  const looking = setInterval(() => episode.lookForProgress(), 50);
  const { waves, tasks } = episode.shape;
  const report = { tasks: waves * tasks };
  let struck = false;
  try {
    await episode.begin();
    const followed = followEpisode(episode, () => struck, LIMIT_MS);
    // A strike that failed ends the episode; what follows it is not awaited then.
    followed.catch(() => undefined);
    await kind.strike(episode);
    struck = true;
    const verdict = await judgeEpisode(episode, await followed);
    const { kills, recoverySeconds } = episode;
    await episode.end(verdict.violations.length > 0);
    return { ...report, ...verdict, kills, recoverySeconds };
  } catch (error) {
    struck = true;
    await episode.end(true);
    return { ...report, kills: episode.kills, violations: [...episode.violations, textOf(error)] };
  } finally {
    clearInterval(looking);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
