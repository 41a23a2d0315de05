import { createInterface } from "node:readline";
import { z } from "zod";
import { InputError } from "../../base/input-error.ts";
import type { Design } from "../../placement/design.ts";
import { parseDesign } from "../../placement/design-file.ts";
import { jsonText } from "../../report/json-text.ts";
import { plainText } from "../../report/plain-text.ts";
import { explainCommand, explainStatement, type Explanation } from "../../routing/explain.ts";
import { routingContext, type RoutingContext } from "../../routing/context.ts";
import { detectDialect } from "../../sql/detect-dialect.ts";
import { loadParser } from "../parser-loading.ts";
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
export async function runExplain(
  statements: readonly string[],
  flags: ExplainFlags,
  around: Surroundings,
): Promise<void> {
  checkStatements(statements);
  const design = parseDesign(readTextFile(flags.design, "design"), flags.design);
  const { schema, dialect: schemaDialect, warnings } = readSchemaOption(flags.schema, flags.dialect);
  for (const warning of warnings) around.stderr(`warning: ${plainText(warning)}\n`);
  const context = routingContext(design, schema);
  if (context.guessed.size > 0) around.stderr(`warning: ${guessedTypes([...context.guessed])}\n`);
  const dialectFor = (sql: string): Dialect => flags.dialect ?? dialectOf(sql, schemaDialect, design);
  if (statements[0] === "-") {
    await explainLines(context, dialectFor, around);
    return;
  }
  const answers: string[] = [];
  for (const sql of statements) {
    const dialect = dialectFor(sql);
    await loadParser(dialect);
    const explanation = explainStatement({ sql, dialect }, context);
    answers.push(
      flags.json
        ? `${jsonText({ sql, ...answerOf(explanation, design) })}\n`
        : explanationText(sql, explanation, design),
    );
  }
  // All or nothing: a statement that is none leaves no half of an answer.
  around.stdout(answers.join(flags.json ? "" : "\n"));
}

/** What needs no reading: whether the words of the command line are statements. */
function checkStatements(statements: readonly string[]): void {
  if (statements.includes("-") && statements.length > 1) {
    throw new InputError("-: it stands for all statements, and more were given", {
      hint: "pass either - or statements",
    });
  }
  const empty = statements.findIndex((sql) => sql.trim() === "");
  if (empty === -1) return;
  const which = statements.length === 1 ? "the statement" : `statement ${empty + 1} of ${statements.length}`;
  throw new InputError(`${which} is empty`, { hint: 'pass SQL, such as "SELECT * FROM orders WHERE customer_id = 7"' });
}

function guessedTypes(tables: readonly string[]): string {
  const few = tables.length <= 3 ? tables : [...tables.slice(0, 3), `${tables.length - 3} more`];
  const names = few.length === 1 ? few[0] : `${few.slice(0, -1).join(", ")} and ${few.at(-1)}`;
  const are = tables.length === 1 ? "the type of the shard key of" : "the types of the shard keys of";
  const unknown =
    tables.length === 1 ? "is not known and taken for a 64-bit integer" : "are not known and taken for 64-bit integers";
  return plainText(`${are} ${names} ${unknown}; pass --schema, or type: in the design`);
}

/** What the target speaks decides where neither the statement nor the schema does. */
function dialectOf(sql: string, schemaDialect: Dialect | undefined, design: Design): Dialect {
  const detected = detectDialect([sql]);
  if (detected.certain) return detected.dialect;
  return schemaDialect ?? (design.target === "vitess" || design.target === "mysql" ? "mysql" : detected.dialect);
}

// JSON.parse has already rounded larger integers: somebody else's order would be explained.
const safeNumber = z
  .number()
  .refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), "pass integers beyond 2^53 as strings");
const parameter = z.union([z.string(), safeNumber, z.boolean(), z.null()]);
const name = z.union([z.string(), z.number()], "pass a string or a number").optional();
const statementSchema = z.looseObject({
  sql: z.string("pass the statement as a string").refine((sql) => sql.trim() !== "", "the statement is empty"),
  id: name,
  dialect: z
    .enum(["postgres", "postgresql", "mysql", "mariadb"], 'pass "postgres" or "mysql"')
    .transform((name): Dialect => (name.startsWith("postgres") ? "postgres" : "mysql"))
    .optional(),
  /** A list for `$1` and `?`, an object for `:name` and `@name`. */
  parameters: z
    .union(
      [z.array(parameter), z.record(z.string(), parameter)],
      "pass strings, numbers, booleans or nulls, as a list or by name",
    )
    .optional(),
});

