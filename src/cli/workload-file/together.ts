import { InputError } from "../../base/input-error.ts";
import { sharedJson } from "../../base/shared-json.ts";
import type { Schema } from "../../sql/schema.ts";
import type { CountedColumns } from "../../workload/counted-columns.ts";
import { agreedColumns, projectPart } from "../../workload/project-part.ts";
import type { StoredWorkload } from "./workload-file.ts";

/** A summary that was read, and the file's name. */
export interface NamedWorkload extends StoredWorkload {
  readonly name: string;
}

/**
 * Refuses summaries that don't belong together: one log twice, samples of different rates, statements that were understood in
 * different ways. `withLogs` says that logs are read beside them.
 */
export function checkTogether(summaries: readonly NamedWorkload[], withLogs: boolean): void {
  const names = new Map<string, string>();
  const patterns = new Map<string, { readonly pattern: string; readonly name: string }>();
  const rate = summaries[0]?.part.sample;
  for (const { name, inputs, part } of summaries) {
    for (const { digest, bytes, name: log } of inputs) {
      const key = `${digest} ${bytes}`;
      const other = names.get(key);
      if (other !== undefined)
        throw new InputError(`${name}: ${log} is in ${other === name ? "it twice" : `${other} too`}, and would count twice`, {
          hint: "pass each log once",
        });
      names.set(key, name);
    }
    const { sample } = part;
    if (sample?.rate !== rate?.rate || sample?.seed !== rate?.seed || (sample !== undefined && withLogs))
      throw new InputError(`${name}: samples of different rates or seeds don't add up`, {
        hint: "scan all logs with the same --sample and --sample-seed",
      });
    for (const [key, { pattern, template }] of part.templates) {
      const text = sharedJson(pattern);
      const other = patterns.get(key);
      if (other === undefined) patterns.set(key, { pattern: text, name });
      else if (other.pattern !== text)
        throw new InputError(
          `${name}: it understands ${JSON.stringify(template.text.slice(0, 60))} otherwise than ${other.name} does`,
          { hint: "scan both with the same --schema and the same shardplan" },
        );
    }
  }
}

/** The given schema, and beside it what the summaries were made with. */
export function schemaWith(given: Schema, summaries: readonly StoredWorkload[]): Schema {
  const tables = [...summaries.flatMap(({ schema }) => [...schema.tables]), ...given.tables];
  return { tables: new Map(tables) };
}

/**
 * The columns that all of the summaries counted, also of what is read beside them, with `chosen` for tables that none of them
 * knows; and the summaries brought to them. Warnings name the columns that are lost.
 */
export function countedAlike(
  summaries: readonly NamedWorkload[],
  chosen: CountedColumns,
): { readonly counted: CountedColumns; readonly alike: readonly NamedWorkload[]; readonly warnings: readonly string[] } {
  if (summaries.length === 0) return { counted: chosen, alike: summaries, warnings: [] };
  const agreed = agreedColumns(summaries);
  const warnings: string[] = [];
  const alike = summaries.map((summary) => {
    const projected = projectPart(summary.part, agreed);
    if (projected === undefined)
      throw new InputError(`${summary.name}: its values can't be reduced to the columns that all summaries counted`, {
        hint: "scan the logs together, or all with the same --key",
      });
    if (projected.lost.length > 0)
      warnings.push(`${summary.name}: values of ${projected.lost.join(", ")} are left out: not every summary has counted them`);
    return { ...summary, part: projected.part };
  });
  const known = new Set(summaries.flatMap(({ part }) => [...part.shapes.values()].map(({ shape }) => shape.table)));
  const own = [...chosen].filter(([table]) => !known.has(table));
  return { counted: new Map([...own, ...agreed]), alike, warnings };
}

export const noRecordsLeft = (name: string): InputError =>
  new InputError(`${name}: a workload summary has no records left that could be filtered`, {
    hint: "pass --since, --until, --database, --user and --sample to shardplan scan",
  });
