import { z } from "zod";
import { nearest } from "../../analyze/nearest-name.ts";
import { type DesignSource as FileSource, readDesignSource as readFileSource, type SourcePath } from "../../placement/design-source.ts";
import type { Budget, Budgets, BudgetSubject } from "./budget.ts";
import { measureNamesOf, measures, type MeasureName, type Scope } from "./measure.ts";

const bound = z.union([z.number(), z.string().regex(/^\d+(\.\d+)?\s*%$/)]);
const limit = z.union([bound, z.strictObject({ min: bound.optional(), max: bound.optional() })]);

function limitsOf(scope: Scope) {
  return z.strictObject(Object.fromEntries(measureNamesOf(scope).map((name) => [name, limit.optional()])));
}

const budgetsShape = z.strictObject({
  version: z.literal(1),
  weightedBy: z.enum(["executions", "time"]).default("executions"),
  cluster: limitsOf("cluster").optional(),
  tables: z.record(z.string().min(1), limitsOf("table")).optional(),
  templates: z.record(z.string().min(1), limitsOf("template")).optional(),
  evidence: z.record(z.string().min(1), limit).optional(),
});

type Limit = z.infer<typeof limit>;
const sections = ["cluster", "tables", "templates", "evidence"] as const;

/**
 * Reads a budgets file, YAML or JSON. `origin` is the file's name, for messages.
 *
 * ```yaml
 * version: 1
 * weightedBy: executions           # or time: how statements are counted in shares of them
 * cluster:                         # the whole workload
 *   scatterShare: 5%               # a bare number is the most that is allowed, of a measure where less is better
 *   scaleOutFactor: { min: 3.5 }   # min and max are allowed themselves
 * tables:
 *   orders: { hottestKeyShare: 0.02, worstShardOverMean: 1.2 }
 *   "*":    { unknownShare: 0 }    # every table; what a table itself says comes first
 * templates:
 *   "SELECT * FROM orders WHERE status = ?": { scatterShare: 100% }
 *   "*": { scatterShare: 0 }       # the first pattern that fits a template and has the measure decides
 * evidence:                        # measures of other commands' JSON, passed with --evidence
 *   latency.p99: 50
 *   reshard.rowsMovedShare: 30%
 * ```
 *
 * Throws InputError with file, line and column for an unknown name, a bound that is none, or a file without budgets.
 */
export function parseBudgets(text: string, origin: string): Budgets {
  const source = readFileSource(text, origin, {
    kind: "budgets",
    digits: false,
    beginning: 'begin with "version: 1" and "cluster:", such as "cluster: { scatterShare: 5% }"',
  });
  const file = shapeOf(source);
  const budgets = [
    ...Object.entries(file.cluster ?? {}).map(([measure, given]) =>
      budgetOf(source, ["cluster", measure], { scope: "cluster", measure: measure as MeasureName }, given!),
    ),
    ...ofNamed(source, "tables", file.tables, (name, measure) => ({ scope: "table", measure, table: name === "*" ? name : name.toLowerCase() })),
    ...ofNamed(source, "templates", file.templates, (template, measure) => ({ scope: "template", measure, template })),
    ...Object.entries(file.evidence ?? {}).map(([measure, given]) =>
      budgetOf(source, ["evidence", measure], { scope: "evidence", measure }, given),
    ),
  ];
  if (budgets.length === 0)
    source.fail([], "there is no budget in it", `give one in ${sections.join(", ")}, such as "cluster: { scatterShare: 5% }"`);
  return { file: origin, weighting: file.weightedBy, budgets };
}

function ofNamed(
  source: FileSource,
  section: "tables" | "templates",
  named: Readonly<Record<string, Readonly<Record<string, Limit | undefined>>>> | undefined,
  subjectOf: (name: string, measure: MeasureName) => BudgetSubject,
): readonly Budget[] {
  return Object.entries(named ?? {}).flatMap(([name, limits]) =>
    Object.entries(limits).map(([measure, given]) =>
      budgetOf(source, [section, name, measure], subjectOf(name, measure as MeasureName), given!),
    ),
  );
}

function budgetOf(source: FileSource, path: SourcePath, on: BudgetSubject, given: Limit): Budget {
  const place = source.placeOf(path);
  if (typeof given !== "object") {
    const value = numberOf(given);
    const atLeast = on.scope !== "evidence" && measures[on.measure].better === "more";
    return checked({ on, place, min: atLeast ? value : undefined, max: atLeast ? undefined : value });
  }
  const { min, max } = given;
  if (min === undefined && max === undefined)
    return source.fail(path, `"${path.at(-1)!}" has no bound`, 'give "{ max: 5% }", "{ min: 2 }" or a number');
  return checked({ on, place, min: min === undefined ? min : numberOf(min), max: max === undefined ? max : numberOf(max) });

  function checked(budget: Budget): Budget {
    if (budget.min !== undefined && budget.max !== undefined && budget.min > budget.max)
      source.fail(path, `"${path.at(-1)!}": the least, ${budget.min}, is above the most, ${budget.max}`, "swap them");
    if (on.scope === "evidence" || measures[on.measure].unit !== "share") return budget;
    const outside = [budget.min, budget.max].find((value) => value !== undefined && (value < 0 || value > 1));
    if (outside !== undefined)
      source.fail(path, `"${path.at(-1)!}" is a share, so ${outside} is none`, "give 0 to 1, or percent such as 5%");
    return budget;
  }
}

const numberOf = (value: number | string): number =>
  typeof value === "number" ? value : Number((Number.parseFloat(value) / 100).toPrecision(15));

function shapeOf(source: FileSource): z.infer<typeof budgetsShape> {
  const result = budgetsShape.safeParse(source.value);
  if (result.success) return result.data;
  const { issues } = result.error;
  // A misspelt name explains what seems to be missing, so it is told first.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  const path = issue.path.filter((step) => typeof step !== "symbol");
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    const names = path.length === 0 ? Object.keys(budgetsShape.shape) : namesAt(path);
    const what = path.length === 0 ? "keys here" : names.includes("max") ? "bounds" : `measures of ${String(path[0])}`;
    return source.fail([...path, key], `unknown name "${key}"`, nearest(key, names, what), "key");
  }
  const name = path.length === 0 ? "the file" : `"${path.at(-1)!}"`;
  if (!source.has(path)) return source.fail(path, `${name} is missing`, hintOf(path));
  return source.fail(path, `${name}: ${complaint(issue)}`, hintOf(path));
}

function complaint(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return `expected ${issue.values.map(String).join(" or ")}`;
  return issue.code === "invalid_type" && issue.expected !== "number" ? "expected names with their values" : "it is no bound";
}

function namesAt(path: SourcePath): readonly string[] {
  const depth = path[0] === "cluster" || path[0] === "evidence" ? 1 : 2;
  if (path.length > depth) return ["min", "max"];
  return measureNamesOf(path[0] === "tables" ? "table" : path[0] === "templates" ? "template" : "cluster");
}

function hintOf(path: SourcePath): string {
  const [first] = path;
  if (first === "version") return 'write "version: 1"';
  if (first === "weightedBy") return "count statements by executions or by time";
  if (first === undefined) return 'begin with "version: 1" and "cluster:"';
  if (path.length >= 2) return "give a number, percent such as 5%, or { min: ..., max: ... }";
  return `give names with their budgets, such as "${first}: { ${first === "cluster" ? "scatterShare: 5%" : first === "evidence" ? "latency.p99: 50" : "orders: { scatterShare: 5% }"} }"`;
}
