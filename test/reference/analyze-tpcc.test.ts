import { expect, test } from "vitest";
import { analyzed } from "./analyzed.ts";
import { describeReference, referencePath } from "./reference.ts";

/** The benchmark authors' own partitioning: everything by warehouse, and items on every shard. */
const warehouseKeys = {
  customer: "c_w_id",
  district: "d_w_id",
  history: "h_w_id",
  new_order: "no_w_id",
  oorder: "o_w_id",
  order_line: "ol_w_id",
  stock: "s_w_id",
  warehouse: "w_id",
};

describeReference("analyze on a TPC-C log written by PostgreSQL", () => {
  const log = referencePath("logs/tpcc-engine-logs/pg-simple/postgresql.csv.gz");

  test("counts exactly the 5,941 statements of the client", async () => {
    const { read } = await analyzed(log);
    expect(read.statements).toBe(5941);
  });

  test("puts the warehouse key first for every table that has one", async () => {
    const report = await analyzed(log, "--schema", referencePath("workloads/benchbase/ddl/tpcc-ddl-postgres.sql"));
    const first = Object.fromEntries(
      report.tables.map(({ table, candidates }) => [table, candidates[0]?.key.join(",")]),
    );
    expect(first).toMatchObject(warehouseKeys);
  });
});
