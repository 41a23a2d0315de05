import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { detect, readAll } from "../reading.ts";
import type { ReadEntry } from "../reading.ts";
import { mariadbd, startMariadb } from "../../mariadb-server.ts";
import type { MariadbServer } from "../../mariadb-server.ts";

// A check that could not run fails: .ci/run installs the server.
const describeMariadb = mariadbd !== undefined || process.env["CI"] === "true" ? describe : describe.skip;

describeMariadb("the logs of a real MariaDB (mariadbd must be installed)", () => {
  let server: MariadbServer;
  let slow: Uint8Array;
  let general: Uint8Array;
  let digests: string;
  const statements: string[] = [];

  beforeAll(async () => {
    server = await startMariadb([
      "--slow-query-log",
      "--long-query-time=0",
      "--slow-query-log-file=../slow.log",
      "--general-log",
      "--general-log-file=../general.log",
      "--performance-schema",
    ]);
    const first = await server.connect();
    const run = async (sql: string) => {
      statements.push(sql);
      await first.query(sql);
    };
    await run("CREATE DATABASE shop");
    await first.changeUser({ database: "shop" });
    await run("CREATE TABLE orders (id INT PRIMARY KEY, note TEXT)");
    await run("INSERT INTO orders VALUES (1, 'a;\\n# Time: 261120  7:44:53\\n'), (2, 'it''s')");
    await run("SELECT *\n  FROM orders -- whose?\n WHERE id = 1");
    await run("START TRANSACTION");
    await run("UPDATE orders SET note = '# User@Host: x' WHERE id = 2");
    await run("COMMIT");
    const second = await server.connect("shop");
    for (const id of [1, 2]) {
      await second.execute("SELECT note FROM orders WHERE id = ?", [id]);
      statements.push(`SELECT note FROM orders WHERE id = ${id}`);
    }
    await second.end();
    await run("SELECT 'last'");
    const [rows] = await first.query("SELECT * FROM performance_schema.events_statements_summary_by_digest");
    digests = `${JSON.stringify(rows)}\n`;
    await first.end();
    slow = readFileSync(join(server.folder, "slow.log"));
    general = readFileSync(join(server.folder, "general.log"));
  }, 120_000);
  afterAll(async () => server?.stop());

  const ours = (entries: readonly ReadEntry[]) => entries.filter(({ sql }) => statements.includes(sql!));

  test("both are known, and every record is an entry or skipped for a reason that names it", () => {
    expect(detect(slow).format).toBe("mysql-slow");
    expect(detect(general).format).toBe("mysql-general");
    for (const log of [slow, general])
      for (const skipped of readAll(log).skipped)
        expect(skipped).toMatch(/banner of a server|administrator command: \w|command [A-Z][\w ]+: no execution/);
  });

  test("both have the statements of the clients, each once and in order, prepared ones when they were executed", () => {
    expect(ours(readAll(general).entries).map(({ sql }) => sql)).toEqual(statements);
    expect(ours(readAll(slow).entries).map(({ sql }) => sql)).toEqual(statements);
  });

  test("sessions, users and databases agree; the slow log has durations and rows as well", () => {
    const fromSlow = ours(readAll(slow).entries);
    const fromGeneral = ours(readAll(general).entries);
    const identity = ({ session, user, database }: ReadEntry) => [session, user, database];
    expect(fromGeneral.map(identity)).toEqual(fromSlow.map(identity));
    expect(new Set(fromSlow.map(({ session }) => session)).size).toBe(2);
    expect(fromSlow.every(({ user, duration }) => user === "root" && duration >= 0)).toBe(true);
    const inserted = fromSlow.find(({ sql }) => sql!.startsWith("INSERT"))!;
    expect([inserted.database, inserted.rows]).toEqual(["shop", 2]);
  });

  test("times are those of the run, to the second, in both", () => {
    const [fromSlow, fromGeneral] = [slow, general].map((log) => ours(readAll(log).entries).map(({ time }) => time / 1e6));
    for (const [index, seconds] of fromSlow!.entries()) expect(Math.abs(seconds - fromGeneral![index]!) % 900).toBeLessThanOrEqual(1);
    expect(Math.abs(fromSlow![0]! - Date.now() / 1000)).toBeLessThan(600);
  });

  test("its statement digests count the same executions", () => {
    expect(detect(digests).format).toBe("mysql-digests");
    const { entries } = readAll(digests);
    const update = entries.find(({ sql }) => sql!.startsWith("UPDATE"))!;
    // A name that is also a word of the grammar is written in capitals and without quotes.
    expect(update.sql).toMatch(/^UPDATE `orders` SET `note` = \? WHERE (?:`id`|ID) = \?$/);
    expect([update.executions, update.database]).toEqual([1, "shop"]);
    const insert = entries.find(({ sql }) => sql!.startsWith("INSERT INTO `orders`"))!;
    expect([insert.sql, insert.rows]).toEqual(["INSERT INTO `orders` VALUES (?, ?)", 2]);
    expect(update.duration).toBeGreaterThan(0);
  });
});
