import { html, Html, type Part } from "./html.ts";
import { sectionHtml, type Section } from "./section.ts";
import { style } from "./style.ts";

/** A figure that stands at the top. */
export interface Tile {
  readonly value: string;
  readonly label: string;
  readonly datum?: Html;
}

export interface HtmlPage {
  readonly title: string;
  /** What the reader came for, in a few words. */
  readonly answer: string;
  readonly headline: Part;
  readonly tiles: readonly Tile[];
  readonly sections: readonly Section[];
  readonly footer: Part;
}

/**
 * One file with everything in it: no script, and by its own policy no request to anywhere, so that what a log holds can do
 * nothing even if it were not escaped.
 */
export function pageHtml({ title, answer, headline, tiles, sections, footer }: HtmlPage): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${title}: ${answer}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the report</a>
<header>
<h1>${title}</h1>
<p class="answer">${answer}</p>
<p class="headline">${headline}</p>
${
  tiles.length === 0
    ? undefined
    : html`<dl class="tiles">${tiles.map(
        ({ value, label, datum }) => html`<div><dt>${label}</dt><dd${datum}>${value}</dd></div>`,
      )}</dl>`
}
</header>
<nav aria-label="Contents"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main id="content" tabindex="-1">
${sections.map(sectionHtml)}</main>
<footer>${footer}</footer>
</body>
</html>
`.markup;
}
