import { beforeAll, describe, expect, test } from "vitest";
import { loadGrammar, parseTemplate } from "../../src/sql/parse.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { templateOf } from "../../src/sql/template-of.ts";
import { usageOf, type ColumnUse, type Usage } from "../../src/sql/usage.ts";

beforeAll(() => loadGrammar("postgres"));

const usage = (sql: string): Usage => usageOf(parseTemplate(templateOf(sql, "postgres").template, emptySchema));
const name = ({ table, column }: ColumnUse): string => `${table}.${column}`;
const filters = (sql: string): string[] => usage(sql).filterColumns.map((use) => `${name(use)} ${use.op}`);
const joins = (sql: string): string[] =>
  usage(sql).joinPredicates.map(({ left, right, op }) => `${name(left)} ${op} ${name(right)}`);

describe("filter columns", () => {
  test.each([
    ["a = 1 AND 2 < b AND c BETWEEN 3 AND 4", ["t.a =", "t.b >", "t.c <=", "t.c >="]],
    ["a IN (1, 2) AND b NOT IN (SELECT x FROM u WHERE y = 5)", ["t.a in", "t.b not in", "u.y ="]],
    ["a = ANY ($1) AND b LIKE 'x%' AND c::text = 'y'", ["t.a in", "t.b like", "t.c ="]],
    ["(a, b) = (1, 2) AND (c, d) IN ((3, 4))", ["t.a =", "t.b =", "t.c in", "t.d in"]],
    // Compared with another column of the same row.
    ["a < b", ["t.a <", "t.b >"]],
    // Only what every row must meet.
    ["a = 1 OR b = 2", []],
    ["a + 1 = 2 AND lower(b) = 'x'", []],
    ["EXISTS (SELECT 1 FROM u WHERE u.y = 5 AND u.id = t.id)", ["u.y ="]],
  ])("WHERE %s", (where, columns) => expect(filters(`SELECT * FROM t WHERE ${where}`)).toEqual(columns));

  test("derived tables, CTEs and unions are looked through", () => {
    expect(
      filters("SELECT * FROM (SELECT id AS k, count(*) AS n FROM t GROUP BY id) d WHERE d.k = 1 AND d.n > 5"),
    ).toEqual(["t.id ="]);
    expect(filters("WITH q AS (SELECT * FROM t) SELECT * FROM q WHERE id = 1")).toEqual(["t.id ="]);
    expect(filters("SELECT * FROM (SELECT * FROM t, u) d WHERE id = 1")).toEqual([]);
    expect(filters("SELECT * FROM (SELECT id FROM t UNION ALL SELECT key FROM u) d WHERE id = 1")).toEqual([
      "t.id =",
      "u.key =",
    ]);
  });
});

test("join predicates stand in ON, USING and WHERE, and between a subquery and the query around it", () => {
  expect(joins("SELECT * FROM b JOIN a USING (x) JOIN c ON a.z = c.z, d WHERE d.k < c.k")).toEqual([
    "a.x = b.x",
    "a.z = c.z",
    "c.k > d.k",
  ]);
  // Whose z is it, a's or b's?
  expect(joins("SELECT * FROM a JOIN b ON a.x = b.x JOIN c USING (z)")).toEqual(["a.x = b.x"]);
  expect(joins("SELECT * FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id)")).toEqual(["t.id = u.id"]);
  expect(joins("SELECT * FROM t a JOIN t b ON a.parent = b.id")).toEqual(["t.id = t.parent"]);
  expect(joins("UPDATE t SET v = u.v FROM u WHERE t.id = u.id")).toEqual(["t.id = u.id"]);
  expect(joins("SELECT * FROM a, b WHERE a.x = b.y + 1 OR a.z = b.z")).toEqual([]);
});

test("grouping and written columns, tables", () => {
  const found = usage(
    "WITH q AS (SELECT k, sum(v) FROM s WHERE at > now() GROUP BY k) INSERT INTO t (k, total) SELECT * FROM q ON CONFLICT (k) DO NOTHING",
  );
  expect(found.tables).toEqual(["s", "t"]);
  expect(found.groupingColumns.map(name)).toEqual(["s.k"]);
  expect(found.writtenColumns.map(name)).toEqual(["t.k", "t.total"]);
  expect(usage("UPDATE t SET a = 1, b = 2 WHERE id = 3").writtenColumns.map(name)).toEqual(["t.a", "t.b"]);
});

test("a statement without rows uses nothing", () => {
  expect(usage("BEGIN")).toEqual({
    tables: [],
    filterColumns: [],
    joinPredicates: [],
    groupingColumns: [],
    writtenColumns: [],
  });
});
