/**
 * What people asked of a run and its open wave, kept by both and sent to and fro. The last word on pausing wins, wherever
 * it was said; where two were said at once, the pause does. A dry run stays one, and what was cancelled stays so.
 */
export interface SharedLevel {
  /** Numbers what people said about pausing: a later word has a higher number, on whichever side it was said. */
  word: number;
  paused: boolean;
  dryRun: boolean;
  cancelled: boolean;
}

export type LevelChange = Partial<Omit<SharedLevel, 'word'>>;

export const NOTHING_ASKED: SharedLevel = { word: 0, paused: false, dryRun: false, cancelled: false };

/** The level after a person's word. */
export function changeLevel(level: SharedLevel, change: LevelChange): SharedLevel {
  return {
    word: change.paused === undefined ? level.word : level.word + 1,
    paused: change.paused ?? level.paused,
    dryRun: level.dryRun || change.dryRun === true,
    cancelled: level.cancelled || change.cancelled === true,
  };
}

/** The level after what the other side has sent, in whatever order and however often it comes. */
export function mergeLevels(mine: SharedLevel, heard: SharedLevel): SharedLevel {
  const tied = heard.word === mine.word;
  return {
    word: Math.max(mine.word, heard.word),
    paused: tied ? mine.paused || heard.paused : heard.word > mine.word ? heard.paused : mine.paused,
    dryRun: mine.dryRun || heard.dryRun,
    cancelled: mine.cancelled || heard.cancelled,
  };
}

/** True when both ask for the same. */
export function sameLevel(one: SharedLevel, other: SharedLevel): boolean {
  return one.paused === other.paused && one.dryRun === other.dryRun && one.cancelled === other.cancelled;
}

/** No two sides are so many words apart: what claims to be would silence all words to come. */
const WORDS_AHEAD_MAX = 1_000;

/** A message as a level; null where it is none. */
export function readLevel(message: unknown, mine: SharedLevel): SharedLevel | null {
  const { word, paused, dryRun, cancelled } = (message ?? {}) as Partial<Record<keyof SharedLevel, unknown>>;
  if (typeof word !== 'number' || !Number.isSafeInteger(word) || word < 0 || word > mine.word + WORDS_AHEAD_MAX)
    return null;
  return { word, paused: paused === true, dryRun: dryRun === true, cancelled: cancelled === true };
}
