import type * as z from 'zod';
import type { Problem } from './bad-input.ts';

/** A value as JSON, cut to 80 characters; `nothing` where it is absent. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? typeof value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** `['agents', 2, 'slots']` as `agents[2].slots`. */
export function fieldPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? String(part) : `.${String(part)}`;
  }
  return text;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

/** Keys of the object schema, or of the record schema where its keys are an enum; or none. */
function knownKeys(schema: z.core.$ZodType | undefined, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  for (const part of path) at = inside(at, part);
  const found = def(unwrap(at));
  const keys = found?.['shape'] ?? def(found?.['keyType'])?.['entries'];
  return typeof keys === 'object' && keys !== null ? Object.keys(keys) : [];
}

function def(schema: unknown): Record<string, unknown> | undefined {
  return (schema as { def?: Record<string, unknown> } | undefined)?.def;
}

function unwrap(schema: unknown): unknown {
  let at = schema;
  while (def(at)?.['innerType'] !== undefined) at = def(at)?.['innerType'];
  return at;
}

function inside(schema: unknown, part: PropertyKey): unknown {
  const inner = def(unwrap(schema));
  if (typeof part === 'number') return inner?.['element'];
  return (inner?.['shape'] as Record<PropertyKey, unknown> | undefined)?.[part];
}

function expectedText(issue: z.core.$ZodIssue): string {
  return issue.message
    .replace(/^Invalid input: expected /, '')
    .replace(/^(Too big|Too small): expected (number|\w+) to (be|have) /, '$2 ')
    .replace(/, received .*$/, '');
}

/** zod's issues as problems that name field, value and expectation. */
export function zodProblems(error: z.ZodError, root: unknown, schema?: z.core.$ZodType): Problem[] {
  const problems: Problem[] = [];
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(schema, issue.path);
      for (const key of issue.keys) {
        const path = [...issue.path, key];
        const field = fieldPath(path);
        const unknown = known.length === 0 ? 'no such key' : `no such key; known are ${known.join(', ')}`;
        problems.push({ field, value: shown(valueAt(root, path)), expected: unknown });
      }
    } else {
      const field = fieldPath(issue.path) || 'input';
      problems.push({ field, value: shown(valueAt(root, issue.path)), expected: expectedText(issue) });
    }
  }
  return problems;
}

/** The first problem of a record, as the reason that the quarantine gives. */
export function zodReason(error: z.ZodError, root: unknown): string {
  const first = zodProblems(error, root)[0];
  return first === undefined ? 'unreadable' : `${first.field}: found ${first.value}, expected ${first.expected}`;
}
