/** Reads TypeScript and JavaScript just well enough to tell code from comments and text; it is no parser. */

export interface SourceText {
  /** Comments blanked; same length and lines as the source. */
  withoutComments: string;
  /** Comments and the inside of strings, templates and regular expressions blanked as well. */
  code: string;
}

/** A slash after one of these begins a regular expression; after anything else it divides. */
const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else|void|await|yield))\s*$/;

export function readSource(source: string): SourceText {
  const withoutComments = source.split('');
  const code = source.split('');
  const blank = (target: string[], from: number, to: number) => {
    for (let i = from; i < to; i++) if (source[i] !== '\n') target[i] = ' ';
  };
  /** Open template literals: how many braces are open in the `${…}` of each. */
  const braces: number[] = [];
  let i = 0;
  const skipTo = (end: number, comment: boolean) => {
    blank(code, comment ? i : i + 1, comment ? end : end - 1);
    if (comment) blank(withoutComments, i, end);
    i = end;
  };
  while (i < source.length) {
    const here = source[i]!;
    const two = source.slice(i, i + 2);
    if (two === '//') skipTo(endOf(source, '\n', i), true);
    else if (two === '/*') skipTo(Math.min(source.length, endOf(source, '*/', i + 2) + 2), true);
    else if (here === "'" || here === '"') skipTo(closing(source, i, here), false);
    else if (here === '/' && BEFORE_REGEX.test(code.slice(Math.max(0, i - 20), i).join(''))) {
      skipTo(closingRegex(source, i), false);
    } else if (here === '`' || (here === '}' && braces.at(-1) === 0)) {
      if (here === '}') braces.pop();
      const end = templateEnd(source, i + 1);
      if (source[end - 1] === '{') braces.push(0);
      skipTo(end, false);
    } else {
      if (braces.length > 0 && here === '{') braces[braces.length - 1]! += 1;
      if (braces.length > 0 && here === '}') braces[braces.length - 1]! -= 1;
      i += 1;
    }
  }
  return { withoutComments: withoutComments.join(''), code: code.join('') };
}

function endOf(source: string, what: string, from: number): number {
  const at = source.indexOf(what, from);
  return at < 0 ? source.length : at;
}

/** Index after the closing quote. */
function closing(source: string, from: number, quote: string): number {
  for (let i = from + 1; i < source.length; i++) {
    if (source[i] === '\\') i += 1;
    else if (source[i] === quote || source[i] === '\n') return i + 1;
  }
  return source.length;
}

function closingRegex(source: string, from: number): number {
  let inClass = false;
  for (let i = from + 1; i < source.length; i++) {
    if (source[i] === '\\') i += 1;
    else if (source[i] === '[') inClass = true;
    else if (source[i] === ']') inClass = false;
    else if ((source[i] === '/' && !inClass) || source[i] === '\n') return i + 1;
  }
  return source.length;
}

/** Index after the closing backtick, or after the `${` that opens an expression. */
function templateEnd(source: string, from: number): number {
  for (let i = from; i < source.length; i++) {
    if (source[i] === '\\') i += 1;
    else if (source[i] === '`') return i + 1;
    else if (source[i] === '$' && source[i + 1] === '{') return i + 2;
  }
  return source.length;
}
