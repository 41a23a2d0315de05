import { measures, type MeasureName } from "../advice/budgets/measure.ts";
import { byName } from "../base/order.ts";
import type { ComparedSide } from "./compared-side.ts";
import type { ReportedMeasured } from "./schema-check.ts";
import type { CompareReport } from "./schema-compare.ts";

type TableChange = CompareReport["tables"][number];
type MeasureChange = CompareReport["measures"][number];
type TemplateChange = CompareReport["templates"][number];

/** What is another way in B than in A, and why. */
export function buildCompare(a: ComparedSide, b: ComparedSide, toolVersion: string): CompareReport {
  const tables = tableChanges(a, b);
  return {
    kind: "compare",
    version: 1,
    tool: { name: "shardplan", version: toolVersion },
    seed: 0,
    inputs: [a, b].map(({ side: { name, digest } }) => ({ name, digest })),
    a: a.side,
    b: b.side,
    tables,
    measures: measureChanges(a, b),
    templates: templateChanges(a, b, tables),
    listsAllTemplates: a.lists === "all" && b.lists === "all",
  };
}

const namesOf = (one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): readonly string[] =>
  [...new Set([...one.keys(), ...other.keys()])].sort(byName);

function tableChanges(a: ComparedSide, b: ComparedSide): TableChange[] {
  return namesOf(a.tables, b.tables).flatMap((table): TableChange[] => {
    const before = a.tables.get(table) ?? null;
    const after = b.tables.get(table) ?? null;
    const change = changeOf(before, after);
    return change === undefined ? [] : [{ table, a: before, b: after, change }];
  });
}

function changeOf(before: TableChange["a"], after: TableChange["b"]): string | undefined {
  if (before === null) return `only in B: ${wayOf(after!)}`;
  if (after === null) return `only in A: ${wayOf(before)}`;
  if (before.kind !== after.kind) return `${wayOf(before)} becomes ${wayOf(after)}`;
  const changes = [
    ...(before.shardKey.join() === after.shardKey.join()
      ? []
      : [`shard key ${before.shardKey.join(", ")} becomes ${after.shardKey.join(", ")}`]),
    ...(before.strategy === after.strategy ? [] : [`strategy ${before.strategy} becomes ${after.strategy}`]),
    ...(before.colocatedWith === after.colocatedWith
      ? []
      : [`it followed ${before.colocatedWith ?? "no table"} and follows ${after.colocatedWith ?? "none"}`]),
  ];
  return changes.length === 0 ? undefined : changes.join("; ");
}

function wayOf({ kind, shardKey, strategy }: NonNullable<TableChange["a"]>): string {
  if (kind === "sharded") return `sharded by ${shardKey.join(", ")} (${strategy})`;
  return kind === "reference" ? "copied to every shard" : "unsharded";
}

function measureChanges(a: ComparedSide, b: ComparedSide): MeasureChange[] {
  const changes = comparedMeasures("cluster", null, a.cluster, b.cluster);
  for (const table of namesOf(a.tableMeasures, b.tableMeasures)) {
    const before = a.tableMeasures.get(table);
    const after = b.tableMeasures.get(table);
    if (before === undefined || after === undefined) continue;
    changes.push(...comparedMeasures("table", table, before, after).filter(({ verdict }) => verdict !== "same"));
  }
  return changes;
}

const missing: ReportedMeasured = { unknown: "the document does not have it" };

function comparedMeasures(
  scope: MeasureChange["scope"],
  subject: string | null,
  before: ReadonlyMap<string, ReportedMeasured>,
  after: ReadonlyMap<string, ReportedMeasured>,
): MeasureChange[] {
  return (Object.keys(measures) as MeasureName[]).flatMap((measure): MeasureChange[] => {
    const one = before.get(measure);
    const other = after.get(measure);
    // A measure that no side knows tells nothing.
    if ((one === undefined || "unknown" in one) && (other === undefined || "unknown" in other)) return [];
    const [a, b] = [one ?? missing, other ?? missing];
    return [{ scope, subject, measure, unit: measures[measure].unit, a, b, verdict: verdictOf(measure, a, b) }];
  });
}

/** Values were rounded to six digits. */
const leastDifference = 2e-6;

function verdictOf(measure: MeasureName, a: ReportedMeasured, b: ReportedMeasured): MeasureChange["verdict"] {
  if ("unknown" in a || "unknown" in b) return "unclear";
  const near = (one: number, other: number): boolean => Math.abs(one - other) <= leastDifference * Math.max(1, Math.abs(one));
  if (near(a.atLeast, b.atLeast) && near(a.atMost, b.atMost)) return "same";
  const lower = b.atMost < a.atLeast;
  if (!lower && b.atLeast <= a.atMost) return "unclear";
  return lower === (measures[measure].better === "less") ? "better" : "worse";
}

function templateChanges(a: ComparedSide, b: ComparedSide, tables: readonly TableChange[]): TemplateChange[] {
  if (a.lists === "none" || b.lists === "none") return [];
  const changes = namesOf(a.templates, b.templates).flatMap((template): TemplateChange[] => {
    const before = a.templates.get(template) ?? null;
    const after = b.templates.get(template) ?? null;
    if (before !== null && after !== null) {
      if (before.class === after.class) return [];
      return [{ template, change: "rerouted", a: before, b: after, why: whyRerouted(template, a, b, tables) }];
    }
    return [
      {
        template,
        change: before === null ? "new" : "gone",
        a: before,
        b: after,
        why: before === null ? whyAbsent("A", a, b) : whyAbsent("B", b, a),
      },
    ];
  });
  const weight = ({ a: before, b: after }: TemplateChange): number => Math.max(before?.executions ?? 0, after?.executions ?? 0);
  return changes.sort((x, y) => weight(y) - weight(x) || byName(x.template, y.template));
}

function whyAbsent(absent: "A" | "B", side: ComparedSide, other: ComparedSide): string {
  if (side.lists === "all" && other.lists === "all") return `the log of ${absent} does not have it`;
  return `${absent} does not list it: its log does not have it, or it stays on one shard there`;
}

function whyRerouted(template: string, a: ComparedSide, b: ComparedSide, tables: readonly TableChange[]): string {
  const words = new Set(template.toLowerCase().match(/[\p{L}\p{N}_$]+/gu));
  const touched = tables.filter(({ table }) => words.has(table.toLowerCase()));
  if (touched.length > 0) return touched.map(({ table, change }) => `${table}: ${change}`).join("; ");
  if (a.side.target !== b.side.target) return `${a.side.target ?? "a generic target"} routes otherwise than ${b.side.target ?? "a generic target"}`;
  if (a.side.shards !== b.side.shards) return `${a.side.shards ?? "?"} shards became ${b.side.shards ?? "?"}`;
  return "its tables are the same in both: the schemas differ, or the values of the logs";
}
