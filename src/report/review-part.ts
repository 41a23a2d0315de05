import type { Analysis } from "../analyze/analyze.ts";
import { isUnknown } from "../analyze/known.ts";
import type { LoadWindow } from "../workload/load-windows.ts";
import type { TemplateUse, Workload } from "../workload/workload.ts";
import { known, round } from "./rounded.ts";
import type { ReportReview } from "./review-schema.ts";

/** Templates that are listed, at most; the others are summed. */
const templatesListed = 2000;
/** Windows of the load over time, at most. */
const windowsShown = 120;

/** What a review of the recommended design looks at: see `reviewSchema`. */
export function reviewPart(workload: Workload, analysis: Analysis): ReportReview {
  return {
    loadOverTime: loadOverTime(workload, analysis.work === "time"),
    shardLoadOverTime: known(analysis.shardLoad, ({ shardCount, fromMicros, windowMicros, tables, leftOut, shares }) => ({
      shards: shardCount,
      from: isoTime(fromMicros),
      windowSeconds: round(windowMicros / 1e6),
      tables: [...tables],
      leftOut: leftOut.map((table) => ({ ...table })),
      shares: shares.map((byShard) => byShard.map(round)),
    })),
    keyFrequency: analysis.keyFrequencies.map(({ table, key, frequency }) => ({
      table,
      key: [...key],
      ranks: known(frequency, ({ ranks }) => ranks.map(({ rank, share }) => ({ rank, share: round(share) }))),
      sampled: !isUnknown(frequency) && frequency.sampled,
    })),
    ...templatesPart(analysis),
    coAccess: analysis.coAccess.map(({ tables, crossShardTransactions, ...counts }) => ({
      tables: [...tables],
      ...counts,
      crossShardStatements: round(counts.crossShardStatements),
      crossShardTransactions: known(crossShardTransactions, round),
    })),
  };
}

function loadOverTime({ load, span }: Workload, timed: boolean): ReportReview["loadOverTime"] {
  const found = load.windows();
  if (span === undefined || found.length === 0) return { unknown: "the log has no times" };
  // Neighbours are added up, by powers of two as the windows themselves are.
  let width = load.widthSeconds * 1e6;
  while ((span.toMicros - span.fromMicros) / width > windowsShown) width *= 2;
  const sums = new Map<number, { -readonly [Field in keyof LoadWindow]: number }>();
  for (const window of found) {
    const fromMicros = Math.floor(window.fromMicros / width) * width;
    const sum = sums.get(fromMicros) ?? { fromMicros, reads: 0, writes: 0, readMicros: 0, writeMicros: 0 };
    sums.set(fromMicros, {
      fromMicros,
      reads: sum.reads + window.reads,
      writes: sum.writes + window.writes,
      readMicros: sum.readMicros + window.readMicros,
      writeMicros: sum.writeMicros + window.writeMicros,
    });
  }
  return {
    windowSeconds: round(width / 1e6),
    windows: [...sums.values()].map(({ fromMicros, reads, writes, readMicros, writeMicros }) => {
      // The log begins and ends within a window: what it covers of the window counts.
      const from = Math.max(fromMicros, span.fromMicros);
      const seconds = Math.max(1, (Math.min(fromMicros + width, span.toMicros) - from) / 1e6);
      return {
        from: isoTime(from),
        readsPerSecond: round(reads / seconds),
        writesPerSecond: round(writes / seconds),
        readErlangs: timed ? round(readMicros / 1e6 / seconds) : null,
        writeErlangs: timed ? round(writeMicros / 1e6 / seconds) : null,
      };
    }),
  };
}

function templatesPart({ templates, work }: Analysis): Pick<ReportReview, "templates" | "otherTemplates"> {
  const amount = (use: TemplateUse): number => (work === "time" ? use.timeMicros : use.executions);
  const total = templates.reduce((sum, { use }) => sum + amount(use), 0);
  const shareOf = (amounts: number): number => (total === 0 ? 0 : round(amounts / total));
  const others = templates.slice(templatesListed);
  return {
    templates: templates.slice(0, templatesListed).map(({ use, class: routed, because, table, counts }) => ({
      template: use.template.text,
      class: routed,
      because,
      table: table ?? null,
      executions: use.executions,
      timeMs: round(use.timeMicros / 1000),
      share: shareOf(amount(use)),
      oneShard: round(counts.oneShard),
      severalShards: round(counts.severalShards),
      everyShard: round(counts.everyShard),
      crossShardJoin: round(counts.crossShardJoin),
      referenceWrite: round(counts.referenceWrite),
      unknown: round(counts.unknown),
    })),
    otherTemplates: {
      count: others.length,
      executions: others.reduce((sum, { use }) => sum + use.executions, 0),
      share: shareOf(others.reduce((sum, { use }) => sum + amount(use), 0)),
    },
  };
}

/** UTC, to the millisecond. */
function isoTime(micros: number): string {
  return new Date(Math.floor(micros / 1000)).toISOString();
}
