import { countText, percentText, plural, shortText, wholeText } from "../../number-text.ts";
import type { Report } from "../../schema.ts";
import { becauseWords, classWords } from "../../words.ts";
import { bar } from "../bar.ts";
import { dataTable, text } from "../data-table.ts";
import { datum } from "../datum.ts";
import { html, type Html } from "../html.ts";
import { unknownHtml, type Section } from "../section.ts";
import { routeColours } from "./route-colours.ts";

type Template = Report["review"]["templates"][number];

/** Templates with a bar of where their executions go; the others are folded, with their numbers alone. */
const templatesDrawn = 40;

/** Where the executions of each template go under the recommended design. */
export function templateRoutes({ review: { templates, otherTemplates }, options, hurting }: Report): Section {
  const weight = options.work === "time" ? "time" : "executions";
  return {
    id: "templates",
    title: "Where each statement goes",
    definition:
      "A template is a statement without its values. Its executions go to one shard, several or all, by what its predicate says of " +
      "the shard key and, where the log has them, by the values. Reading a copied or unsharded table counts as one shard. The share " +
      `is of the ${weight} of all statements that reach tables. When in doubt the careful class is given.`,
    body:
      templates.length === 0
        ? unknownHtml("Where statements go", "no statement of the log reaches a table")
        : [
            html`<ul class="legend">${routeColours.map(({ colour, name }) => html`<li><i class="key ${colour}"></i>${name}</li>`)}</ul>`,
            drawn(templates.slice(0, templatesDrawn), weight),
            templates.length > templatesDrawn ? folded(templates) : undefined,
            otherTemplates.count === 0
              ? undefined
              : html`<p class="note">${plural(otherTemplates.count, "more template")} with ${percentText(otherTemplates.share)} of the ${weight} are not listed.</p>`,
            hurtingList({ hurting }),
          ],
  };
}

function drawn(templates: readonly Template[], weight: string): Html {
  return dataTable(
    "The heaviest templates first",
    [
      { heading: weight, kind: "number" },
      { heading: "executions go to", kind: "bar" },
      { heading: "template", kind: "text" },
    ],
    templates.map((template, index) => [
      { content: percentText(template.share), datum: datum(`/review/templates/${index}/share`, template.share) },
      text(html`${mixBar(template, index)}<span class="note">${fateText(template)}</span>`),
      text(html`<code>${template.template}</code>`),
    ]),
  );
}

function mixBar(template: Template, index: number): Html {
  let from = 0;
  return bar(
    routeColours.map(({ colour, name, count }) => {
      const value = template[count];
      const share = template.executions === 0 ? 0 : value / template.executions;
      const piece = {
        from,
        to: from + share,
        colour,
        datum: datum(`/review/templates/${index}/${count}`, value),
        title: `${name}: ${percentText(share)}`,
      };
      from = piece.to;
      return piece;
    }),
  );
}

function fateText({ class: routed, because, executions, oneShard }: Template): string {
  const times = `${countText(executions)}\u00d7`;
  if (routed === "single-shard" || routed === "none" || routed === "unsharded" || oneShard >= executions)
    return `${times}, one shard`;
  return `${times}, ${classWords[routed]}: ${becauseWords[because] ?? because}`;
}

function folded(templates: readonly Template[]): Html {
  const more = templates.slice(templatesDrawn);
  return html`<details class="numbers"><summary>${plural(more.length, "more template")}</summary><div class="many">${dataTable(
    "Executions by where they go",
    [
      { heading: "template", kind: "text" },
      { heading: "share", kind: "number" },
      { heading: "executions", kind: "number" },
      ...routeColours.map(({ name }) => ({ heading: name, kind: "number" as const })),
    ],
    more.map((template, index) => {
      const path = `/review/templates/${templatesDrawn + index}`;
      return [
        text(html`<code>${template.template}</code>`),
        { content: percentText(template.share), datum: datum(`${path}/share`, template.share) },
        text(wholeText(template.executions)),
        ...routeColours.map(({ count }) => text(template[count] === 0 ? "" : wholeText(template[count]))),
      ];
    }),
  )}</div></details>`;
}

function hurtingList({ hurting }: Pick<Report, "hurting">): Html {
  if (hurting.length === 0) return html`<p>Under this design every statement stays on one shard.</p>`;
  return html`<h3>What hurts most</h3>${dataTable(
    "Statements that leave their shard, with where the log has them first",
    [
      { heading: "share", kind: "number" },
      { heading: "goes to", kind: "text" },
      { heading: "because", kind: "text" },
      { heading: "time, ms", kind: "number" },
      { heading: "first in", kind: "text" },
      { heading: "statement", kind: "text" },
    ],
    hurting.map((entry, index) => [
      { content: percentText(entry.share), datum: datum(`/hurting/${index}/share`, entry.share) },
      text(entry.table === null ? "not understood" : `${classWords[entry.class]} of ${entry.table}`),
      text(entry.reason ?? becauseWords[entry.because] ?? entry.because),
      { content: shortText(entry.timeMs), datum: datum(`/hurting/${index}/timeMs`, entry.timeMs) },
      text(
        entry.origin.line === null
          ? `${entry.origin.input} at byte ${wholeText(entry.origin.offset)}`
          : `${entry.origin.input}:${entry.origin.line}`,
      ),
      text(html`<code>${entry.example ?? entry.template}</code>`),
    ]),
  )}`;
}
