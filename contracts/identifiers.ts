import * as z from 'zod';

/** Ids of tasks and agents: they become folder names. */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

const EXPECTED = `text of 1 to 64 letters, digits, "_", "." or "-", a letter or digit first`;

export const idSchema = z.string(EXPECTED).regex(ID_PATTERN, EXPECTED);
