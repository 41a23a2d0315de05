import { nearest } from "../../analyze/nearest-name.ts";
import { InputError } from "../../base/input-error.ts";
import { type DocumentName, documentSchemas, publishedSchema } from "../../report/published-schemas.ts";
import type { Surroundings } from "../surroundings.ts";

/** Prints a JSON Schema, or one line for each. */
export function runSchema(asked: string | undefined, around: Surroundings): void {
  const names = Object.keys(documentSchemas) as DocumentName[];
  if (asked === undefined) {
    around.stdout(names.map((name) => `${name.padEnd(9)} ${documentSchemas[name].what}\n`).join(""));
    return;
  }
  const wanted = asked === "report" ? "analyze" : asked;
  const name = names.find((known) => known === wanted);
  if (name === undefined)
    throw new InputError(`no schema "${asked}"`, { hint: nearest(asked, [...names, "report"], "schemas") });
  around.stdout(`${JSON.stringify(publishedSchema(name), undefined, 2)}\n`);
}
