import type { TextChange } from '../tree-copy.ts';

/** A bug that somebody tired might write, and who must notice. */
export interface Bug extends TextChange {
  /** For `--bug`. */
  name: string;
  /** What goes wrong with it. */
  breaks: string;
  /** Test files; one of them must fail. */
  caughtBy: string[];
}
