import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Postgres, withPostgres } from "../../samples/make/postgres.mjs";
import { scan } from "../../src/cli/scan.ts";
import { loadGrammar } from "../../src/sql/parse.ts";
import { emptySchema } from "../../src/sql/schema.ts";

const around = {
  ...{ stdout: () => {}, stderr: () => {}, stdin: process.stdin, width: undefined, color: false, unicode: true },
  ...{ progress: false, now: () => 0, cores: 1, processId: 1 },
};

async function transactionsIn(path: string) {
  const options = { reader: {}, filter: undefined, dialect: undefined, schemaDialect: undefined, schema: emptySchema };
  const { workload } = await scan([path], { ...options, workers: 1, named: [] }, around);
  const { counts, several, grouping } = workload.transactions;
  return { by: grouping.by, rolledBack: counts.rolledBack, open: counts.open, several: several.committed };
}

type Client = Awaited<ReturnType<Postgres["connect"]>>;

async function work(client: Client, idle: Client): Promise<number> {
  await client.query("CREATE TABLE t (id int PRIMARY KEY, n int)");
  await client.query("INSERT INTO t VALUES (1, 0), (2, 0)");
  await client.query("BEGIN");
  await client.query("UPDATE t SET n = n + 1 WHERE id = 1");
  await client.query("UPDATE t SET n = n + 1 WHERE id = 2");
  await expect(client.query("INSERT INTO t VALUES (1, 0)")).rejects.toThrow("duplicate key");
  expect((await client.query("COMMIT")).command).toBe("ROLLBACK");
  await client.query("BEGIN");
  await client.query("UPDATE t SET n = n + 10 WHERE id = 1");
  await client.query("SAVEPOINT s");
  await expect(client.query("INSERT INTO t VALUES (1, 0)")).rejects.toThrow("duplicate key");
  await client.query("ROLLBACK TO SAVEPOINT s");
  await client.query("UPDATE t SET n = n + 10 WHERE id = 2");
  expect((await client.query("COMMIT")).command).toBe("COMMIT");
  // A failure that is no part of a transaction.
  await expect(client.query("SELECT * FROM nowhere")).rejects.toThrow("does not exist");
  await idle.query("SET idle_in_transaction_session_timeout = 100");
  await idle.query("BEGIN");
  await idle.query("UPDATE t SET n = n + 100 WHERE id = 1");
  await idle.query("UPDATE t SET n = n + 100 WHERE id = 2");
  idle.on("error", () => {});
  await sleep(600);
  const { rows } = await client.query("SELECT n FROM t WHERE id = 1");
  await client.query("DROP TABLE t");
  await client.end();
  return (rows[0] as { n: number }).n;
}

/**
 * A real PostgreSQL 18 rolls back what a failure or the end of a session undid; its three logs say so, whether they have
 * statements with durations, of which those that fail have none, or all statements.
 */
test.each([{ log_min_duration_statement: "0" }, { log_statement: "all" }])("what %j logs of failures", async (settings) => {
  await loadGrammar("postgres");
  await withPostgres(
    async (server) => {
      const [client, idle] = [await server.connect({ user: "postgres" }), await server.connect({ user: "postgres" })];
      expect(await work(client, idle)).toBe(10);
      await sleep(500); // the collector writes on its own time
      const folder = join(server.host, "data", "log");
      for (const ending of [".csv", ".json", ".log"]) {
        const name = readdirSync(folder).find((file) => file.endsWith(ending))!;
        const { by, rolledBack, open, several } = await transactionsIn(join(folder, name));
        expect({ ending, by, open, several }).toEqual({
          ...{ ending, by: ending === ".log" ? "sessions" : "ids", open: { reading: 0, writing: 0 } },
          several: { reading: 0, writing: 1 },
        });
        // With ids, what failed by itself is a transaction of its own.
        const alone = ending !== ".log" && "log_statement" in settings;
        expect({ ending, rolledBack }).toEqual({ ending, rolledBack: { reading: alone ? 1 : 0, writing: 2 } });
      }
    },
    { log_destination: "csvlog,jsonlog,stderr", log_line_prefix: "%m [%p] %q%u@%d ", ...settings },
  );
}, 120_000);
