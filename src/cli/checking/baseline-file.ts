import type { Baseline } from "../../advice/budgets/baseline.ts";
import type { Weighting } from "../../advice/budgets/measure-design.ts";
import { InputError } from "../../base/input-error.ts";
import { baselineOfAnalysis, baselineOfCheck } from "../../report/baseline-of.ts";
import { reportSchema } from "../../report/schema.ts";
import { checkSchema } from "../../report/schema-check.ts";
import { readDocument, shaped } from "./json-document.ts";

const hint = "pass what check --json or analyze --json printed";

/** Reads the document of `--baseline`. `weighting` is that of the budgets; undefined: that of the baseline is taken. */
export function readBaseline(
  text: string,
  name: string,
  weighting: Weighting | undefined,
): { readonly baseline: Baseline; readonly weighting: Weighting } {
  const document = readDocument(text, name, hint);
  if (document.kind !== "check" && document.kind !== "analysis")
    throw new InputError(`${name}: a document of kind "${document.kind}" is no baseline`, { hint });
  const check = document.kind === "check" ? shaped(checkSchema, document, name) : undefined;
  const own = check?.weightedBy ?? "executions";
  if (weighting !== undefined && weighting !== own)
    throw new InputError(`${name}: it counts statements by ${own}, and the budgets by ${weighting}`, {
      hint: `write "weightedBy: ${own}" in the budgets, or make the baseline anew with them`,
    });
  const baseline =
    check === undefined ? baselineOfAnalysis(shaped(reportSchema, document, name), name) : baselineOfCheck(check, name);
  return { baseline, weighting: own };
}
