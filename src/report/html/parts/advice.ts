import { timesText } from "../../number-text.ts";
import type { Report } from "../../schema.ts";
import { datum } from "../datum.ts";
import { findingHtml } from "../finding-html.ts";
import { html, type Html } from "../html.ts";
import type { Section } from "../section.ts";

/** What to do with each table, with what speaks for and against it. */
export function advice({ recommendation }: Report): Section {
  return {
    id: "advice",
    title: "What to do",
    definition:
      "One answer for each table, from the recommended design, with the evidence for and against it. A problem breaks what the key is for; " +
      "a warning costs capacity; a note is good to know.",
    body: [
      recommendation.findings.map(findingHtml),
      recommendation.tables.map(
        ({ table, sentence, evidence, against, findings, scaleOutFactor }, index) => html`<h3>${table}</h3>
<p>${sentence}${
          scaleOutFactor === null
            ? undefined
            : html` <span class="tag"${datum(`/recommendation/tables/${index}/scaleOutFactor`, scaleOutFactor)}>${timesText(scaleOutFactor)}</span>`
        }</p>
${list("For it", evidence)}${list("Against it", against)}${findings.map(findingHtml)}`,
      ),
    ],
  };
}

function list(title: string, items: readonly string[]): Html | undefined {
  return items.length === 0
    ? undefined
    : html`<p class="note">${title}:</p><ul class="plain">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}
