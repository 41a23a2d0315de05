import { html, type Html, type Part } from "./html.ts";

/** One chapter of the page. */
export interface Section {
  /** Its anchor. */
  readonly id: string;
  readonly title: string;
  /** How its figures are defined. */
  readonly definition: Part;
  readonly body: Part;
}

export function sectionHtml({ id, title, definition, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<details class="definition"><summary>What is shown, and how it is worked out</summary><p>${definition}</p></details>
${body}
</section>
`;
}

/** The numbers of a chart, folded. */
export function numbers(table: Html): Html {
  return html`<details class="numbers"><summary>The numbers</summary>${table}</details>`;
}

/** What the input does not tell. */
export function unknownHtml(what: string, reason: string): Html {
  return html`<p class="unknown"><strong>${what}: unknown.</strong> ${sentence(reason)}</p>`;
}

/** Reasons begin small, because they stand after a colon elsewhere. */
export function sentence(reason: string): string {
  const begun = reason.slice(0, 1).toUpperCase() + reason.slice(1);
  return begun.endsWith(".") ? begun : `${begun}.`;
}
