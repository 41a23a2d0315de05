import { ladderOf } from "../../src/advice/ladder.ts";
import { recommend } from "../../src/advice/recommend.ts";
import { analyze } from "../../src/analyze/analyze.ts";
import { buildReport } from "../../src/report/build-report.ts";
import type { Report } from "../../src/report/schema.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import type { Workload } from "../../src/workload/workload.ts";
import { handMadeWorkload, type Statements } from "../analyze/hand-made-workload.ts";

export const shop: readonly Statements[] = [
  {
    shape: "read orders customer_id=",
    count: 3000,
    values: (nth) => [nth % 9 === 0 ? 42 : (nth * 7919) % 997],
    ms: 1.2,
    text: "SELECT * FROM orders WHERE customer_id = ?",
  },
  {
    shape: "insert orders id= customer_id=",
    count: 1000,
    values: (nth) => [nth, (nth * 7919) % 997],
    text: "INSERT INTO orders (id, customer_id) VALUES (?, ?)",
  },
  { shape: "read orders id=", count: 500, values: (nth) => [nth], text: "SELECT * FROM orders WHERE id = ?" },
  {
    shape: "read customers email=",
    count: 400,
    values: (nth) => [`customer-${nth}@example.org`],
    text: "SELECT * FROM customers WHERE email = ?",
  },
];

export function reportOf(
  groups: readonly Statements[] = shop,
  change: (workload: Workload) => Workload = (workload) => workload,
  literals = false,
): Report {
  const workload = change(handMadeWorkload(groups));
  const analysis = analyze(workload, emptySchema);
  const ladder = ladderOf(workload);
  const recommendation = recommend(workload, analysis, ladder, { literals });
  const locate = ({ offset }: { offset: number }) => ({ line: offset + 2 });
  return buildReport({
    workload,
    schema: emptySchema,
    analysis,
    ladder,
    recommendation,
    stored: new Map(),
    storedKeys: [],
    rowInputs: new Map(),
    toolVersion: "0.0.0",
    seed: 1,
    literals,
    locate,
  });
}
