import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agreeOnDatabase } from "../../../src/ingest/mongodb/mongodb.ts";
import type { MongodbSettings } from "../../../src/ingest/mongodb/settings.ts";
import { bytesOf, detect, readAll, readRange } from "../reading.ts";
import { readInRanges } from "../ranges.ts";

const jsonLines = (...objects: unknown[]) => objects.map((object) => `${JSON.stringify(object)}\n`).join("");

/** A line of the server's log about one operation. */
const slow = (attributes: object, line: object = {}) => ({
  t: { $date: "2024-02-29T12:00:00.250+02:00" },
  s: "I",
  c: "COMMAND",
  id: 51803,
  ctx: "conn7",
  msg: "Slow query",
  attr: { type: "command", ns: "shop.orders", appName: "web", durationMillis: 12, ...attributes },
  ...line,
});
const find = (id: unknown) => ({ find: "orders", filter: { id }, $db: "shop" });

describe("MongoDB's structured log", () => {
  test("an operation has its namespace, time, duration, connection, application and number of documents", () => {
    const text = jsonLines(slow({ command: find(5), nreturned: 3 }));
    expect(detect(text)).toMatchObject({ format: "mongodb", dialect: "mongodb", settings: { home: "shop" } });
    expect(readAll(text).entries).toMatchObject([
      {
        sql: JSON.stringify(find(5)),
        operation: "command",
        database: "shop",
        table: "orders",
        time: Date.parse("2024-02-29T10:00:00.250Z") * 1000,
        duration: 12,
        rows: 3,
        session: "conn7",
        user: "web",
        transaction: undefined,
      },
    ]);
  });

  test("writes are taken one by one, as they are logged, with what they changed", () => {
    const { entries } = readAll(
      jsonLines(
        slow({ type: "update", command: { q: { id: 1 }, u: { $set: { a: 1 } } }, nModified: 1 }, { c: "WRITE" }),
        slow({ type: "remove", command: { q: { id: 1 }, limit: 1 }, ndeleted: 2 }, { c: "WRITE" }),
        slow({ command: { insert: "orders" }, ninserted: 4 }),
      ),
    );
    expect(entries.map(({ operation, rows }) => [operation, rows])).toEqual([
      ["update", 1],
      ["remove", 2],
      ["command", 4],
    ]);
  });

  test("a getMore is read with the command that opened its cursor", () => {
    const command = { getMore: 77, collection: "orders", $db: "shop" };
    expect(readAll(jsonLines(slow({ command, originatingCommand: find(5) }))).entries).toMatchObject([
      { operation: "getMore", sql: JSON.stringify(find(5)) },
    ]);
    expect(readAll(jsonLines(slow({ command }))).skipped).toEqual([
      "0 getMore without the command that opened its cursor",
    ]);
  });

  test("a transaction is named by its session and its number in it; a number alone is a retryable write", () => {
    const id = "829b14b2-0a55-4ec5-9130-4ef7f1837581";
    const lsid = { id: { $uuid: id } };
    const of = (command: object) => readAll(jsonLines(slow({ command }))).entries[0];
    const inside = { ...find(5), lsid, txnNumber: 12, autocommit: false };
    expect(of({ ...inside, startTransaction: true })?.transaction).toBe(`${id}:12`);
    expect(of({ ...inside, txnNumber: { $numberLong: "13" } })?.transaction).toBe(`${id}:13`);
    expect(of({ ...find(5), lsid, txnNumber: 12 })?.transaction).toBeUndefined();
    const commit = { commitTransaction: 1, lsid, txnNumber: 12, autocommit: false, $db: "admin" };
    expect(readAll(jsonLines(slow({ ns: "admin.$cmd", command: commit }))).entries).toMatchObject([
      { transaction: `${id}:12` },
    ]);
  });

  test("collections have their database in front where the beginning of the log has several", () => {
    const tables = (...namespaces: string[]) =>
      readAll(jsonLines(...namespaces.map((ns) => slow({ ns, command: find(1) })))).entries.map(({ table }) => table);
    expect(tables("shop.orders", "shop.a.b", "admin.x")).toEqual(["orders", "a.b"]);
    expect(tables("shop.orders", "crm.orders")).toEqual(["shop.orders", "crm.orders"]);
  });

  test("logs that are at home in different databases name them when they are read together", () => {
    const detections = ["shop.orders", "crm.orders"].map((ns) => detect(jsonLines(slow({ ns, command: find(1) }))));
    const homes = (together: typeof detections) =>
      agreeOnDatabase(together).map(({ settings, notes }) => [(settings as MongodbSettings).home, notes.length]);
    expect(homes(detections)).toEqual([
      [undefined, 0],
      [undefined, 0],
    ]);
    expect(homes([detections[0]!, detections[0]!])).toEqual([
      ["shop", 1],
      ["shop", 1],
    ]);
  });

  test("what is not the application's is skipped, each with its reason", () => {
    const { entries, skipped } = readAll(
      jsonLines(
        slow({}, { msg: "Connection accepted", c: "NETWORK" }),
        slow({}, { msg: "whatever", c: "<script>" }),
        slow({ command: { hello: 1 } }),
        slow({ command: { createIndexes: "orders" } }),
        slow({ command: { inventedByMe: 1 } }),
        slow({ ns: "config.system.sessions", command: find(1) }),
        slow({ ns: "shop.system.views", command: find(1) }),
        slow({ ns: "shop.system.buckets.m", type: "update", command: { q: { _id: 1 }, u: {} } }),
        slow({ command: { q: {}, limit: 0 }, type: "remove" }, { ctx: "TTLMonitor" }),
        slow({ command: find(1) }, { truncated: { attr: {} } }),
        slow({}),
      ),
    );
    expect(entries).toEqual([]);
    expect(skipped.map((text) => text.replace(/^\d+ /, ""))).toEqual([
      "NETWORK message of the server",
      "message of the server",
      "hello command",
      "createIndexes command",
      "command that neither reads nor writes documents by key",
      "operation in a system database",
      "operation on a system collection",
      "inner write of a time-series collection",
      "operation of the server's own threads",
      "operation cut short by the server's limit on its log",
      "operation without its command",
    ]);
  });

  test("any cut into ranges gives the same entries, and damaged lines harm no other", () => {
    const lines = jsonLines(
      slow({ command: find(1) }),
      slow({ command: { hello: 1 } }),
      slow({ type: "update", command: { q: { id: "}\n" }, u: {} } }),
      slow({ command: find({ $in: [1, 2] }), nreturned: 2 }),
    );
    const bytes = bytesOf(`${lines}{"t":{"$date"\n\n${lines.replaceAll("\n", "\r\n")}${lines.slice(0, 40)}`);
    const detection = detect(bytes);
    const whole = readRange(bytes, detection, 0, Infinity);
    expect(whole.entries).toHaveLength(6);
    expect(whole.skipped).toHaveLength(4);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 5 }), (cuts) => {
        const { all } = readInRanges(bytes, detection, cuts.sort((a, b) => a - b), 256);
        expect(all).toEqual({ entries: whole.entries, skipped: whole.skipped });
      }),
    );
  });
});

