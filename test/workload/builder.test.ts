import { beforeAll, describe, expect, test } from "vitest";
import { newEntry, type LogEntry } from "../../src/ingest/entry.ts";
import { loadGrammar } from "../../src/sql/parse.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { WorkloadBuilder } from "../../src/workload/builder.ts";
import { workloadOf } from "../../src/workload/part.ts";
import { countedTuples } from "./counted-tuples.ts";
import type { ShapeUse, Workload } from "../../src/workload/workload.ts";

beforeAll(async () => {
  await loadGrammar("postgres");
  await loadGrammar("mysql");
});

const encoder = new TextEncoder();

/** A statement as a log entry; `parameters` as the log gave them beside it. */
function statement(
  sql: string,
  options: { ms?: number; at?: number; offset?: number; parameters?: readonly (string | null)[] } = {},
): LogEntry {
  const entry = newEntry("statement");
  const texts = options.parameters ?? [];
  entry.bytes = encoder.encode([sql, ...texts.map((text) => text ?? "")].join("\n"));
  entry.sql.start = 0;
  entry.sql.end = encoder.encode(sql).length;
  let at = entry.sql.end + 1;
  texts.forEach((text, i) => {
    const length = encoder.encode(text ?? "").length;
    entry.parameters.bounds.set(text === null ? [-1, -1] : [at, at + length], 2 * i);
    at += length + 1;
  });
  entry.parameters.count = texts.length;
  entry.durationMs = options.ms ?? NaN;
  entry.timeMicros = options.at ?? NaN;
  entry.offset = options.offset ?? 0;
  return entry;
}

function workloadFrom(entries: readonly LogEntry[], dialect: "postgres" | "mysql" = "postgres"): Workload {
  const builder = new WorkloadBuilder({ input: 0, dialect, keyColumns: [], schema: emptySchema, counted: undefined });
  entries.forEach((entry, i) => {
    entry.offset = i * 100;
    builder.add(entry);
  });
  return workloadOf(builder.part, []);
}

function counted({ counter }: ShapeUse): unknown {
  return Object.fromEntries(countedTuples(counter).map(({ values, count }) => [values.join(","), count]));
}

const shapeOf = (workload: Workload, name: string): ShapeUse => {
  const shape = workload.shapes.find((candidate) => candidate.name === name);
  expect(shape, `one of ${workload.shapes.map((candidate) => candidate.name).join("; ")}`).toBeDefined();
  return shape!;
};

