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
  const recommended = async (file: string, statements: number): Promise<void> => {
    const report = await analyzed(referencePath(`logs/tpcc-engine-logs/mariadb/${file}`), ...schema);
    expect(report.read.statements).toBe(statements);
    const shards = report.recommendation.tables.filter(({ verdict }) => verdict === "shard");
    expect(Object.fromEntries(shards.map(({ table, key }) => [table, key.join(",")]))).toMatchObject(warehouseKeys);
    expect(report.recommendation.tables.find(({ table }) => table === "item")?.verdict).toBe("copy");
  };

  // The slow log has a statement of the driver beside the client's, the general log two of the operator as well.
  test("the slow log: the same design", () => recommended("mariadb-slow.log.gz", 5942));

  test("the general log, which has no durations: the same design", () => recommended("mariadb-general.log.gz", 5944));
});