describe("documents of system.profile", () => {
  const profiled = (document: object) => ({
    op: "command",
    ns: "shop.orders",
    command: find(5),
    millis: { $numberInt: "42" },
    ts: { $date: { $numberLong: "1577836800000" } },
    client: "10.0.0.1",
    user: "app@shop",
    ...document,
  });

  test.each([
    ["relaxed extended JSON, by line", jsonLines(profiled({ millis: 42, ts: { $date: "2020-01-01T00:00:00.000Z" } }))],
    ["canonical extended JSON, in an indented array", JSON.stringify([profiled({})], null, 2)],
  ])("%s", (_, text) => {
    expect(detect(text)).toMatchObject({ format: "mongodb", settings: { source: "profile" } });
    expect(readAll(text, {}, 13).entries).toMatchObject([
      { operation: "command", table: "orders", duration: 42, time: 1577836800000000, user: "app@shop" },
    ]);
  });

  test("commands stood in the field query before 3.6, and filters alone before 3.2", () => {
    const { entries } = readAll(
      jsonLines(
        profiled({ op: "query", query: find(5), command: null }),
        profiled({ op: "query", query: { id: 5 }, command: null }),
        profiled({ op: "remove", query: { id: 5 }, command: null }),
      ),
    );
    expect(entries.map(({ operation, sql }) => [operation, sql])).toEqual([
      ["query", JSON.stringify(find(5))],
      ["query", '{"id":5}'],
      ["remove", '{"id":5}'],
    ]);
  });
});

describe("$queryStats", () => {
  const statistics = (coll: string, metrics: object) => ({
    key: { queryShape: { cmdNs: { db: "shop", coll }, command: "find", filter: { id: { $eq: "?number" } } } },
    metrics,
  });

  test("a shape counts as often as it ran, with all its time", () => {
    const text = jsonLines(
      statistics("orders", {
        execCount: { $numberLong: "250" },
        totalExecMicros: { sum: { $numberLong: "500000" }, max: 9 },
        docsReturned: { sum: 1000 },
      }),
    );
    expect(detect(text).notes[0]).toContain("routes are known, skew is not");
    expect(readAll(text).entries).toMatchObject([
      { operation: "find", table: "orders", executions: 250, duration: 500, rows: 1000 },
    ]);
  });

  test("system databases and shapes that never ran are skipped; several databases stand in front", () => {
    const other = { ...statistics("orders", { execCount: 1 }) };
    other.key.queryShape.cmdNs.db = "crm";
    const { entries, skipped } = readAll(
      jsonLines(statistics("orders", { execCount: 1 }), other, statistics("orders", { execCount: 0 })),
    );
    expect(entries.map(({ table, database }) => [table, database])).toEqual([
      ["shop.orders", "shop"],
      ["crm.orders", "crm"],
    ]);
    expect(skipped[0]).toContain("query statistics without executions");
  });
});
