import { InputError } from "../../base/input-error.ts";
import { sharedJson } from "../../base/shared-json.ts";
import type { Schema, TableDefinition } from "../../sql/schema.ts";
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
  checkAnonymized(summaries, withLogs);
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

/** Stand-ins of one key mean nothing beside those of another, or beside what is as it was logged. */
function checkAnonymized(summaries: readonly NamedWorkload[], withLogs: boolean): void {
  const first = summaries.find(({ anonymized }) => anonymized !== undefined);
  if (first === undefined) return;
  const other = summaries.find(({ anonymized }) => anonymized !== first.anonymized);
  if (withLogs || other !== undefined)
    throw new InputError(
      `${first.name}: it is anonymised, and ${other === undefined ? "the logs beside it are" : `${other.name} is`} not, or with another key`,
      { hint: "scan all logs with the same --anonymize-key" },
    );
  const thinned = summaries.find(({ part }) => [...part.shapes.values()].some(({ counter }) => counter.keptShare < 1));
  if (summaries.length > 1 && thinned !== undefined)
    throw new InputError(`${thinned.name}: it has only a share of its values, which can't be put together with others once anonymised`, {
      hint: "merge first, then anonymise: shardplan merge ... --anonymize",
    });
}

/** The given schema, and beside it what the summaries were made with. */
export function schemaWith(given: Schema, summaries: readonly StoredWorkload[]): Schema {
  const tables = new Map<string, TableDefinition>();
  for (const { schema } of summaries)
    for (const [name, table] of schema.tables) {
      const known = tables.get(name);
      const bothInferred = known?.provenance === "inferred" && table.provenance === "inferred";
      if (known?.provenance === "declared" && table.provenance === "inferred") continue;
      tables.set(name, bothInferred ? inferredTogether(known, table) : table);
    }
  return { tables: new Map([...tables, ...given.tables]) };
}

/** What two logs show of a table: columns of either, and keys of which neither shows the contrary. */
function inferredTogether(one: TableDefinition, other: TableDefinition): TableDefinition {
  const key = (columns: readonly string[] | undefined): string => JSON.stringify(columns);
  const unique = new Set(other.uniqueKeys.map(key));
  const references = new Map([...one.foreignKeys, ...other.foreignKeys].map((foreign) => [JSON.stringify(foreign), foreign]));
  return {
    ...one,
    columns: new Map([...other.columns, ...one.columns]),
    primaryKey: key(one.primaryKey) === key(other.primaryKey) ? one.primaryKey : undefined,
    uniqueKeys: one.uniqueKeys.filter((columns) => unique.has(key(columns))),
    foreignKeys: [...references.values()],
  };
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