describe("a workload", () => {
  test("an entry that stands for many executions counts as many, with their time in sum", () => {
    const sum = statement("SELECT * FROM orders WHERE id = $1", { ms: 2.448, at: 1e15 });
    sum.executions = 1005;
    sum.rows = 1005;
    const workload = workloadFrom([sum, statement("SELECT * FROM orders WHERE id = 7", { ms: 0.5, at: 1e15 })]);
    expect(workload).toMatchObject({ records: 2, entries: 2, executions: 1006 });
    const [literal, summed] = workload.templates.toSorted((a, b) => a.executions - b.executions);
    expect(literal).toMatchObject({ executions: 1, timed: 1, timeMicros: 500 });
    expect(summed).toMatchObject({ executions: 1005, timed: 1005, timeMicros: 2448, maxMicros: 2, rows: 1005 });
    const shape = shapeOf(workload, "orders read (id =)");
    expect(shape).toMatchObject({ executions: 1006, timeMicros: 2948, unvalued: 1005 });
    expect(counted(shape)).toEqual({ 7: 1 });
    // It happened at no one time and with no known value: neither an event nor a part of a time window.
    expect(shape.sample.events()).toHaveLength(1);
    expect(workload.load.windows()).toMatchObject([{ reads: 1, readMicros: 500 }]);
  });

  test("how long a list is that a statistics view has as one placeholder is not known; one row is one", () => {
    const list = statement("SELECT * FROM orders WHERE id IN ($1 /*, ... */)");
    const row = statement("INSERT INTO orders (id) VALUES ($1)");
    list.executions = row.executions = 20;
    const workload = workloadFrom([list, row]);
    expect(shapeOf(workload, "orders read (id in)").listLengths).toEqual(new Map());
    expect(shapeOf(workload, "orders insert (id in)").listLengths).toEqual(new Map([[1, 20]]));
  });

  test("values that are known of many executions count for all of them", () => {
    const sum = statement("SELECT * FROM orders WHERE id IN (1, 2)", { ms: 10 });
    sum.executions = 20;
    const shape = shapeOf(workloadFrom([sum]), "orders read (id in)");
    expect(counted(shape)).toEqual({ 1: 20, 2: 20 });
    expect(shape.listLengths).toEqual(new Map([[2, 20]]));
  });

  test("an array has a value in each of its elements, as an IN-list has, wherever the log has it", () => {
    const any = "SELECT * FROM orders WHERE id = ANY($1)";
    const shape = shapeOf(
      workloadFrom([
        statement(any, { ms: 3, at: 1e15, parameters: ["{7,8, NULL,\"9\"}"] }),
        statement("SELECT * FROM orders WHERE id = ANY('{8}'::bigint[])", { at: 1e15 }),
        // None of these says which values: an array that is not logged, one of two dimensions, an empty one.
        statement(any),
        statement(any, { parameters: ["{{1},{2}}"] }),
        statement(any, { parameters: ["{}"] }),
      ]),
      "orders read (id in)",
    );
    expect(counted(shape)).toEqual({ 7: 1, 8: 2, 9: 1 });
    expect(shape).toMatchObject({ executions: 5, unvalued: 3, timeMicros: 3000 });
    expect(shape.listLengths).toEqual(new Map([[3, 1], [1, 1]]));
    const values = shape.sample.events().map((event) => event.values[0]);
    expect(values).toEqual([[7, 8, 9], [8], undefined, undefined, undefined]);
  });

  test("counts executions per template and values per way of reaching a table", () => {
    const workload = workloadFrom([
      statement("SELECT * FROM orders WHERE customer_id = 7", { ms: 2 }),
      statement("select * from orders where customer_id = 8 -- trace 17", { ms: 4 }),
      statement("DELETE FROM orders WHERE customer_id = '7'", { ms: 1.5 }),
    ]);
    expect(workload.templates.map(({ executions, timeMicros }) => [executions, timeMicros])).toEqual(
      expect.arrayContaining([
        [2, 6000],
        [1, 1500],
      ]),
    );
    expect(counted(shapeOf(workload, "orders read (customer_id =)"))).toEqual({ 7: 1, 8: 1 });
    expect(counted(shapeOf(workload, "orders delete (customer_id =)"))).toEqual({ 7: 1 });
  });

  test("keeps every digit and tells text from numbers only by what is written", () => {
    const workload = workloadFrom([
      statement("SELECT 1 FROM t WHERE k = 9007199254740993"),
      statement("SELECT 1 FROM t WHERE k = '007'"),
      statement("SELECT 1 FROM t WHERE k = 'it''s'"),
      statement("SELECT 1 FROM t WHERE k = '42'"),
      statement("SELECT 1 FROM t WHERE k = 42"),
      statement("SELECT 1 FROM t WHERE k = -5"),
    ]);
    const counts = Object.assign({}, ...workload.shapes.map(counted)) as Record<string, number>;
    expect(counts).toMatchObject({ "9007199254740993": 1, "007": 1, "it's": 1, "-5": 1, 42: 2 });
  });

  test("counts each value of an IN-list, with its part of the time", () => {
    const workload = workloadFrom([statement("SELECT * FROM t WHERE tenant = 1 AND id IN (5, 6, 7)", { ms: 1 })]);
    const shape = shapeOf(workload, "t read (id in, tenant =)");
    expect(counted(shape)).toEqual({ "5,1": 1, "6,1": 1, "7,1": 1 });
    expect(shape.counter.totalMicros).toBe(1000);
    expect([...shape.listLengths]).toEqual([[3, 1]]);
  });

  test("meets independent lists in every combination, pairs of a row value side by side", () => {
    const workload = workloadFrom([
      statement("SELECT * FROM t WHERE a IN (1, 2) AND b IN (3, 4)"),
      statement("SELECT * FROM u WHERE (a, b) IN ((1, 3), (2, 4))"),
    ]);
    expect(counted(shapeOf(workload, "t read (a in, b in)"))).toEqual({ "1,3": 1, "1,4": 1, "2,3": 1, "2,4": 1 });
    expect(counted(shapeOf(workload, "u read (a in, b in)"))).toEqual({ "1,3": 1, "2,4": 1 });
  });

  test("counts every inserted row", () => {
    const workload = workloadFrom([statement("INSERT INTO t (id, tenant) VALUES (1, 'a'), (2, NULL)")]);
    expect(counted(shapeOf(workload, "t insert (id in, tenant in)"))).toEqual({ "1,a": 1, "2,": 1 });
  });

  test("binds logged parameters to placeholders, and says when they are missing", () => {
    const workload = workloadFrom([
      statement("SELECT * FROM t WHERE id = $2 AND tenant = $1", { parameters: ["9", "17"] }),
      statement("SELECT * FROM t WHERE id = $2 AND tenant = $1", { parameters: [null, "17"] }),
      statement("SELECT * FROM t WHERE id = $2 AND tenant = $1"),
    ]);
    const shape = shapeOf(workload, "t read (id =, tenant =)");
    expect(counted(shape)).toEqual({ "17,9": 1, "17,": 1 });
    expect(shape.unvalued).toBe(1);
  });

  test("binds placeholders in lists and rows, wherever they are numbered", () => {
    const workload = workloadFrom([
      statement("SELECT * FROM t WHERE id IN ($1, $2) AND tenant = $3", { parameters: ["5", "6", "a"] }),
      statement("SELECT * FROM t WHERE id IN ($1) AND tenant = $2", { parameters: ["5", "b"] }),
      statement("INSERT INTO u (id, tenant) VALUES ($1, $2), ($3, $4)", { parameters: ["1", "a", "2", null] }),
    ]);
    expect(counted(shapeOf(workload, "t read (id in, tenant =)"))).toEqual({ "5,a": 1, "6,a": 1, "5,b": 1 });
    expect(counted(shapeOf(workload, "u insert (id in, tenant in)"))).toEqual({ "1,a": 1, "2,": 1 });
  });

  test("walks a list of 100,000 values once", () => {
    const ids = Array.from({ length: 100_000 }, (_, i) => i);
    const shape = shapeOf(
      workloadFrom([statement(`DELETE FROM t WHERE id IN (${ids.join(",")})`)]),
      "t delete (id in)",
    );
    expect([shape.counter.size, shape.counter.total]).toEqual([100_000, 100_000]);
  });

  test("keeps what no grammar accepts, with its reason, and skips what is no statement at all", () => {
    const workload = workloadFrom([statement("SELEC * FORM t"), statement("SELECT 'unterminated")]);
    expect(workload.templates.map(({ pattern }) => pattern.kind)).toEqual(["unknown"]);
    expect(workload.skipped).toMatchObject([{ count: 1, first: [{ input: 0, offset: 100 }] }]);
    expect(workload.records).toBe(2);
  });

  test("leaves the server's own tables out", () => {
    const workload = workloadFrom([
      statement("SELECT 1 FROM pg_class WHERE relname = 'orders'"),
      statement("SELECT 1 FROM information_schema.tables WHERE table_name = 'orders'"),
      statement("SELECT 1 FROM app.tables WHERE table_name = 'orders'"),
    ]);
    expect(workload.shapes.map(({ shape }) => shape.table)).toEqual(["tables"]);
    expect(workload.entries).toBe(3);
  });

  test("splits the offered load into reads and writes; a commit counts as a write", () => {
    const second = 1_000_000;
    const workload = workloadFrom([
      statement("SELECT * FROM t WHERE id = 1", { ms: 2, at: second }),
      statement("UPDATE t SET a = 1 WHERE id = 1", { ms: 3, at: second }),
      statement("COMMIT", { ms: 5, at: second }),
    ]);
    expect(workload.load.windows()).toEqual([
      { fromMicros: second, reads: 1, writes: 2, readMicros: 2000, writeMicros: 8000 },
    ]);
  });
});

