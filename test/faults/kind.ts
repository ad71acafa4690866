/** What a kind of fault is, and what an episode of it found. */
import type { Episode } from './episode.ts';

/** A fault that strikes real processes in the middle of a run. */
export interface ProcessKind {
  level: 'processes';
  name: string;
  /** One sentence each, for people. */
  does: string;
  holds: string;
  /** `VICTIM` takes so many percent of the declared time, and all agents are declared idempotent. */
  straggling?: number;
  /** Called once the run was started; resolves when everything is healed and started again. The episode judges the rest. */
  strike(episode: Episode): Promise<void>;
}

/** A sweep over damages of files that needs no server. */
export interface StoreKind {
  level: 'store';
  name: string;
  does: string;
  holds: string;
  /** Answers with what does not hold, in words, and how many damages were tried. */
  sweep(folder: string, seed: number): Promise<{ tried: number; violations: string[] }>;
}

export type Kind = ProcessKind | StoreKind;

export interface EpisodeReport {
  kind: string;
  seed: number;
  seconds: number;
  tasks: number;
  /** Tasks without an end, and completed ones without effect. */
  lost: number;
  /** Tasks with two ends, and those that took effect twice. */
  duplicated: number;
  gateBreaches: number;
  /** Processes killed. */
  kills: number;
  /** Requests beyond the attempts that count. */
  reExecuted: number;
  /** Null where there was nothing to recover from. */
  recoverySeconds: number | null;
  violations: string[];
}
