import type { Design } from "../placement/design.ts";
import { baselineOfAnalysis } from "./baseline-of.ts";
import { round } from "./rounded.ts";
import { isUnknown } from "../analyze/known.ts";
import type { CheckReport, ReportedMeasured } from "./schema-check.ts";
import type { CompareReport } from "./schema-compare.ts";
import type { Report } from "./schema.ts";

type TableSide = NonNullable<CompareReport["tables"][number]["a"]>;
type TemplateSide = NonNullable<CompareReport["templates"][number]["a"]>;

/** One of two documents that are compared, whatever its kind. */
export interface ComparedSide {
  readonly side: CompareReport["a"];
  readonly tables: ReadonlyMap<string, TableSide>;
  readonly cluster: ReadonlyMap<string, ReportedMeasured>;
  readonly tableMeasures: ReadonlyMap<string, ReadonlyMap<string, ReportedMeasured>>;
  readonly templates: ReadonlyMap<string, TemplateSide>;
  /** "hurting": only those that touch more than one shard. */
  readonly lists: "all" | "hurting" | "none";
}

export interface Named {
  readonly name: string;
  readonly digest: string;
}

export function sideOfDesign(design: Design, named: Named): ComparedSide {
  return {
    side: { ...named, kind: "design", target: design.target, shards: design.shards.length },
    tables: new Map(
      [...design.tables].map(([table, given]): [string, TableSide] => [
        table,
        given.kind === "sharded"
          ? { kind: given.kind, shardKey: [...given.shardKey], strategy: given.strategy, colocatedWith: given.colocatedWith ?? null }
          : { kind: given.kind, shardKey: [], strategy: null, colocatedWith: null },
      ]),
    ),
    cluster: new Map(),
    tableMeasures: new Map(),
    templates: new Map(),
    lists: "none",
  };
}

export function sideOfCheck({ design, measures }: CheckReport, named: Named, kind: "check" | "design" = "check"): ComparedSide {
  return {
    side: { ...named, kind, target: design.target, shards: design.shards },
    tables: new Map(design.tables.map(({ table, ...given }) => [table, given])),
    cluster: new Map(Object.entries(measures.cluster)),
    tableMeasures: new Map(measures.tables.map(({ table, measures: own }) => [table, new Map(Object.entries(own))])),
    templates: new Map(
      measures.templates.map(({ template, class: found, because, executions }) => [template, { class: found, because, executions }]),
    ),
    lists: "all",
  };
}

/** Of the report of `analyze` its recommended design. */
export function sideOfAnalysis(report: Report, named: Named): ComparedSide {
  const { designs, hurting } = report;
  const [design] = designs.designs;
  const { cluster } = baselineOfAnalysis(report, named.name);
  return {
    side: { ...named, kind: "analysis", target: null, shards: designs.shards },
    tables: new Map((design?.tables ?? []).map(({ table, ...given }) => [table, given])),
    cluster: new Map(
      [...cluster].map(([name, value]) => [
        name,
        isUnknown(value)
          ? { unknown: value.unknown }
          : { atLeast: round(value.low), atMost: round(value.high), because: value.because ?? null },
      ]),
    ),
    tableMeasures: new Map(),
    templates: new Map(
      hurting.map(({ template, class: found, because, executions }) => [template, { class: found, because, executions }]),
    ),
    lists: "hurting",
  };
}
