import type { ReportFinding } from "../finding-schema.ts";
import { wholeText } from "../number-text.ts";
import { html, type Html } from "./html.ts";

/** A finding with what to do, what that costs, and where in the log it shows. */
export function findingHtml({ severity, evidence, whatToDo, whatItCosts, origins }: ReportFinding): Html {
  const see = origins.map(({ input, line, offset }) => (line === null ? `${input} at byte ${wholeText(offset)}` : `${input}:${line}`));
  return html`<p><span class="tag ${severity}">${severity}</span> ${evidence.endsWith(".") ? evidence : `${evidence}.`} <strong>${whatToDo}.</strong> It costs: ${whatItCosts}.${see.length === 0 ? undefined : html` See ${see.join(", ")}.`}</p>`;
}
