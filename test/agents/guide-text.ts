/** What a guide asks its reader to do, as its fenced blocks say: files to write, commands to run, lines to see. */

export type GuideStep =
  | { kind: 'file'; path: string; text: string }
  /** `shown`: lines that the guide promises, from the plain block right after the commands. */
  | { kind: 'commands'; commands: string[]; shown: string[] };

interface Block {
  language: string;
  /** What stands after the language. */
  name: string;
  text: string;
}

/** The fenced blocks under a heading, up to the next heading of its level. */
export function blocksUnder(markdown: string, heading: string): Block[] {
  const after = markdown.split(`\n## ${heading}\n`)[1];
  if (after === undefined) throw new Error(`the guide has no section "${heading}"`);
  return blocksOf(after.split('\n## ')[0]!);
}

export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\S*)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(([, language, name, text]) => ({
    language: language ?? '',
    name: name ?? '',
    text: text ?? '',
  }));
}

/** The steps of a guide's section, in order. */
export function stepsOf(blocks: Block[]): GuideStep[] {
  const steps: GuideStep[] = [];
  for (const { language, name, text } of blocks) {
    const lines = text.split('\n').filter((line) => line !== '');
    const last = steps.at(-1);
    if (name !== '') steps.push({ kind: 'file', path: name, text });
    else if (language === 'sh') steps.push({ kind: 'commands', commands: lines, shown: [] });
    else if (language === '' && last?.kind === 'commands') last.shown.push(...lines);
    else throw new Error(`a block that is no file, no command and no output:\n${text}`);
  }
  return steps;
}
