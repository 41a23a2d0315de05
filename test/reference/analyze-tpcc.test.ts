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

describeReference("analyze on the same run as MariaDB logged it", () => {
  const schema = ["--schema", referencePath("workloads/benchbase/ddl/tpcc-ddl-mysql.sql")];
  // The slow log has a statement of the driver beside the client's, the general log two of the operator as well.
  test.each([
    ["mariadb-slow.log.gz", 5942],
    ["mariadb-general.log.gz", 5944],
  ])("%s: recommends the same design", async (file, statements) => {
    const report = await analyzed(referencePath(`logs/tpcc-engine-logs/mariadb/${file}`), ...schema);
    expect(report.read.statements).toBe(statements);
    const shards = report.recommendation.tables.filter(({ verdict }) => verdict === "shard");
    const keys = Object.fromEntries(shards.map(({ table, key }) => [table, key.join(",")]));
    // Rows of history are only inserted, with two warehouses each: without durations, those of its two that are spread
    // more evenly over executions come first.
    const { history, ...others } = warehouseKeys;
    expect(keys).toMatchObject(others);
    expect(file.includes("general") ? [history, "h_c_w_id"] : [history]).toContain(keys["history"]);
    expect(report.recommendation.tables.find(({ table }) => table === "item")?.verdict).toBe("copy");
  });
});
