/** Measured sections of a document: what stands between two markers is written anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

/** Replaces what stands between `<!-- bench:name -->` and `<!-- /bench:name -->`. Throws where the markers are missing. */
export function replaceSection(path: string, document: string, name: string, body: string): string {
  const [opening, closing] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const start = document.indexOf(opening);
  const end = document.indexOf(closing, start);
  if (start === -1 || end === -1) throw new Error(`${path}: no section found, expected ${opening} … ${closing}`);
  return `${document.slice(0, start + opening.length)}\n\n${body}\n\n${document.slice(end)}`;
}

/** `bodies`: Markdown by the section's name. */
export async function writeSections(path: string, bodies: ReadonlyMap<string, string>): Promise<void> {
  let document = readFileSync(path, 'utf8');
  for (const [name, body] of bodies) document = replaceSection(path, document, name, body);
  writeFileSync(path, await format(document, { ...(await resolveConfig(path)), filepath: path }));
}

/** All columns but the first are flush right. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
