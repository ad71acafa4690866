/** The import table of the architecture, and a walker that finds what breaks it. */
import { posix } from 'node:path';
import { readSource } from './source-text.ts';

export interface ImportArrow {
  specifier: string;
  /** Erased before anything runs: `import type`, `export type`, and `typeof import(…)`. */
  typeOnly: boolean;
}

interface Room {
  rooms: string[];
  /** Rooms that may be imported by `import type` only. */
  typeRooms: string[];
  /** Packages by name, or by scope ending in `/`; `node:` stands for Node's own. */
  packages: string[];
  /** Packages that may be imported by `import type` as well. */
  typePackages: string[];
}

const PROGRAM_ROOMS = ['domain', 'contracts', 'store', 'activities', 'workflows', 'workers'];
const ALL_ROOMS = [...PROGRAM_ROOMS, 'scripts', 'bench', 'test', 'examples'];
const ANY_PACKAGE = ['*'];

/**
 * What the domain may load: verifying an Ed25519 signature is not ours to write, Node's own is no part of a workflow's
 * sandbox, and this library is pure.
 */
export const PURE_PACKAGES = ['@noble/curves/ed25519.js'];

/** Each room may import itself. */
export const ROOMS: Readonly<Record<string, Room>> = {
  domain: { rooms: [], typeRooms: [], packages: PURE_PACKAGES, typePackages: [] },
  contracts: { rooms: ['domain'], typeRooms: [], packages: ['zod'], typePackages: [] },
  store: { rooms: ['domain', 'contracts'], typeRooms: [], packages: ['node:', 'zod'], typePackages: [] },
  activities: {
    rooms: ['domain', 'contracts', 'store'],
    typeRooms: [],
    packages: ['node:', '@temporalio/activity'],
    typePackages: [],
  },
  workflows: {
    rooms: ['domain'],
    typeRooms: ALL_ROOMS,
    packages: ['@temporalio/workflow', '@temporalio/common'],
    typePackages: ['@temporalio/'],
  },
  workers: {
    rooms: PROGRAM_ROOMS,
    typeRooms: [],
    packages: ['node:', '@temporalio/', 'piscina', 'tsx'],
    typePackages: [],
  },
  scripts: { rooms: ALL_ROOMS, typeRooms: [], packages: ANY_PACKAGE, typePackages: [] },
  bench: { rooms: ALL_ROOMS, typeRooms: [], packages: ANY_PACKAGE, typePackages: [] },
  test: { rooms: ALL_ROOMS, typeRooms: [], packages: ANY_PACKAGE, typePackages: [] },
  examples: { rooms: [], typeRooms: [], packages: ['node:'], typePackages: [] },
};

const STATEMENT = /(?<![.\w$])(?:import|export)(\s+type\b)?(?:[\s\w$*,{}]*?\bfrom)?\s*(['"])([^'"\n]+)\2/g;
const CALL = /(typeof\s+)?(?<![.\w$])import\(\s*(['"`])([^'"`\n]+)\2/g;

/** What a file imports and re-exports, statically or by `import(…)` with a literal name. */
export function importsOf(source: string): ImportArrow[] {
  const { withoutComments, code } = readSource(source);
  const arrows: ImportArrow[] = [];
  for (const pattern of [STATEMENT, CALL]) {
    for (const match of withoutComments.matchAll(pattern)) {
      // The keyword itself must be code: text that looks like an import is none.
      const keyword = /import|export/.exec(match[0])?.index ?? 0;
      if (!/^(?:import|export)/.test(code.slice(match.index + keyword))) continue;
      arrows.push({ specifier: match[3]!, typeOnly: match[1] !== undefined });
    }
  }
  return arrows;
}

/** Source texts by path from the project's folder. */
export type Sources = ReadonlyMap<string, string>;

/** Every arrow that the table does not allow, as a sentence. */
export function forbiddenArrows(sources: Sources): string[] {
  const faults: string[] = [];
  for (const [file, source] of sources) {
    const from = roomOf(file);
    const rules = ROOMS[from];
    if (rules === undefined) {
      faults.push(`${file}: the room ${from} is not in the import table`);
      continue;
    }
    for (const arrow of importsOf(source)) {
      const fault = isRelative(arrow.specifier)
        ? relativeFault(file, arrow, rules, sources)
        : packageFault(arrow, from, rules);
      if (fault !== null) faults.push(`${file}: imports ${arrow.specifier}, ${fault}`);
    }
  }
  return faults;
}

/**
 * Packages that a file loads at run time, by way of every file that it loads, each with the way there. Files that are
 * not among the sources end a way.
 */
export function loadedPackages(start: string, sources: Sources): Map<string, string[]> {
  const packages = new Map<string, string[]>();
  const ways = new Map<string, string[]>([[start, [start]]]);
  for (const [file, way] of ways) {
    for (const { specifier, typeOnly } of importsOf(sources.get(file) ?? '')) {
      if (typeOnly) continue;
      if (!isRelative(specifier)) {
        if (!packages.has(specifier)) packages.set(specifier, [...way, specifier]);
        continue;
      }
      const target = targetOf(file, specifier);
      if (!ways.has(target)) ways.set(target, [...way, target]);
    }
  }
  return packages;
}

function relativeFault(file: string, arrow: ImportArrow, rules: Room, sources: Sources): string | null {
  const target = targetOf(file, arrow.specifier);
  if (!sources.has(target)) return /\.(json|html|css)$/.test(target) ? null : `and there is no ${target}`;
  const from = roomOf(file);
  const to = roomOf(target);
  if (to === from || rules.rooms.includes(to)) return null;
  if (rules.typeRooms.includes(to)) {
    return arrow.typeOnly ? null : `but ${from} may use ${to} by \`import type\` only`;
  }
  return `but ${from} may not use ${to}`;
}

function packageFault(arrow: ImportArrow, from: string, rules: Room): string | null {
  const allows = (list: readonly string[]) =>
    list.some(
      (one) =>
        one === '*' || arrow.specifier === one || arrow.specifier.startsWith(/[:/]$/.test(one) ? one : `${one}/`),
    );
  if (allows(rules.packages) || (arrow.typeOnly && allows(rules.typePackages))) return null;
  return `but ${from} may not use that package`;
}

function targetOf(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier);
}

function roomOf(file: string): string {
  return file.split('/')[0]!;
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('./') || specifier.startsWith('../');
}
