/** What a wave tells its run, and reading it: anybody may send a Temporal Signal of that name. */
import type { ApprovalRequest } from '../model/run.ts';
import { readLevel, type SharedLevel } from './shared-level.ts';

export interface WaveReport {
  wave: number;
  /** Counts the wave's reports, from 1: two that are sent at once may arrive in any order. */
  number: number;
  requests: ApprovalRequest[];
  level: SharedLevel;
  /** In flight while the wave drains; null: it does not drain. Told at the start and at each halving. */
  draining: number | null;
  /** Paused with nothing in flight. */
  standing: boolean;
  /** Why the wave paused by itself; null: it did not. */
  reason: string | null;
}

/** One request per risk level at most. */
const REQUESTS_MAX = 4;
const TEXT_CHARS_MAX = 500;
const TEXTS = ['request', 'digest', 'risk_level'] as const;
const NUMBERS = ['wave', 'tasks', 'below_threshold', 'opened_at', 'expires_at'] as const;

/** Null where the message is no report, or its level is none beside `mine`. */
export function readWaveReport(message: unknown, mine: SharedLevel): WaveReport | null {
  if (typeof message !== 'object' || message === null) return null;
  const { wave, number, requests, level: sent, draining, standing, reason } = message as Record<string, unknown>;
  const level = readLevel(sent, mine);
  if (level === null || !isCount(wave) || !isCount(number) || typeof standing !== 'boolean') return null;
  if (draining !== null && !isCount(draining)) return null;
  if (reason !== null && !isText(reason)) return null;
  if (!Array.isArray(requests) || requests.length > REQUESTS_MAX || !requests.every(isRequest)) return null;
  return { wave, number, requests, level, draining, standing, reason };
}

function isRequest(value: unknown): value is ApprovalRequest {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return TEXTS.every((name) => isText(fields[name])) && NUMBERS.every((name) => isCount(fields[name]));
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= TEXT_CHARS_MAX;
}

/** Epoch milliseconds of the years to come are among them; what no `Date` can be is not. */
function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 8.64e15;
}
