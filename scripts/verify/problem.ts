/** What a verification finds off. */

/** The check that found it; promises name the checks that they rest on. */
export type CheckName =
  | 'ledger'
  | 'derived'
  | 'schema'
  | 'measures'
  | 'evidence'
  | 'ids'
  | 'attempts'
  | 'gate'
  | 'moves'
  | 'parameters'
  | 'feedback'
  | 'outputs'
  | 'summary';

export interface Problem {
  check: CheckName;
  /** Path below the dataset. */
  file: string;
  /** Counted from 1; null where the whole file is meant. */
  line: number | null;
  problem: string;
}

export type Tell = (problem: Problem) => void;

/** Where a record stands. */
export interface Place {
  file: string;
  line: number | null;
}

/** For example `phase22/metrics.jsonl:3`. */
export function placeText({ file, line }: Place): string {
  return line === null ? file : `${file}:${line}`;
}

/** A `Tell` for one check, told by place. */
export function teller(tell: Tell, check: CheckName): (place: Place, problem: string) => void {
  return ({ file, line }, problem) => tell({ check, file, line, problem });
}
