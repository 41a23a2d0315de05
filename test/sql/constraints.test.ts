import { beforeAll, expect, test } from "vitest";
import { accessesOf, type TableAccess } from "../../src/sql/constraints.ts";
import { loadGrammar, parseTemplate } from "../../src/sql/parse.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { templateOf } from "../../src/sql/template-of.ts";

beforeAll(() => loadGrammar("postgres"));

/** `orders read a=0 b=list1 c>=2 c<3 a~1.x set(d) in(e)`: one line for each access. */
function show(sql: string): string[] {
  const parsed = templateOf(sql, "postgres").template;
  const pattern = parseTemplate(parsed, emptySchema);
  return accessesOf(pattern, parsed.slots).map(line);
}

function line(access: TableAccess): string {
  return [
    access.table,
    access.use,
    ...access.equal.map(({ column, slot, list }) => `${column}=${list === true ? "list" : ""}${slot}`),
    ...access.ranges.flatMap(({ column, from, to }) => [
      ...(from === undefined ? [] : [`${column}>${from.inclusive ? "=" : ""}${from.slot}`]),
      ...(to === undefined ? [] : [`${column}<${to.inclusive ? "=" : ""}${to.slot}`]),
    ]),
    ...access.joins.map(({ column, otherRelation, otherColumn }) => `${column}~${otherRelation}.${otherColumn}`),
    ...(access.setColumns.length > 0 ? [`set(${access.setColumns.join(",")})`] : []),
    ...(access.functionColumns.length > 0 ? [`in(${access.functionColumns.join(",")})`] : []),
  ].join(" ");
}

test("equality, alternatives and ranges", () => {
  expect(show("SELECT * FROM t WHERE a = 1 AND (b = 2 OR b = 3) AND c BETWEEN 4 AND 5")).toEqual([
    "t read a=0 c>=3 c<=4",
  ]);
  expect(show("SELECT * FROM t WHERE a = 1 OR b = 2")).toEqual(["t read"]);
  expect(show("SELECT * FROM t WHERE (a, b) = (1, 2) AND NOT (c <> 3) AND d::bigint = 4")).toEqual([
    "t read a=0 b=1 c=2 d=3",
  ]);
});

test("a list slot stands for several values", () => {
  expect(show("SELECT * FROM t WHERE a IN (7, 8) AND b = ANY($1)")).toEqual(["t read a=list0 b=list1"]);
});

test("equalities pass through joins, derived tables and CTEs", () => {
  expect(show("SELECT * FROM a JOIN b ON a.x = b.y WHERE a.x = 1")).toEqual(["a read x=0 x~1.y", "b read y=0 y~0.x"]);
  expect(show("SELECT * FROM (SELECT id AS i FROM a) d WHERE d.i = 1")).toEqual(["a read id=0"]);
  expect(show("WITH c AS (SELECT id FROM a) SELECT * FROM c, b WHERE c.id = b.a_id AND b.a_id = 1")).toEqual([
    "a read id=0 id~2.a_id",
    "b read a_id=0 a_id~0.id",
  ]);
});

test("the condition of an outer join narrows only its optional side", () => {
  expect(show("SELECT * FROM a LEFT JOIN b ON a.x = b.y AND a.x = 1")).toEqual(["a read", "b read y=0 y~0.x"]);
});

test("subqueries see what the enclosing query pins", () => {
  expect(show("SELECT * FROM a WHERE a.x = 1 AND EXISTS (SELECT 1 FROM b WHERE b.y = a.x)")).toEqual([
    "a read x=0",
    "b read y=0 y~0.x",
  ]);
  expect(show("SELECT * FROM a WHERE a.x IN (SELECT y FROM b WHERE b.z = 1)")).toEqual([
    "a read",
    "b read z=0 y~0.x",
  ]);
});

test("nothing outside narrows what a LIMIT reads", () => {
  expect(show("SELECT * FROM (SELECT id FROM a LIMIT 10) d WHERE d.id = 1")).toEqual(["a read"]);
});

test("inserted rows, changed columns, columns in expressions", () => {
  expect(show("INSERT INTO t (a, b) VALUES (1, 2)")).toEqual(["t insert a=list0 b=list1"]);
  expect(show("INSERT INTO t (a, b) SELECT x, 1 FROM s WHERE x = 2")).toEqual([
    "t insert a=1 b=0 a~1.x",
    "s read x=1",
  ]);
  expect(show("UPDATE t SET b = b + 1, a = 2 WHERE lower(c) = 'x' AND a = 3")).toEqual([
    "t update a=3 set(a,b) in(c)",
  ]);
});
