import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, detect, readAll, readRange } from "./reading.ts";

const lines = (...objects: unknown[]) => objects.map((object) => `${JSON.stringify(object)}\n`).join("");

describe("JSONL with an SQL field", () => {
  test("fields are found by name, also one level down", () => {
    const text = lines({
      ts: "2026-11-20T07:44:09Z",
      conn: { session_id: 7, user: "app" },
      event: { query: 'SELECT "é"\n', duration_ms: 1.5, rows: 3, params: ["x", null, 1] },
    });
    expect(detect(text)).toMatchObject({
      format: "jsonl",
      roles: { sql: "event.query", session: "conn.session_id", duration: "event.duration_ms" },
    });
    expect(readAll(text).entries).toMatchObject([
      {
        sql: 'SELECT "é"\n',
        session: "7",
        user: "app",
        time: 1795160649e6,
        duration: 1.5,
        rows: 3,
        parameters: ["x", null, "1"],
      },
    ]);
  });

  test("numbers keep every digit", () => {
    const text = '{"sql":"SELECT $1","session":9007199254740993,"params":[9007199254740993]}\n';
    expect(readAll(text).entries).toMatchObject([{ session: "9007199254740993", parameters: ["9007199254740993"] }]);
  });

  test("a field named by a flag, times as a number, another unit", () => {
    const text = lines({ q: { text: "SELECT 1 FROM t" }, when: 1795160649123, took: 2 });
    const { entries } = readAll(text, { columns: { sql: "q.text", time: "when" }, durationUnit: "s" });
    expect(entries).toMatchObject([{ sql: "SELECT 1 FROM t", time: 1795160649123e3, duration: 2000 }]);
    expect(() => detect(text, { columns: { sql: "nope" } })).toThrow('no field "nope" for --sql-column');
  });

  test("of a repeated name the last counts, and names may be written with escapes", () => {
    expect(readAll('{"sql":"SELECT 1 FROM t","\\u0073ql":"SELECT 2 FROM t"}\n').entries).toMatchObject([
      { sql: "SELECT 2 FROM t" },
    ]);
  });

  test("fields before and behind the SQL are unescaped, and lines need not have the same names", () => {
    const { entries } = readAll(
      lines(
        { conn: { user: "u", x: 1 }, session: 's"1', sql: "SELECT 1 FROM t", database: "d\\b" },
        { conn: {}, user: "v", session: 's"2', sql: "SELECT 2 FROM t" },
        { sql: "SELECT 3 FROM t", user: "w", conn: { user: "x" }, session: "s3" },
      ),
      { columns: { user: "conn.user" } },
    );
    expect(entries.map(({ sql, session, user, database }) => [sql, session, user, database])).toEqual([
      ["SELECT 1 FROM t", 's"1', "u", "d\\b"],
      ["SELECT 2 FROM t", 's"2', undefined, undefined],
      ["SELECT 3 FROM t", "s3", "x", undefined],
    ]);
  });

  test("bad lines are skipped with a reason, blank ones are not records", () => {
    const { entries, skipped } = readAll(
      '{"sql":"SELECT 1 FROM t"}\n\n{"sql":"SELECT 2\n{"x":1}\n{"sql":null}\n{"sql":5}\n{"sql":""}\n{"sql":"SELECT 3 FROM t"} x\n\r\n{"sql":"SELECT 4 FROM t"}\r\n{"sql":"SEL',
    );
    expect(entries.map((entry) => entry.sql)).toEqual(["SELECT 1 FROM t", "SELECT 4 FROM t"]);
    expect(skipped).toEqual([
      "27 not a complete JSON object",
      "44 no SQL field",
      "52 empty statement",
      "65 SQL field is not text",
      "75 empty statement",
      "86 not a complete JSON object",
      "143 not a complete JSON object",
    ]);
  });

  test("a line of more than 64 MiB is given up, also where a range ends inside it", () => {
    const first = '{"sql":"SELECT 1 FROM t"}\n';
    const giant = Buffer.alloc(70 * 1024 * 1024, "x");
    const log = Buffer.concat([Buffer.from(`${first}{"sql":"`), giant, Buffer.from(`"}\n${first}`)]);
    const detection = detect(first);
    for (const [until, count] of [
      [30e6, 1],
      [Infinity, 2],
    ] as const) {
      const { entries, skipped, end } = readRange(log, detection, 0, until, 1 << 20);
      expect(entries).toHaveLength(count);
      expect(skipped).toEqual([`${first.length} record longer than 64 MiB`]);
      expect(end).toBe(until === Infinity ? log.length : log.length - first.length);
    }
  });

  describe("objects that are not one per line", () => {
    const objects = [
      { sql: "SELECT 1 FROM t", at: { "}": "{" } },
      { sql: 'SELECT "]" FROM t' },
      { sql: "SELECT 3\nFROM t" },
    ];
    const statements = objects.map(({ sql }) => sql);

    test.each([
      ["an array on one line", JSON.stringify(objects)],
      ["an array, indented", JSON.stringify(objects, null, 2)],
      ["an array with one object per line", `[\n${objects.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`],
      ["indented objects without an array", objects.map((one) => JSON.stringify(one, null, 1)).join("\n")],
      ["an array behind a byte-order mark and blank lines", `\uFEFF\n\n${JSON.stringify(objects)}`],
      ["two arrays", `${JSON.stringify(objects.slice(0, 1))}\n${JSON.stringify(objects.slice(1), null, 2)}`],
    ])("%s", (_, text) => {
      const { entries, skipped } = readAll(text, {}, 7);
      expect(skipped).toEqual([]);
      expect(entries.map((entry) => entry.sql)).toEqual(statements);
    });

    test("what is no object is skipped with a reason, and takes no more than its line with it", () => {
      const { entries, skipped } = readAll('[\n{"sql":"SELECT 1 FROM t"},\n17,\n{"sql":"SELECT 2,\n{"sql":"SELECT 3 FROM t"}\n]');
      expect(entries.map((entry) => entry.sql)).toEqual(["SELECT 1 FROM t", "SELECT 3 FROM t"]);
      expect(skipped).toEqual(["29 not a complete JSON object", "33 not a complete JSON object"]);
    });

    test("a truncated array keeps what came before", () => {
      const { entries, skipped } = readAll('[{"sql":"SELECT 1 FROM t"}, {"sql":"SELECT 2 FR');
      expect(entries).toHaveLength(1);
      expect(skipped).toEqual(["28 not a complete JSON object"]);
    });

    test("any cut into ranges gives the same entries", () => {
      const bytes = bytesOf(JSON.stringify(objects, null, 2));
      const detection = detect(bytes);
      const whole = readRange(bytes, detection, 0, Infinity);
      fc.assert(
        fc.property(fc.array(fc.nat(bytes.length), { maxLength: 4 }), fc.integer({ min: 1, max: 40 }), (cuts, piece) => {
          let start = 0;
          const parts = [...cuts.sort((a, b) => a - b), Infinity].map((until) => {
            const part = readRange(bytes, detection, start, until, piece);
            start = part.end;
            return part;
          });
          expect(parts.flatMap(({ entries }) => entries)).toEqual(whole.entries);
          expect(parts.flatMap(({ skipped }) => skipped)).toEqual([]);
        }),
      );
    });
  });

  test("byte-order mark and invalid UTF-8", () => {
    const text = Buffer.concat([
      Buffer.from([0xef, 0xbb, 0xbf]),
      Buffer.from('{"sql":"SELECT \'caf\xe9\'"}\n', "latin1"),
    ]);
    expect(readAll(text).entries[0]!.sql).toBe(`bytes ${Buffer.from("SELECT 'caf\xe9'", "latin1").toString("hex")}`);
  });

  test("reads what JSON.parse reads, whatever else is in the objects and however the bytes come in pieces", () => {
    const statement = fc
      .string({ unit: fc.constantFrom("a", '"', "\\", "\n", "{", "}", "é", "😀", "\u2028"), maxLength: 40 })
      .map((text) => `SELECT ${text} x`);
    const object = fc.record({ a: fc.jsonValue(), sql: statement, z: fc.jsonValue() });
    fc.assert(
      fc.property(
        fc.array(object, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 64 }),
        fc.constantFrom(0, 1),
        (objects, piece, indent) => {
          const text = objects.map((one) => `${JSON.stringify(one, null, indent).replaceAll("\n", " ")}\n`).join("");
          const { entries, skipped } = readAll(text, { columns: { sql: "sql" } }, piece);
          expect(skipped).toEqual([]);
          expect(entries.map((entry) => entry.sql)).toEqual(objects.map((one) => one.sql));
        },
      ),
    );
  });
});
