import { createInterface } from "node:readline";
import { z } from "zod";
import { InputError } from "../../base/input-error.ts";
import type { Design } from "../../placement/design.ts";
import { parseDesign } from "../../placement/design-file.ts";
import { explainStatement, type Explanation } from "../../routing/explain.ts";
import { routingContext, type RoutingContext } from "../../routing/context.ts";
import { detectDialect } from "../../sql/detect-dialect.ts";
import { loadGrammar } from "../../sql/parse.ts";
import type { Dialect, Literal } from "../../sql/template.ts";
import { readTextFile } from "../files.ts";
import { readSchemaOption } from "../schema-option.ts";
import type { Surroundings } from "../surroundings.ts";

export interface ExplainFlags {
  readonly design: string;
  readonly schema?: string;
  readonly dialect?: Dialect;
  readonly json?: true;
}

/** Explains statements of the command line, or JSON lines of stdin. */
export async function runExplain(statements: readonly string[], flags: ExplainFlags, around: Surroundings): Promise<void> {
  const design = parseDesign(readTextFile(flags.design, "design"), flags.design);
  const { schema, dialect: schemaDialect, warnings } = readSchemaOption(flags.schema, flags.dialect);
  for (const warning of warnings) around.stderr(`warning: ${warning}\n`);
  const context = routingContext(design, schema);
  for (const table of context.guessed) {
    around.stderr(`warning: the type of ${table}'s shard key is not known and taken for a 64-bit integer; pass --schema, or type: in the design\n`);
  }
  const dialectFor = (sql: string): Dialect => flags.dialect ?? dialectOf(sql, schemaDialect, design);
  if (statements.length === 1 && statements[0] === "-") {
    await explainLines(context, dialectFor, around);
    return;
  }
  for (const sql of statements) {
    const dialect = dialectFor(sql);
    await loadGrammar(dialect);
    const explanation = explainStatement({ sql, dialect }, context);
    around.stdout(flags.json ? `${JSON.stringify({ sql, ...answerOf(explanation, design) })}\n` : explanationText(sql, explanation, design));
  }
}

/** What the target speaks decides where neither the statement nor the schema does. */
function dialectOf(sql: string, schemaDialect: Dialect | undefined, design: Design): Dialect {
  const detected = detectDialect([sql]);
  if (detected.certain) return detected.dialect;
  return schemaDialect ?? (design.target === "vitess" || design.target === "mysql" ? "mysql" : detected.dialect);
}

// JSON.parse has already rounded larger integers: somebody else's order would be explained.
const safeNumber = z.number().refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), "pass integers beyond 2^53 as strings");
const parameter = z.union([z.string(), safeNumber, z.boolean(), z.null()]);
const requestSchema = z.looseObject({
  sql: z.string(),
  id: z.union([z.string(), z.number()]).optional(),
  dialect: z.enum(["postgres", "mysql"]).optional(),
  parameters: z.array(parameter).optional(),
});

async function explainLines(context: RoutingContext, dialectFor: (sql: string) => Dialect, around: Surroundings): Promise<void> {
  let line = 0;
  for await (const text of createInterface({ input: around.stdin, crlfDelay: Infinity })) {
    line++;
    if (text.trim() === "") continue;
    around.stdout(`${JSON.stringify(await answerLine(text, line, context, dialectFor))}\n`);
  }
  if (line === 0) throw new InputError("stdin: no line to explain", { hint: 'pass objects such as {"id": 1, "sql": "SELECT 1"}', exitCode: 3 });
}

/** A line that can't be read is answered in its place, so that answers and questions stay in step. */
async function answerLine(text: string, line: number, context: RoutingContext, dialectFor: (sql: string) => Dialect): Promise<object> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { line, class: "unknown", because: "unparsed", shards: "not-logged", error: `stdin:${line}: this is no JSON` };
  }
  const request = requestSchema.safeParse(value);
  if (!request.success) {
    const issue = request.error.issues[0]!;
    return { line, class: "unknown", because: "unparsed", shards: "not-logged", error: `stdin:${line}: ${issue.path.join(".") || "the line"}: ${issue.message}` };
  }
  const { sql, id, parameters } = request.data;
  const dialect = request.data.dialect ?? dialectFor(sql);
  await loadGrammar(dialect);
  const named = id === undefined ? { sql } : { id, sql };
  try {
    return { ...named, ...answerOf(explainStatement({ sql, dialect, parameters: parameters?.map(literalOf) }, context), context.design) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { ...named, class: "unknown", because: "unparsed", shards: "not-logged", error: error.message };
  }
}

const literalOf = (value: string | number | boolean | null): Literal => {
  if (value === null) return { kind: "null" };
  return { kind: typeof value === "number" ? "number" : "string", text: String(value) };
};

/** Shards as the design has them: numbers from 0 where it gives a count, names where it names them. */
function answerOf({ shards, tables, ...explanation }: Explanation, design: Design): object {
  const numbered = design.shards.every((name, index) => name === String(index));
  return { ...explanation, shards: typeof shards === "string" || numbered ? shards : shards.map((shard) => design.shards[shard]), tables };
}

function explanationText(sql: string, { class: routeClass, why, shards, note }: Explanation, design: Design): string {
  const where = shards === "not-logged"
    ? "not known without the values"
    : shards === "not-placeable"
      ? `can't be placed${note === undefined ? "" : `: ${note}`}`
      : `${shards.map((shard) => design.shards[shard]).join(", ") || "none"} (of ${design.shards.length})`;
  return `${sql.trim()}\n  ${routeClass}: ${why}\n  shards: ${where}\n`;
}
