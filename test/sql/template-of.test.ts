import { describe, expect, test } from "vitest";
import { InputError } from "../../src/base/input-error.ts";
import { templateOf } from "../../src/sql/template-of.ts";
import type { Dialect } from "../../src/sql/template.ts";

const text = (sql: string, dialect: Dialect = "postgres") => templateOf(sql, dialect).template.text;
const values = (sql: string, dialect: Dialect = "postgres") =>
  templateOf(sql, dialect).literals.map((list) =>
    list?.map((literal) => (literal.kind === "null" ? null : literal.text)),
  );

describe("the text of a template", () => {
  test.each([
    ["select * from orders where id=42", "SELECT * FROM orders WHERE id = ?"],
    ["SELECT  *\nFROM Orders -- by id\nWHERE /* trace=1 */ ID = -42 ;", "SELECT * FROM orders WHERE id = ?"],
    ["select count( * ), t.a from \"T\" t where t.b = 'x'", "SELECT count(*), t.a FROM \"T\" t WHERE t.b = '?'"],
    ["select a - 5, a -5, -5 from t", "SELECT a - ?, a - ?, ? FROM t"],
    ["select 1.5, .5, 1e5, 1.5e-3, 0x1F, 1_000", "SELECT ?, ?, ?, ?, ?, ?"],
    [
      "select '5'::int, $$it's$$, $f$x$f$, E'a\\'b', U&'d\\0061', B'01', X'1F', N'x'",
      "SELECT '?'::int, '?', '?', '?', '?', '?', '?', '?'",
    ],
    ["select 'a'\n  'b', 'c'", "SELECT '?', '?'"],
    [
      "select * from t where a = $1 and b = :name and c = %(py)s",
      "SELECT * FROM t WHERE a = $1 AND b = :name AND c = :py",
    ],
    ["select * from t where a=? and b=? limit ?", "SELECT * FROM t WHERE a = ?1 AND b = ?2 LIMIT ?3"],
    [
      "select doc ? 'k', doc @> '{}', doc ->> 'a', a[1:2] from t",
      "SELECT doc ?? '?', doc @> '?', doc ->> '?', a[? : ?] FROM t",
    ],
    ["select a from t where b<-5 and c @-5", "SELECT a FROM t WHERE b < ? AND c @- ?"],
    ["update t set n = n + 1 where id = @id", "UPDATE t SET n = n + ? WHERE id = @id"],
  ])("of %s", (sql, expected) => expect(text(sql)).toBe(expected));

  test.each([
    ["select `a`, \"x\", 'it\\'s', 'a' 'b' # end", "SELECT `a`, '?', '?', '?'"],
    ["select @a := 1, @b, @@Version, x'1F', 0x1F, _utf8mb4'x'", "SELECT @a := ?, @b, @@version, '?', '?', '?'"],
    ["set @a = 5", "SET @a = ?"],
    ["select /*!40001 SQL_NO_CACHE */ a--5 from 2020_orders", "SELECT /*!40001 sql_no_cache */ a - ? FROM 2020_orders"],
    ["select * from t where id in ::ids and k = :k", "SELECT * FROM t WHERE id IN ::ids AND k = :k"],
    [
      "insert into t (a) value (1), (2) on duplicate key update a = values(a)",
      "INSERT INTO t(a) value(?+) ON DUPLICATE KEY UPDATE a = VALUES (a)",
    ],
  ])("of MySQL's %s", (sql, expected) => expect(text(sql, "mysql")).toBe(expected));

  test("numbers, strings and placeholders make templates of their own, so a grammar can be asked about each", () => {
    expect(new Set(["limit 1", "limit '1'", "limit $1", "limit ?"].map((sql) => text(sql))).size).toBe(4);
  });
});

