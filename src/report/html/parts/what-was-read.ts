import { bytesText, durationText, percentText, plural, wholeText } from "../../number-text.ts";
import type { Report } from "../../schema.ts";
import { skippedText } from "../../skipped-text.ts";
import { dataTable, text } from "../data-table.ts";
import { datum } from "../datum.ts";
import { html } from "../html.ts";
import type { Section } from "../section.ts";

/** The inputs, and what of them was used. */
export function whatWasRead({ inputs, read }: Report): Section {
  const total = Math.max(1, read.statements);
  const { notExecutions, losses } = skippedText(read.skipped);
  const warnings = inputs.flatMap(({ name, warnings: texts }) => texts.map((warning) => `${name}: ${warning}`));
  const remarks = [...warnings, ...losses, ...(notExecutions === undefined ? [] : [notExecutions])];
  return {
    id: "read",
    title: "What was read",
    definition:
      "Every record of the inputs is either a statement that was used or is counted here with the reason why not. The digest tells whether " +
      "another report is about the same input.",
    body: [
      dataTable(
        "Inputs",
        [
          { heading: "file", kind: "text" },
          { heading: "format", kind: "text" },
          { heading: "size", kind: "number" },
          { heading: "records", kind: "number" },
          { heading: "statements", kind: "number" },
          { heading: "digest", kind: "text" },
        ],
        inputs.map((input, index) => [
          text(input.name),
          text(input.format),
          { content: bytesText(input.bytes), datum: datum(`/inputs/${index}/bytes`, input.bytes) },
          { content: wholeText(input.records), datum: datum(`/inputs/${index}/records`, input.records) },
          { content: wholeText(input.executions), datum: datum(`/inputs/${index}/executions`, input.executions) },
          text(html`<code>${input.digest}</code>`),
        ]),
      ),
      html`<p>${[
        plural(read.statements, "statement"),
        read.span === null ? "no times" : `${durationText(read.span.seconds)} from ${read.span.from}`,
        `${percentText(read.reads / total)} reads, ${percentText(read.writes / total)} writes`,
        plural(read.templates, "template"),
        plural(read.sessions.count, "session"),
      ].join(", ")}.</p>`,
      remarks.length === 0 ? undefined : html`<ul class="plain">${remarks.map((remark) => html`<li>${remark}</li>`)}</ul>`,
    ],
  };
}
