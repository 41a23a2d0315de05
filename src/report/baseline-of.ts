import type { Baseline, MeasuredValues } from "../advice/budgets/baseline.ts";
import { exactly, type Measured } from "../advice/budgets/measure.ts";
import type { Known } from "../analyze/known.ts";
import type { Report } from "./schema.ts";
import type { CheckReport, ReportedMeasured } from "./schema-check.ts";

/** What an earlier `check --json` says, to hold a new one against. */
export function baselineOfCheck({ measures }: CheckReport, file: string): Baseline {
  return {
    file,
    cluster: valuesOf(measures.cluster),
    tables: new Map(measures.tables.map(({ table, measures: own }) => [table, valuesOf(own)])),
    templates: new Map(measures.templates.map(({ template, measures: own }) => [template, valuesOf(own)])),
    evidence: valuesOf(measures.evidence),
    listsAllTemplates: true,
  };
}

/** What an earlier `analyze --json` says of its recommended design: of templates only those that touch several shards. */
export function baselineOfAnalysis({ designs, hurting }: Report, file: string): Baseline {
  const [design] = designs.designs;
  const cluster = new Map<string, Known<Measured>>();
  if (design !== undefined) {
    const { statements, transactions } = design;
    const by = statements.byExecutions;
    const unknown = by.percentageOfUnknown;
    const share = (percentage: number): Known<Measured> => ({
      low: percentage / 100,
      high: Math.min(1, (percentage + unknown) / 100),
      because: unknown > 0 ? "of some statements it is not known where they go" : undefined,
    });
    cluster.set("singleShardShare", share(by.percentageOfOneShard));
    cluster.set("multiShardShare", share(by.percentageOfSeveralShards));
    cluster.set("scatterShare", share(by.percentageOfEveryShard));
    cluster.set("crossShardJoinShare", share(by.percentageOfCrossShardJoins));
    cluster.set("referenceWriteShare", share(by.percentageOfReferenceWrites));
    cluster.set("unknownShare", exactly(unknown / 100));
    cluster.set(
      "scaleOutFactor",
      design.scaleOutFactorIsUpperBound
        ? { low: 0, high: design.scaleOutFactor, because: "it is an upper bound" }
        : exactly(design.scaleOutFactor),
    );
    for (const [name, kind] of [["crossShardReadTransactionShare", "reading"], ["crossShardWriteTransactionShare", "writing"]] as const)
      cluster.set(
        name,
        "unknown" in transactions
          ? { unknown: transactions.unknown }
          : {
              low: transactions[kind].percentageOfCrossShard / 100,
              high: Math.min(1, (transactions[kind].percentageOfCrossShard + transactions[kind].percentageOfUnknown) / 100),
              because: undefined,
            },
      );
  }
  return {
    file,
    cluster,
    tables: new Map(),
    templates: new Map(hurting.map(({ template }) => [template, new Map()])),
    evidence: new Map(),
    listsAllTemplates: false,
  };
}

function valuesOf(measures: Readonly<Record<string, ReportedMeasured>>): MeasuredValues {
  return new Map(
    Object.entries(measures).map(([name, value]) => [
      name,
      "unknown" in value ? { unknown: value.unknown } : { low: value.atLeast, high: value.atMost, because: value.because ?? undefined },
    ]),
  );
}