describe("a structured access log", () => {
  const columns = ["tenant_id", "id"];
  function access(operation: string, table: string, keys: readonly (string | null)[]): LogEntry {
    const entry = newEntry("access");
    const fields = [operation, table, ...keys.map((key) => key ?? "")];
    entry.bytes = encoder.encode(fields.join(","));
    let at = 0;
    const spans = fields.map((field) => {
      const start = at;
      at += field.length + 1;
      return { start, end: start + field.length };
    });
    Object.assign(entry.operation, spans[0]);
    Object.assign(entry.table, spans[1]);
    keys.forEach((key, i) =>
      entry.keys.bounds.set(key === null ? [-1, -1] : [spans[i + 2]!.start, spans[i + 2]!.end], 2 * i),
    );
    entry.keys.count = keys.length;
    return entry;
  }

  test("counts as statements that pin the key columns they give", () => {
    const builder = new WorkloadBuilder({
      input: 0,
      dialect: "postgres",
      keyColumns: columns,
      schema: emptySchema,
      counted: undefined,
    });
    for (const entry of [
      access("GET", "tasks", ["3", "11"]),
      access("get", "tasks", ["3", null]),
      access("put", "tasks", ["4", "12"]),
    ])
      builder.add(entry);
    builder.add(access("frobnicate", "tasks", ["4", "12"]));
    const workload = workloadOf(builder.part, []);
    expect(counted(shapeOf(workload, "tasks read (id =, tenant_id =)"))).toEqual({ "11,3": 1 });
    expect(counted(shapeOf(workload, "tasks read (tenant_id =)"))).toEqual({ 3: 1 });
    expect(counted(shapeOf(workload, "tasks insert (id =, tenant_id =)"))).toEqual({ "12,4": 1 });
    expect(workload.skipped[0]?.reason).toContain('operation "frobnicate"');
  });
});
