/** Timestamps of the demo data set: fixed by the seed, never by a clock. */

/** The data set pretends to be written on this morning; the seed moves the second within the hour. */
const BASE_MS = Date.UTC(2026, 2, 2, 8, 0, 0);
const SECONDS_PER_HOUR = 3600;

/** Epoch milliseconds at which the seed's data set was "written". */
export function demoBaseMs(seed: number): number {
  return BASE_MS + (((Math.trunc(seed) % SECONDS_PER_HOUR) + SECONDS_PER_HOUR) % SECONDS_PER_HOUR) * 1000;
}

/** ISO-8601 with microseconds and an offset, as phases 18, 20 and 21 write it. `micros` is 0–999. */
export function offsetTimestamp(epochMs: number, micros = 0): string {
  return `${toMicroseconds(epochMs, micros)}+00:00`;
}

/** ISO-8601 with microseconds and `Z`, as phase 16 writes it. */
export function zuluTimestamp(epochMs: number, micros = 0): string {
  return `${toMicroseconds(epochMs, micros)}Z`;
}

function toMicroseconds(epochMs: number, micros: number): string {
  return new Date(epochMs).toISOString().slice(0, -1) + String(micros).padStart(3, '0');
}