/** A command as MongoDB's drivers and logs write it: {"find": "orders", "filter": {...}}. */
const commandSchema = z.looseObject({
  id: name,
  command: z.record(z.string(), z.unknown(), "pass the command as an object"),
});

async function explainLines(
  context: RoutingContext,
  dialectFor: (sql: string) => Dialect,
  around: Surroundings,
): Promise<void> {
  let line = 0;
  let asked = 0;
  let answered = 0;
  for await (const text of createInterface({ input: around.stdin, crlfDelay: Infinity })) {
    line++;
    if (text.trim() === "") continue;
    asked++;
    const answer = await answerLine(text, line, context, dialectFor);
    if (!("error" in answer)) answered++;
    around.stdout(`${jsonText(answer)}\n`);
  }
  const hint = 'pass objects such as {"id": 1, "sql": "SELECT 1"}';
  if (asked === 0) throw new InputError("stdin: no line to explain", { hint, exitCode: 3 });
  if (answered === 0)
    throw new InputError(`stdin: no usable statement in ${asked === 1 ? "its line" : `any of ${asked} lines`}`, {
      hint,
      exitCode: 3,
    });
}

/** A line that can't be read is answered in its place, so that answers and questions stay in step. */
async function answerLine(
  text: string,
  line: number,
  context: RoutingContext,
  dialectFor: (sql: string) => Dialect,
): Promise<object> {
  const refusal = (reason: string, named: object = {}) => ({
    ...named,
    line,
    class: "unknown",
    because: "unparsed",
    shards: "not-logged",
    error: `stdin:${line}: ${reason}`,
  });
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return refusal("this is no JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refusal('this is no object such as {"sql": "SELECT 1"}');
  if ("command" in value && !("sql" in value)) return answerCommand(value, context, refusal);
  const request = statementSchema.safeParse(value);
  // The id is given back whatever else is wrong: it is how the asker tells the answers apart.
  const { id, sql } = request.success ? request.data : (value as { id?: unknown; sql?: unknown });
  const named = {
    ...(typeof id === "string" || typeof id === "number" ? { id } : {}),
    ...(typeof sql === "string" ? { sql } : {}),
  };
  if (!request.success) {
    const issue = request.error.issues[0]!;
    return refusal(`${issue.path.join(".")}: ${issue.message}`, named);
  }
  const dialect = request.data.dialect ?? dialectFor(request.data.sql);
  await loadParser(dialect);
  const values = request.data.parameters;
  const parameters = Array.isArray(values) ? values.map(literalOf) : undefined;
  const byName = new Map(
    Array.isArray(values)
      ? []
      : Object.entries(values ?? {}).map(([name, value]) => [name.replace(/^[:@]/, ""), literalOf(value)]),
  );
  try {
    return {
      ...named,
      ...answerOf(
        explainStatement({ sql: request.data.sql, dialect, parameters, named: byName }, context),
        context.design,
      ),
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return refusal(error.message, named);
  }
}

function answerCommand(
  value: object,
  context: RoutingContext,
  refusal: (reason: string, named?: object) => object,
): object {
  const request = commandSchema.safeParse(value);
  if (!request.success)
    return refusal(`${request.error.issues[0]!.path.join(".")}: ${request.error.issues[0]!.message}`);
  const { id, command } = request.data;
  const named = id === undefined ? {} : { id };
  try {
    return { ...named, ...answerOf(explainCommand(command, context), context.design) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return refusal(error.message, named);
  }
}

const literalOf = (value: string | number | boolean | null): Literal => {
  if (value === null) return { kind: "null" };
  return { kind: typeof value === "number" ? "number" : "string", text: String(value) };
};

/** Shards as the design has them: numbers from 0 where it gives a count, names where it names them. */
function answerOf({ shards, tables, ...explanation }: Explanation, design: Design): object {
  const numbered = design.shards.every((name, index) => name === String(index));
  return {
    ...explanation,
    shards: typeof shards === "string" || numbered ? shards : shards.map((shard) => design.shards[shard]),
    tables,
  };
}

function explanationText(sql: string, explanation: Explanation, design: Design): string {
  const lines = [
    plainText(sql),
    `  ${explanation.class}: ${plainText(explanation.why)}`,
    `  shards: ${plainText(whereText(explanation, design))}`,
  ];
  return `${lines.join("\n")}\n`;
}

function whereText({ class: routeClass, shards, note }: Explanation, design: Design): string {
  if (shards === "not-placeable") return `can't be placed${note === undefined ? "" : `: ${note}`}`;
  if (shards === "not-logged") return routeClass === "unknown" ? "not known" : "not known without the values";
  return `${shards.map((shard) => design.shards[shard]).join(", ") || "none"} (of ${design.shards.length})`;
}
