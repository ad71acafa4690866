/** Every kind of fault, in the order in which a campaign takes them. */
import type { Kind } from './kind.ts';
import { BUILDS } from './kinds/builds.ts';
import { CLOCKS } from './kinds/clocks.ts';
import { COMMIT_RACE } from './kinds/commit-race.ts';
import { CONNECTIONS } from './kinds/connections.ts';
import { DISKS } from './kinds/disks.ts';
import { KILLS } from './kinds/kills.ts';
import { LEDGER_DAMAGE } from './kinds/ledger-damage.ts';
import { PEOPLE } from './kinds/people.ts';

export const ALL_KINDS: readonly Kind[] = [
  ...KILLS,
  ...CONNECTIONS,
  ...DISKS,
  ...CLOCKS,
  ...BUILDS,
  ...PEOPLE,
  ...LEDGER_DAMAGE,
  COMMIT_RACE,
];
