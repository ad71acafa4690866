/** Parts of charts as SVG, readable on light and on dark pages. */

const COLOURS = 6;

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 14px; font-weight: 600; }
  .grid { stroke: #d0d7de; stroke-width: 1; }
  .curve { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
  .reference { stroke: #57606a; stroke-width: 1.6; }
  .r0 { stroke-dasharray: 10 4; } .r1 { stroke-dasharray: 5 4; } .r2 { stroke-dasharray: 2 3; }
  .c0 { stroke: #0969da; } .c1 { stroke: #bc4c00; } .c2 { stroke: #1a7f37; } .c3 { stroke: #8250df; } .c4 { stroke: #9a6700; }
  .c5 { stroke: #cf222e; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .grid { stroke: #30363d; }
    .reference { stroke: #9198a1; }
    .c0 { stroke: #58a6ff; } .c1 { stroke: #f0883e; } .c2 { stroke: #3fb950; } .c3 { stroke: #bc8cff; } .c4 { stroke: #d29922; }
    .c5 { stroke: #ff7b72; }
  }
`;

/** From a value to a pixel. */
export type Scale = (value: number) => number;

/** `body`: elements as text. */
export function svgImage(title: string, size: { width: number; height: number }, body: readonly string[]): string {
  const { width, height } = size;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

/** The class of the curve of that number; colours come round again. */
export function curveKind(index: number): string {
  return `curve c${index % COLOURS}`;
}

export function path(kind: string, d: string): string {
  return `<path class="${kind}" d="${d}"/>`;
}

export function line(from: readonly [number, number], to: readonly [number, number], kind: string): string {
  return `<line class="${kind}" x1="${px(from[0])}" y1="${px(from[1])}" x2="${px(to[0])}" y2="${px(to[1])}"/>`;
}

export function text(left: number, baseline: number, words: string, attributes = ''): string {
  return `<text x="${px(left)}" y="${px(baseline)}"${attributes === '' ? '' : ` ${attributes}`}>${escaped(words)}</text>`;
}

export function legend(left: number, top: number, kinds: readonly { label: string; kind: string }[]): string[] {
  return kinds.flatMap(({ label, kind }, index) => {
    const height = top + 10 + 22 * index;
    return [line([left, height], [left + 26, height], kind), text(left + 34, height + 4, label)];
  });
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function px(value: number): string {
  return String(Number(value.toFixed(1)));
}
