import { html, type Html } from "./html.ts";

/** A piece of a bar: from and to are 0 to 1 of its room. */
export interface BarPiece {
  readonly from: number;
  readonly to: number;
  /** Colour, by a class of the style sheet. */
  readonly colour: string;
  readonly datum?: Html;
  /** Shown by the pointer. */
  readonly title?: string;
}

/** A bar of pieces, as wide as its cell. The numbers stand beside it, so that it is decoration to a screen reader. */
export function bar(pieces: readonly BarPiece[], lines: readonly number[] = []): Html {
  const shown = pieces.filter(({ from, to }) => to > from);
  return html`<svg class="bar" viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true">${[
    html`<rect class="track" width="1000" height="14"/>`,
    ...shown.map(({ from, to, colour, datum, title }) => {
      const [x, end] = [per1000(from), per1000(to)];
      const width = Math.max(2, Math.round((end - x) * 10) / 10);
      const label = title === undefined ? undefined : html`<title>${title}</title>`;
      return html`<rect class="${colour}" x="${Math.min(x, 998)}" width="${width}" height="14"${datum}>${label}</rect>`;
    }),
    ...lines.map((at) => html`<path class="line" d="M${per1000(at)} 0V14"/>`),
  ]}</svg>`;
}

const per1000 = (share: number): number => Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 10;
