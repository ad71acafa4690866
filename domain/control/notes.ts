/** The last few things that people should know of a workflow, for its board: messages that were ignored, and why. */
import { shortened } from './shortened.ts';

export interface Note {
  /** Epoch milliseconds. */
  at: number;
  text: string;
}

const NOTES_MAX = 5;
/** Longest piece of somebody's input that a note repeats. */
const SHOWN_CHARS_MAX = 60;

/** The notes with one more, the oldest left out. */
export function withNote(notes: readonly Note[], note: Note): Note[] {
  return [...notes, note].slice(-NOTES_MAX);
}

/** A payload as a note repeats it. */
export function shownPayload(payload: unknown): string {
  const text = payload === undefined ? 'nothing' : (JSON.stringify(payload) ?? typeof payload);
  return shortened(text, SHOWN_CHARS_MAX);
}
