/** Draws gaps over time as an SVG: both axes logarithmic, readable on light and on dark pages. */
import type { Scale } from '../docs/svg.ts';
import { curveKind, legend, line, path, px, svgImage, text } from '../docs/svg.ts';
import type { GapPoint } from './gap-curve.ts';

export interface GapCurve {
  label: string;
  points: readonly GapPoint[];
}

/** A horizontal line of dashes. */
export interface GapReference {
  label: string;
  /** A share, as those of the curves. */
  gap: number;
}

export interface GapChart {
  title: string;
  curves: readonly GapCurve[];
  references: readonly GapReference[];
  /** Of the time axis, seconds. */
  from: number;
  to: number;
}

/** Pixels. */
const PLOT = { left: 70, top: 44, width: 440, height: 300 };
const IMAGE = { width: 740, height: 400 };
const LEGEND_LEFT = PLOT.left + PLOT.width + 20;
/** Kinds of dashes; further references take them again. */
const DASHES = 3;
/** What is not better than this is not told apart: a gap of nought has no place on a logarithmic axis. */
const GAP_MIN = 1e-4;
const DIGITS = [1, 2, 5];

export function gapChartSvg({ title, curves, references, from, to }: GapChart): string {
  const gaps = [...curves.flatMap(({ points }) => points), ...references].map(({ gap }) => Math.max(gap, GAP_MIN));
  const gapTicks = ticksAround(Math.min(...gaps), Math.max(...gaps));
  const x = logarithmicScale(from, to, PLOT.left, PLOT.left + PLOT.width);
  const y = logarithmicScale(gapTicks[0]!, gapTicks.at(-1)!, PLOT.top + PLOT.height, PLOT.top);
  const timeTicks = ticksAround(from, to).filter((tick) => tick >= from * 0.999 && tick <= to * 1.001);
  const right = PLOT.left + PLOT.width;
  const bottom = PLOT.top + PLOT.height;
  const body = [
    text(PLOT.left, 22, title, 'class="title"'),
    ...timeTicks.flatMap((tick) => [
      line([x(tick), PLOT.top], [x(tick), bottom], 'grid'),
      text(x(tick), bottom + 18, plain(tick), 'text-anchor="middle"'),
    ]),
    ...gapTicks.flatMap((tick) => [
      line([PLOT.left, y(tick)], [right, y(tick)], 'grid'),
      text(PLOT.left - 8, y(tick) + 4, `${plain(100 * tick)} %`, 'text-anchor="end"'),
    ]),
    text(PLOT.left + PLOT.width / 2, bottom + 40, 'time, seconds (logarithmic)', 'text-anchor="middle"'),
    text(
      0,
      0,
      'gap to the certificate',
      `text-anchor="middle" transform="translate(16 ${px(PLOT.top + PLOT.height / 2)}) rotate(-90)"`,
    ),
    ...references.map(({ gap }, index) => line([PLOT.left, y(gap)], [right, y(gap)], referenceKind(index))),
    ...curves.map(({ points }, index) => curve(points, x, y, index)),
    ...legend(LEGEND_LEFT, PLOT.top, [
      ...curves.map(({ label }, index) => ({ label, kind: curveKind(index) })),
      ...references.map(({ label }, index) => ({ label, kind: referenceKind(index) })),
    ]),
  ];
  return svgImage(title, IMAGE, body);
}

/** A schedule holds until the next better one is found: the line goes across before it goes down. */
function curve(points: readonly GapPoint[], x: Scale, y: Scale, index: number): string {
  const steps = points.map(({ seconds, gap }, at) => {
    const [across, down] = [px(x(seconds)), px(y(Math.max(gap, GAP_MIN)))];
    return at === 0 ? `M${across} ${down}` : `H${across}V${down}`;
  });
  return path(curveKind(index), steps.join(''));
}

function referenceKind(index: number): string {
  return `reference r${index % DASHES}`;
}

function logarithmicScale(low: number, high: number, start: number, end: number): Scale {
  return (value) => start + ((end - start) * Math.log(value / low)) / Math.log(high / low);
}

/** 1, 2 and 5 times powers of ten: from the last at or below `low` to the first at or above `high`. */
export function ticksAround(low: number, high: number): number[] {
  const exponents = Array.from({ length: 13 }, (_, index) => index - 6);
  const all = exponents.flatMap((exponent) => DIGITS.map((digit) => Number(`${digit}e${exponent}`)));
  const first = all.findLastIndex((tick) => tick <= low);
  const last = all.findIndex((tick) => tick >= high && tick > low);
  return all.slice(Math.max(0, first), last === -1 ? all.length : last + 1);
}

/** Without the tail that binary fractions leave. */
function plain(value: number): string {
  return String(Number(value.toPrecision(6)));
}
