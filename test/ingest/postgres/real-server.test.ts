import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { type Postgres, withPostgres } from "../../../samples/make/postgres.mjs";
import { readInRanges } from "../ranges.ts";
import { detect, readAll } from "../reading.ts";

type Logs = Readonly<Record<"csv" | "json" | "log", Uint8Array>>;

const ways = [
  ["%m [%p] %q%u@%d ", { log_min_duration_statement: "0" }],
  ["%t:%r:%u@%d:[%p]:", { log_min_duration_statement: "0" }],
  ["%c %-14u|%d|%a|%e ", { log_statement: "all", log_duration: "on" }],
  ["%m u=%u,d=%d,a=%a,h=%h,p=%p,v=%v ", { log_statement: "all", log_duration: "on", log_error_verbosity: "verbose" }],
] as const;
const logs = new Map<string, Logs>();

/**
 * A real PostgreSQL 18 that logs to csvlog, jsonlog and stderr at once, under one log_line_prefix after the other:
 * simple and extended protocol, parameters, statements of several lines, errors, and with `log_duration` the durations
 * on lines of their own.
 */
beforeAll(async () => {
  await withPostgres(
    async (server) => {
      const admin = await server.connect({ user: "postgres" });
      await admin.query("CREATE DATABASE \"o'reilly\"");
      await admin.query("CREATE ROLE \"o'reilly\" LOGIN SUPERUSER");
      for (const [prefix, settings] of ways) {
        await admin.query("ALTER SYSTEM RESET ALL");
        for (const [name, value] of Object.entries({ log_line_prefix: prefix, ...settings }))
          await admin.query(`ALTER SYSTEM SET ${name} = '${value}'`);
        await admin.query("SELECT pg_reload_conf()");
        await sleep(1_100); // a log file's name has seconds
        await admin.query("SELECT pg_rotate_logfile()");
        await sleep(500);
        for (const [user, application] of [["postgres", "a b"], ["o'reilly", "c@d/e [1]: x"]] as const)
          await work(await server.connect({ user, database: user, application_name: application }));
        await sleep(500); // the collector writes on its own time
        const folder = join(server.host, "data", "log");
        const newest = (ending: string) =>
          readFileSync(join(folder, readdirSync(folder).filter((name) => name.endsWith(ending)).sort().at(-1)!));
        logs.set(prefix, { csv: newest(".csv"), json: newest(".json"), log: newest(".log") });
      }
      await admin.end();
    },
    { log_destination: "csvlog,jsonlog,stderr" },
  );
}, 300_000);

async function work(client: Awaited<ReturnType<Postgres["connect"]>>): Promise<void> {
  await client.query("CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY, note text)");
  await client.query("INSERT INTO t\n\tVALUES (1, 'a\n\tb'), (2, 'LOG:  no')\n  ON CONFLICT DO NOTHING");
  await client.query("SELECT * FROM t WHERE id = $1 AND note <> $2", [1, "it's\n\t'x', $3 = '4'"]);
  await client.query({ name: "by id", text: "SELECT note\nFROM t WHERE id = $1", values: [2] });
  await client.query({ name: "by id", text: "SELECT note\nFROM t WHERE id = $1", values: [null] });
  await expect(client.query("SELECT nothing FROM nowhere")).rejects.toThrow();
  await client.query("BEGIN");
  await client.query("UPDATE t SET note = 'é' WHERE id = 1");
  await client.query("COMMIT");
  await client.end();
}

test.each(ways.map(([prefix]) => [prefix] as const))("csvlog, jsonlog and stderr with prefix %j say the same", (prefix) => {
  const { csv, json, log } = logs.get(prefix)!;
  const told = (bytes: Uint8Array, options = {}) =>
    readAll(bytes, options).entries.map(({ sql, duration, parameters }) => ({ sql, duration, parameters }));
  const truth = told(csv);
  expect(truth.length).toBeGreaterThan(15);
  expect(truth.every(({ duration, sql }) => duration >= 0 || sql!.includes("nothing"))).toBe(true);
  expect(truth.filter(({ parameters }) => parameters[1] === "it's\n\t'x', $3 = '4'")).toHaveLength(2);
  expect(told(json)).toEqual(truth);
  expect(detect(log).format).toBe("postgres-stderr");
  expect(told(log)).toEqual(truth);
  expect(told(log, { logLinePrefix: prefix })).toEqual(truth);
  const users = (bytes: Uint8Array, options = {}) => readAll(bytes, options).entries.map(({ user, database }) => [user, database]);
  expect(users(json)).toEqual(users(csv));
  expect(users(log, { logLinePrefix: prefix })).toEqual(users(csv));
  for (const bytes of [csv, json, log]) {
    const { entries, skipped } = readAll(bytes);
    for (const share of [0.2, 0.5, 0.8])
      expect(readInRanges(bytes, detect(bytes), [Math.floor(bytes.length * share)], 65_536).all).toEqual({ entries, skipped });
  }
});