describe("collapsing", () => {
  test("an IN-list or array of values is one slot, whatever its length", () => {
    expect(text("select * from t where a in (1)")).toBe("SELECT * FROM t WHERE a IN (?+)");
    expect(text("select * from t where a in (1, -2, NULL)")).toBe("SELECT * FROM t WHERE a IN (?+)");
    expect(text("select * from t where a in (1, 'x')")).toBe("SELECT * FROM t WHERE a IN ('?+')");
    expect(text("select * from t where a in ($1, $2)")).toBe("SELECT * FROM t WHERE a IN ($+)");
    expect(text("select * from t where a = any(array['x','y'])")).toBe("SELECT * FROM t WHERE a = ANY (ARRAY['?+'])");
    expect(values("select * from t where a in (1, -2, NULL)")).toEqual([["1", "-2", null]]);
  });

  test("a list with anything else in it stays as it is", () => {
    expect(text("select * from t where a in (1, b)")).toBe("SELECT * FROM t WHERE a IN (?, b)");
    expect(text("select * from t where a in (1, 2 + 3)")).toBe("SELECT * FROM t WHERE a IN (?, ? + ?)");
  });

  test("row values collapse by column", () => {
    const { template, literals } = templateOf("select * from t where (a, b) in ((1, 'x'), (3, 'y'))", "postgres");
    expect(template.text).toBe("SELECT * FROM t WHERE (a, b) IN ((?+, '?+'))");
    expect(template.slots.map((slot) => slot.repeat)).toEqual(["list", "list"]);
    expect(literals.map((list) => list?.map((literal) => literal.kind !== "null" && literal.text))).toEqual([
      ["1", "3"],
      ["x", "y"],
    ]);
  });

  test("tuples of VALUES collapse by column; numbers, strings and NULL share a column", () => {
    const one = "insert into t (a, b) values (1, NULL)";
    const many = "insert into t (a, b) values (1, 'x'), (2, 5), ('3', null)";
    expect(text(one)).toBe("INSERT INTO t(a, b) VALUES (?+, ?+)");
    expect(text(many)).toBe(text(one));
    expect(values(many)).toEqual([
      ["1", "2", "3"],
      ["x", "5", null],
    ]);
  });

  test("tuples of different shape stay as they are", () => {
    expect(text("insert into t values (1, now()), (2, default)")).toBe("INSERT INTO t VALUES (?, now()), (?, DEFAULT)");
    expect(text("insert into t values (1, now()), (2, now())")).toBe("INSERT INTO t VALUES (?+, now())");
  });

  test("an array in a tuple is a list", () => {
    const sql = "insert into t values (1, array['a', 'b']), (2, array['c'])";
    expect(text(sql)).toBe("INSERT INTO t VALUES (?+, ARRAY['?+'])");
    expect(values(sql)).toEqual([
      ["1", "2"],
      ["a", "b", "c"],
    ]);
  });
});

describe("placeholders", () => {
  test("behind a collapsed list they count from its last, so the length of the list does not matter", () => {
    const short = templateOf("select * from t where a in ($1) and b = $2", "postgres");
    const long = templateOf("select * from t where a in ($1, $2, $3) and b = $4", "postgres");
    expect(short.template).toEqual(long.template);
    expect(short.template.text).toBe("SELECT * FROM t WHERE a IN ($+) AND b = $+1");
    expect(long.template.slots.map((slot) => slot.parameter)).toEqual([undefined, "$+1"]);
    expect(long.parameters).toEqual([["1", "2", "3"], ["4"]]);
    expect(long.literals).toEqual([undefined, undefined]);
  });

  test("have a name in the slot", () => {
    const { template, parameters } = templateOf("select $2, :name, @p, ?", "postgres");
    expect(template.slots.map((slot) => slot.parameter)).toEqual(["2", "name", "@p", "1"]);
    expect(parameters).toEqual([["2"], ["name"], ["@p"], ["1"]]);
  });
});

test("parts and slots alternate", () => {
  const { template } = templateOf("select * from t where a = 1 and b in (2, 3) limit 4", "postgres");
  expect(template.parts).toEqual(["SELECT * FROM t WHERE a = ", " AND b IN (", ") LIMIT ", ""]);
});

test.each(["", " -- nothing", ";;", "select 'x", "select /* x", 'select "x'])(
  "%j is refused with a sentence",
  (sql) => {
    expect(() => templateOf(sql, "postgres")).toThrow(InputError);
  },
);
