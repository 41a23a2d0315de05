import { z } from "zod";
import { compareSchema } from "./schema-compare.ts";
import { exportSchema } from "./export-schema.ts";
import { explainSchema, placeSchema, targetsSchema } from "./line-schemas.ts";
import { planSchema } from "./schema-plan.ts";
import { reportSchema } from "./schema.ts";
import { checkSchema } from "./schema-check.ts";
import { reshardSchema } from "./schema-reshard.ts";
import { scanSchema } from "./scan-schema.ts";
import { simulationSchema } from "./simulation-schema.ts";

/** Every JSON that a command prints, by the command; `report` is another name of what `analyze` prints. */
export const documentSchemas = {
  analyze: { schema: reportSchema, what: "the report of analyze --json" },
  check: { schema: checkSchema, what: "the verdict of check --json, and the baseline of the next one" },
  compare: { schema: compareSchema, what: "what compare --json finds between two documents" },
  explain: { schema: explainSchema, what: "one line of explain --json" },
  export: { schema: exportSchema, what: "what export --json prints" },
  place: { schema: placeSchema, what: "one line of place --json" },
  plan: { schema: planSchema, what: "the plan of plan --json, and of plan --yaml" },
  reshard: { schema: reshardSchema, what: "the plan of reshard --json" },
  scan: { schema: scanSchema, what: "what scan --json and merge --json say of the file that they wrote" },
  simulate: { schema: simulationSchema, what: "the result of simulate --json" },
  targets: { schema: targetsSchema, what: "what targets --json prints, with a name or without" },
} as const;

export type DocumentName = keyof typeof documentSchemas;

/** The schema as JSON Schema, draft 2020-12. */
export function publishedSchema(name: DocumentName): object {
  const { schema, what } = documentSchemas[name];
  return { title: `shardplan ${name}`, description: what, ...z.toJSONSchema(schema) };
}
