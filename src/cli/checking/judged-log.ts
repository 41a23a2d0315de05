import { evaluateDesign, type DesignEvaluation } from "../../analyze/designs/evaluate-design.ts";
import type { Design, TableDesign } from "../../placement/design.ts";
import type { Schema } from "../../sql/schema.ts";
import { inferSchema } from "../../workload/inferred-schema.ts";
import type { Workload } from "../../workload/workload.ts";
import { recordFilterOf } from "../filter-options.ts";
import type { Input } from "../inputs.ts";
import { type ReadingFlags, readerOptionsOf } from "../reading-options.ts";
import { scan } from "../scan.ts";
import { readSchemaOption } from "../schema-option.ts";
import type { Surroundings } from "../surroundings.ts";
import type { KnownLine } from "../workload-file/workload-file.ts";

export interface JudgingFlags extends ReadingFlags {
  readonly schema?: string;
}

export interface JudgedLog {
  readonly workload: Workload;
  readonly inputs: readonly (Input | undefined)[];
  readonly lines: readonly KnownLine[];
  /** One for each of the designs. */
  readonly evaluations: readonly DesignEvaluation[];
  readonly warnings: readonly string[];
}

/** Reads the logs once and judges designs over them. */
export async function judgeLog(
  logs: readonly string[],
  designs: readonly Design[],
  flags: JudgingFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<JudgedLog> {
  const { schema: given, dialect, warnings } = readSchemaOption(flags.schema, flags.dialect);
  const { workload, inputs, lines, schema, warnings: more } = await scan(
    logs,
    {
      reader: readerOptionsOf(flags, headerGiven),
      filter: recordFilterOf(flags),
      dialect: flags.dialect,
      schemaDialect: dialect,
      schema: given,
      workers: flags.workers,
      named: designs.flatMap(({ tables }) =>
        [...tables].flatMap(([table, given]) => (given.kind === "sharded" ? [{ table, columns: given.shardKey }] : [])),
      ),
    },
    around,
  );
  const whole = inferSchema(workload, schema);
  const evaluations = designs.map((design) => evaluateDesign(workload, whole, inLogNames(design, whole)));
  return {
    workload,
    inputs,
    lines,
    evaluations,
    warnings: [...warnings, ...more, ...workload.inputs.flatMap((input) => input.warnings)],
  };
}

/** Design files have names in lower case, MongoDB's logs as they are: `customerid` is the log's `customerId`. */
function inLogNames(design: Design, { tables }: Schema): Design {
  const named = [...design.tables].map(([name, given]): [string, TableDesign] => {
    const found = alike(name, tables.keys());
    if (given.kind !== "sharded") return [found, given];
    const columns = [...(tables.get(found)?.columns.keys() ?? [])];
    const shardKey = given.shardKey.map((column) => alike(column, columns));
    const leader = given.colocatedWith === undefined ? undefined : alike(given.colocatedWith, tables.keys());
    return [found, { ...given, shardKey, colocatedWith: leader }];
  });
  return { ...design, tables: new Map(named) };
}

function alike(name: string, names: Iterable<string>): string {
  const found = [...names].filter((other) => other === name || other.toLowerCase() === name);
  return found.includes(name) || found.length !== 1 ? name : found[0]!;
}
