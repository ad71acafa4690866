/** What the house asks of every source file; each rule gives the faults as sentences that start with file and line. */
import { readSource } from './source-text.ts';

const LINES_MAX = 300;
const NAMELESS = /^(?:util|utils|common|helper|helpers|types|index)$/;
/** Words with another name here: see the glossary. `Math.round` is not ours to name. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['job', 'run, wave or task'],
  ['round', 'wave'],
  ['phase22', 'wavewright'],
]);
const MARKS = ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'];

export function fileNameFaults(path: string): string[] {
  const name = path.split('/').at(-1)!;
  const plain = name.split('.')[0]!;
  return NAMELESS.test(plain) ? [`${path}: the name says nothing of the subject`] : [];
}

export function lengthFaults(path: string, text: string): string[] {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return lines > LINES_MAX ? [`${path}: ${lines} lines, expected at most ${LINES_MAX}`] : [];
}

export function wordFaults(path: string, text: string): string[] {
  return perLine(path, readSource(text).code.replaceAll('Math.round', 'Math.     '), (line) =>
    (line.match(/[A-Za-z_$][\w$]*/g) ?? []).flatMap((identifier) =>
      wordsOf(identifier).flatMap((word) => {
        const instead = OTHER_WORDS.get(word);
        return instead === undefined ? [] : [`the name ${identifier} says ${word}, expected ${instead}`];
      }),
    ),
  );
}

/** Marks of open ends, in code and comments alike. */
export function openEndFaults(path: string, text: string): string[] {
  const marks = new RegExp(`\\b(?:${MARKS.join('|')})\\b`);
  return perLine(path, text, (line) => (marks.test(line) ? [`left open: ${line.trim()}`] : []));
}

/** `.only` is never right; `.skip` and `this.skip` need a comment on the line or the line before. */
export function skippedTestFaults(path: string, text: string): string[] {
  const { code } = readSource(text);
  const written = text.split('\n');
  return perLine(path, code, (line, index) => {
    if (/\b(?:it|describe|context|specify)\.only\b/.test(line)) return ['a test that excludes all others'];
    if (!/\b(?:it|describe|context|specify|this)\.skip\b/.test(line)) return [];
    const reason = [written[index], written[index - 1]].some((near) => /\/\/ \S|^\s*\*\s|\*\//.test(near ?? ''));
    return reason ? [] : ['a test is skipped, expected a comment that says why'];
  });
}

/** Paths of one machine. A container image's own user is nobody's machine. */
export function machinePathFaults(path: string, text: string): string[] {
  const machine = /(?:^|[\s"'`(=:])(\/(?:work|root|Users|home(?!\/node\b))\/[\w.]+|[A-Z]:\\\\?Users)/;
  return perLine(path, text, (line) => {
    const found = machine.exec(line);
    return found === null ? [] : [`a path of one machine: ${found[1]}`];
  });
}

/** Dependencies that are not pinned to one version. */
export function versionFaults(manifest: Readonly<Record<string, unknown>>): string[] {
  return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((group) =>
    Object.entries((manifest[group] ?? {}) as Record<string, string>)
      .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
      .map(([name, version]) => `package.json: ${group}.${name} is ${version}, expected one exact version`),
  );
}

function perLine(path: string, text: string, faults: (line: string, index: number) => string[]): string[] {
  return text
    .split('\n')
    .flatMap((line, index) => faults(line, index).map((fault) => `${path}:${index + 1}: ${fault}`));
}

/** `roundTrip`, `round_trip` and `ROUND` all have the word `round`; a final plural s is dropped. */
function wordsOf(identifier: string): string[] {
  return identifier
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .split(/[_$]+/)
    .map((word) => word.toLowerCase().replace(/s$/, ''));
}
