import { describe, expect, test } from "vitest";
import { detectDialect } from "../../src/sql/detect-dialect.ts";

const told = (...sample: string[]) => detectDialect(sample);

describe("one statement is enough for MySQL with", () => {
  test.each([
    "select * from `orders` where id = 1",
    "insert into t (a) values (1) on duplicate key update a = 2",
    "select * from t limit 10, 20",
    "replace into t values (1)",
    "insert ignore into t values (1)",
    "select @@version",
    "select /*!40001 SQL_NO_CACHE */ * from t",
    "select now() - interval 1 day",
    "select * from t where id in ::vtg1",
    "select * from t where name = 'it\\'s `x`' and a <=> 1",
    'select * from t where a = "x"',
  ])("%s", (sql) => expect(told(sql)).toMatchObject({ dialect: "mysql", certain: true }));
});

describe("one statement is enough for PostgreSQL with", () => {
  test.each([
    "select * from t where id = $1",
    "select '1'::int",
    "insert into t values (1) returning id",
    "insert into t values (1) on conflict do nothing",
    "select * from t where a ilike 'x%'",
    "select * from t where a = any(array[1,2])",
    'select "t".* from "t"',
    "select distinct on (a) a, b from t",
    "select a @> '{}' from t",
    "select $$x$$",
  ])("%s", (sql) => expect(told(sql)).toMatchObject({ dialect: "postgres", certain: true }));
});

test("what stands in quotes and comments is no sign", () => {
  expect(told("select * from t where a = 'on duplicate key `x` limit 1,2' /* :: $1 */ -- returning")).toMatchObject({
    certain: false,
  });
  expect(told("select * from t where a = 'x''::`y`'")).toMatchObject({ certain: false });
});

test("the heavier signs win, and are named", () => {
  const detected = told("select * from `t`", "select * from `u` limit 1, 2", "select date_trunc('x', a) from t");
  expect(detected).toEqual({
    dialect: "mysql",
    because: "`quoted` names in 2 of 3, LIMIT offset, count in 1 of 3",
    certain: true,
  });
});

test("without a sign it is PostgreSQL, and says that it is a guess", () => {
  expect(told("select 1", "select 2")).toEqual({
    dialect: "postgres",
    because: "nothing in 2 statements is peculiar to a dialect",
    certain: false,
  });
  expect(told()).toMatchObject({ dialect: "postgres", certain: false });
});
