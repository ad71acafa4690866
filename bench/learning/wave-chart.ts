/** Draws figures over a run's waves as an SVG. */
import type { Scale } from '../docs/svg.ts';
import { curveKind, legend, line, path, px, svgImage, text } from '../docs/svg.ts';

export interface WaveChart {
  title: string;
  /** What the vertical axis says. */
  unit: string;
  /** Its range. */
  from: number;
  to: number;
  /** One value per wave, from the first on; null: no data. */
  series: readonly { label: string; values: readonly (number | null)[] }[];
  /** Written below each wave, in lines. */
  below: readonly (readonly string[])[];
}

/** Pixels. */
const PLOT = { left: 64, top: 44, width: 560, height: 260 };
const IMAGE = { width: 840, height: 400 };
const LEGEND_LEFT = PLOT.left + PLOT.width + 20;
const TICKS = 5;

export function waveChartSvg({ title, unit, from, to, series, below }: WaveChart): string {
  const waves = series[0]?.values.length ?? 0;
  const right = PLOT.left + PLOT.width;
  const bottom = PLOT.top + PLOT.height;
  const x = (index: number) => PLOT.left + (PLOT.width * (index + 0.5)) / waves;
  const y = (value: number) => bottom - (PLOT.height * (Math.min(to, Math.max(from, value)) - from)) / (to - from);
  const ticks = Array.from({ length: TICKS + 1 }, (_, index) => from + ((to - from) * index) / TICKS);
  return svgImage(title, IMAGE, [
    text(PLOT.left, 22, title, 'class="title"'),
    ...ticks.flatMap((tick) => [
      line([PLOT.left, y(tick)], [right, y(tick)], 'grid'),
      text(PLOT.left - 8, y(tick) + 4, String(Number(tick.toFixed(2))), 'text-anchor="end"'),
    ]),
    text(0, 0, unit, `text-anchor="middle" transform="translate(16 ${px(PLOT.top + PLOT.height / 2)}) rotate(-90)"`),
    ...Array.from({ length: waves }, (_, index) => [
      text(x(index), bottom + 18, `wave ${index + 1}`, 'text-anchor="middle"'),
      ...(below[index] ?? []).map((words, at) => text(x(index), bottom + 36 + 16 * at, words, 'text-anchor="middle"')),
    ]).flat(),
    ...series.map(({ values }, index) => path(curveKind(index), curve(values, x, y))),
    ...legend(
      LEGEND_LEFT,
      PLOT.top,
      series.map(({ label }, index) => ({ label, kind: curveKind(index) })),
    ),
  ]);
}

/** Broken where there is no data; a value alone is a short dash. */
function curve(values: readonly (number | null)[], x: Scale, y: Scale): string {
  return values
    .flatMap((value, index) => {
      if (value === null) return [];
      const before = values[index - 1] ?? null;
      const point = `${px(x(index))} ${px(y(value))}`;
      if (before !== null) return [`L${point}`];
      return (values[index + 1] ?? null) === null ? [`M${point}h6`] : [`M${point}`];
    })
    .join('');
}
