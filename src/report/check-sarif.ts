import { measures } from "../advice/budgets/measure.ts";
import { messageOf } from "./check-annotations.ts";
import { failing } from "./check-text.ts";
import { jsonText } from "./json-text.ts";
import { plainText } from "./plain-text.ts";
import type { CheckedBudget, CheckedTemplate, CheckReport } from "./schema-check.ts";

/**
 * The failures as SARIF 2.1.0, one result for each budget that fails: at its line of the budgets file, or at the design;
 * the worst templates are related locations in the log. Source: OASIS, Static Analysis Results Interchange Format
 * (SARIF) Version 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
 */
export function checkSarif(report: CheckReport): string {
  const failed = failing(report);
  const ids = [...new Set(failed.map(({ measure }) => measure))].sort();
  const design = report.inputs.find(({ role }) => role === "design")!.name;
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "shardplan",
            version: report.tool.version,
            rules: ids.map((id) => ({ id, shortDescription: { text: sentenceOf(id) } })),
          },
        },
        results: failed.map((budget) => ({
          ruleId: budget.measure,
          ruleIndex: ids.indexOf(budget.measure),
          level: "error",
          kind: "fail",
          message: { text: messageOf(budget) },
          locations: [
            budget.place === null
              ? { physicalLocation: { artifactLocation: { uri: uriOf(design) } } }
              : {
                  physicalLocation: {
                    artifactLocation: { uri: uriOf(budget.place.file) },
                    region: { startLine: budget.place.line, startColumn: budget.place.column },
                  },
                },
          ],
          relatedLocations: budget.templates.map(relatedLocation),
          partialFingerprints: { "shardplan/v1": fingerprintOf(budget) },
        })),
      },
    ],
  };
  return `${jsonText(log, 2)}\n`;
}

function relatedLocation({ origin, template }: CheckedTemplate, id: number): object {
  const region = origin.line === null ? { byteOffset: origin.offset } : { startLine: origin.line };
  return {
    id,
    message: { text: plainText(template) },
    physicalLocation: { artifactLocation: { uri: uriOf(origin.input) }, region },
  };
}

function sentenceOf(measure: string): string {
  const known = Object.hasOwn(measures, measure) ? measures[measure as keyof typeof measures].words : `${measure} of the evidence`;
  return `${known[0]!.toUpperCase()}${known.slice(1)}`;
}

/** A path as the relative reference of RFC 3986. */
function uriOf(path: string): string {
  const encoded = path.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
  return path.startsWith("/") ? `file://${encoded}` : encoded;
}

/** The same budget has the same name in the next run, whatever its value and line. */
const fingerprintOf = ({ scope, subject, measure }: CheckedBudget): string =>
  plainText([scope, subject ?? "", measure].join("/"));
