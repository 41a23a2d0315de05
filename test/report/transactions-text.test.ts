import { expect, test } from "vitest";
import type { Report } from "../../src/report/schema.ts";
import { transactionsText } from "../../src/report/transactions-text.ts";
import { reportOf, shop } from "./sample-report.ts";

const report = reportOf(shop);

/** The report with so many transactions, of which this share crosses. */
function withCrossing(transactions: number, crossShardShare: number, crossShardShareAtMost: number): Report {
  const fate = {
    transactions,
    crossShardShare,
    crossShardShareAtMost,
    standardError: 0,
    unknownShare: 0,
    meanParticipants: 1,
    maxParticipants: 1,
    participantsDistribution: [1, 0, 0, 0],
  };
  const result = { all: fate, reading: fate, writing: fate, rolledBack: fate, lostShards: 0, executionCost: 0 };
  const byShardCount = [{ shards: report.options.rankedAt, result }];
  return { ...report, transactions: { ...report.transactions, groupedBy: "ids", byShardCount } };
}

const said = (report: Report): string => transactionsText(report).join(" ");

// O80's bound: nought of 300 is at most 1.26 %.
test("few transactions of which none crosses say what the traffic may have", () => {
  expect(said(withCrossing(300, 0, 0.0126))).toContain(
    "In the traffic that they are a sample of it may be 1.3 % (at 95 %); 18,445 transactions tell any share to a percentage point.",
  );
});

test("many transactions, or a share that is well known, need no bound", () => {
  expect(said(withCrossing(18_445, 0, 0.0002))).not.toContain("sample of");
  expect(said(withCrossing(7000, 0.048, 0.053))).not.toContain("sample of");
});
