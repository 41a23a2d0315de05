import { plainText } from "../plain-text.ts";

/** Markup of our own. Only `html` makes it, so whatever is not markup has been escaped. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** Text is escaped, lists are joined, undefined is nothing. */
export type Part = Html | string | number | undefined | readonly Part[];

/**
 * Markup with values in it: ours is taken as it is, text and numbers are escaped for elements and for quoted attributes, and
 * what a page would act on (control characters, marks of direction) is gone, as in every other output.
 *
 * @example
 * html`<td title="${'"'}">${"a < b"}</td>`.markup; // => '<td title="&quot;">a &lt; b</td>'
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = strings[0]!;
  parts.forEach((part, index) => {
    markup += markupOf(part) + strings[index + 1]!;
  });
  return new Html(markup);
}

function markupOf(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.markup;
  if (typeof part === "object") return part.map(markupOf).join("");
  return typeof part === "number" ? String(part) : escaped(plainText(part));
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
