import type { EvidenceInput, EvidenceKind } from "../../advice/budgets/judge-budgets.ts";
import type { Evidence } from "../../advice/budgets/measure.ts";
import { InputError } from "../../base/input-error.ts";
import { evidenceOfPlan, evidenceOfReshard, evidenceOfSimulation } from "../../report/evidence-of.ts";
import { planSchema } from "../../report/schema-plan.ts";
import { reshardSchema } from "../../report/schema-reshard.ts";
import { simulationSchema } from "../../report/simulation-schema.ts";
import { readDocument, shaped } from "./json-document.ts";

const hint = "pass what simulate --json, reshard --json or plan --json printed";

/** The measures of `--evidence` documents, given as name and text. */
export function readEvidence(files: readonly { readonly name: string; readonly text: string }[]): EvidenceInput {
  const measures = new Map<string, Evidence[]>();
  const kinds = new Set<EvidenceKind>();
  for (const { name, text } of files) {
    const document = readDocument(text, name, hint);
    for (const [measure, evidence] of evidenceOf(document, name)) {
      const known = measures.get(measure);
      if (known === undefined) measures.set(measure, [evidence]);
      else known.push(evidence);
    }
    kinds.add(document.kind as EvidenceKind);
  }
  return { measures, kinds };
}

function evidenceOf(document: { readonly kind: string }, name: string) {
  if (document.kind === "simulation") return evidenceOfSimulation(shaped(simulationSchema, document, name), name);
  if (document.kind === "reshard") return evidenceOfReshard(shaped(reshardSchema, document, name), name);
  if (document.kind === "plan") return evidenceOfPlan(shaped(planSchema, document, name), name);
  throw new InputError(`${name}: a document of kind "${document.kind}" is no evidence`, { hint });
}
