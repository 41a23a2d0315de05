import { html, type Html } from "./html.ts";

/** A line of a plot; null where nothing is known. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Axis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly log?: true;
  readonly ticks: readonly Tick[];
}

/** A moment or a stretch of the x axis. */
export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

/** Lines that the palette tells apart. */
export const mostSeries = 6;

/** Lines over one axis. It stretches to any width: the drawing is scaled, strokes and letters are not. */
export function plot(description: string, x: Axis, y: Axis, series: readonly Series[], marks: readonly Mark[] = []): Html {
  const across = scaleOf(x);
  const up = scaleOf(y);
  const drawn = series.slice(0, mostSeries);
  const legend =
    drawn.length < 2 && marks.length === 0
      ? undefined
      : html`<ul class="legend">${[
          ...drawn.map(({ name }, index) => html`<li><i class="key s${index + 1}"></i>${name}</li>`),
          ...marks.map(({ label }) => html`<li><i class="key fault"></i>${label}</li>`),
        ]}</ul>`;
  return html`<figure class="plot">
${legend}<p class="axis">${y.label}</p>
<div class="frame"><div class="up" aria-hidden="true">${y.ticks.map(
    ({ at, label }) => html`<span style="top:${place(1 - up(at))}%">${label}</span>`,
  )}</div>
<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-label="${description}">
${y.ticks.map(({ at }) => html`<path class="grid" d="M0 ${coordinate(1 - up(at))}H1000"/>`)}
${marks.map(({ from, to }) => {
  const left = coordinate(across(from));
  return html`<rect class="fault" x="${left}" width="${Math.max(2, coordinate(across(to)) - left)}" height="1000"/>`;
})}
${drawn.map(({ points }, index) => html`<path class="series s${index + 1}" data-points="${points.length}" d="${lineOf(points, across, up)}"/>\n`)}</svg>
<div class="across" aria-hidden="true">${x.ticks.map(
    ({ at, label }) => html`<span style="left:${place(across(at))}%">${label}</span>`,
  )}</div></div>
<p class="axis across-label">${x.label}</p></figure>
`;
}

function scaleOf({ from, to, log }: Axis): (value: number) => number {
  const change = log ? Math.log : (value: number): number => value;
  const [low, high] = [change(from), change(to)];
  return (value) => (high === low ? 0.5 : Math.min(1, Math.max(0, (change(value) - low) / (high - low))));
}

const coordinate = (share: number): number => Math.round(share * 10_000) / 10;
const place = (share: number): number => Math.round(share * 1000) / 10;

function lineOf(points: Series["points"], across: (x: number) => number, up: (y: number) => number): string {
  let line = "";
  let broken = true;
  points.forEach(({ x, y }, index) => {
    if (y === null) {
      broken = true;
      return;
    }
    const at = `${coordinate(across(x))} ${coordinate(1 - up(y))}`;
    // A point alone is a line of no length, which its round ends make a dot.
    const alone = broken && (points[index + 1]?.y ?? null) === null;
    line += broken ? `M${at}${alone ? "h0" : ""}` : `L${at}`;
    broken = false;
  });
  return line;
}

/** Four steps or so from 0 to at least `most`, of 1, 2 or 5 times a power of ten. */
export function evenTicks(most: number, label: (value: number) => string): readonly Tick[] {
  if (!(most > 0)) return [{ at: 0, label: label(0) }];
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((candidate) => candidate >= rough * 0.999)!;
  const count = Math.ceil(most / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => {
    const at = Number((index * step).toPrecision(12));
    return { at, label: label(at) };
  });
}

/** Powers of ten that span the values. */
export function powerTicks(least: number, most: number, label: (value: number) => string): readonly Tick[] {
  const from = Math.floor(Math.log10(least) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(Math.log10(most) - 1e-9));
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const at = 10 ** (from + index);
    return { at, label: label(at) };
  });
}
