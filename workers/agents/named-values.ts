/** Values that a fleet file gives in the open or by the name of an environment variable, and keeping the latter secret. */
import type { NamedValues } from '../../contracts/agents-file.ts';
import { BadInputError } from '../../contracts/bad-input.ts';

/** Shorter values are words that answers hold anyway. */
const SECRET_LENGTH_MIN = 4;
/** A part of a value, such as the token after `Bearer`, is a secret by itself from this length on. */
const SECRET_PART_LENGTH_MIN = 8;

export interface ResolvedValues {
  values: Record<string, string>;
  /** What must stand in no record: the values that came from the environment, and their longer words. */
  secrets: string[];
}

/**
 * Looks the named variables up in `env`. Throws `BadInputError` that names `where` (such as `agent a: headers`), key and
 * variable where one is not set or empty.
 */
export function resolveNamedValues(where: string, named: NamedValues, env: NodeJS.ProcessEnv): ResolvedValues {
  const values: Record<string, string> = {};
  const secrets = new Set<string>();
  for (const [key, value] of Object.entries(named)) {
    if (typeof value === 'string') {
      values[key] = value;
      continue;
    }
    const found = env[value.env];
    if (found === undefined || found === '') {
      throw new BadInputError([
        {
          field: `${where}.${key}`,
          value: found === undefined ? 'nothing' : 'an empty value',
          expected: `a value in the environment variable ${value.env}: set it where agents are started`,
        },
      ]);
    }
    values[key] = found;
    if (found.length >= SECRET_LENGTH_MIN) secrets.add(found);
    for (const part of found.split(/\s+/)) if (part.length >= SECRET_PART_LENGTH_MIN) secrets.add(part);
  }
  // Longer ones first, so that none is left in part because another stands in it.
  return { values, secrets: [...secrets].sort((a, b) => b.length - a.length) };
}

export function hideSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
