import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Dialect } from "../../src/sql/template.ts";
import { tokenize } from "../../src/sql/tokenizer.ts";

/** The tokens as written, or the reason why there are none. */
const written = (sql: string, dialect: Dialect = "postgres"): string[] | string => {
  const bytes = Buffer.from(sql);
  const tokens = tokenize(bytes, 0, bytes.length, dialect);
  return typeof tokens === "string" ? tokens : tokens.map(({ start, end }) => bytes.toString("utf8", start, end));
};

const values = (sql: string, dialect: Dialect = "postgres"): string[] => {
  const bytes = Buffer.from(sql);
  const tokens = tokenize(bytes, 0, bytes.length, dialect);
  if (typeof tokens === "string") return [tokens];
  return tokens
    .filter(({ value }) => value !== undefined)
    .map(({ value, start, end }) => `${value!.kind} ${bytes.toString("utf8", start, end)}`);
};

describe("a sign belongs to the number", () => {
  test.each([
    ["a = -5", ["number -5"]],
    ["a=-5", ["number -5"]],
    ["f(-5, +.5)", ["number -5", "number +.5"]],
    ["limit -1", ["number -1"]],
  ])("in %s", (sql, expected) => expect(values(sql)).toEqual(expected));

  test.each([
    ["a - 5", ["number 5"]],
    ["a -5", ["number 5"]],
    ["(a)-5", ["number 5"]],
    ["'a'-5", ["string 'a'", "number 5"]],
    // PostgreSQL's lexer leaves the sign to an operator that has one of ~ ! @ # % ^ & | ` ? in it.
    ["a @-5", ["number 5"]],
    ["a !=-5", ["number 5"]],
  ])("not in %s", (sql, expected) => expect(values(sql)).toEqual(expected));
});

describe("PostgreSQL", () => {
  test.each<[string, string[] | string]>([
    ["a<=b", ["a", "<=", "b"]],
    ["a<-b", ["a", "<", "-", "b"]],
    ["a->>'x'", ["a", "->>", "'x'"]],
    ["a=--b\n1", ["a", "=", "1"]],
    ["a/* x /* y */ z */+b", ["a", "+", "b"]],
    ['"A""b".c', ['"A""b"', ".", "c"]],
    ["x::numeric(10,2)", ["x", "::", "numeric", "(", "10", ",", "2", ")"]],
    ["a\\b", ["a", "\\", "b"]],
    ["größe = 1", ["größe", "=", "1"]],
    ["'a\\'", ["'a\\'"]],
    ["select 1 ; -- end\n ;", ["select", "1"]],
    ["a; b", ["a", ";", "b"]],
    ["/* /* */", "a comment is not closed"],
    ["'a", "a string is not closed"],
    ["$a$ $b$", "a dollar-quoted string is not closed"],
    ['"a', "a quoted name is not closed"],
    ["  -- \n", "there is no statement in it"],
  ])("%s", (sql, expected) => expect(written(sql)).toEqual(expected));

  test.each([
    ["a = ? and b ? 'k' and c ?| array['x']", ["parameter ?", "string 'k'", "string 'x'"]],
    ["a=@p and b <@ c and d @> e", ["parameter @p"]],
    ["a=%s and b % s and c = %(name)s", ["parameter %s", "parameter %(name)s"]],
    ["a = :n and b::n and c[1:2]", ["parameter :n", "number 1", "number 2"]],
    ["a$1 = $1", ["parameter $1"]],
  ])("placeholders in %s", (sql, expected) => expect(values(sql)).toEqual(expected));
});

describe("MySQL", () => {
  test.each<[string, string[] | string]>([
    ["a--1", ["a", "-", "-1"]],
    ["a -- 1", ["a"]],
    ["a # b\n+ c", ["a", "+", "c"]],
    ["a <=> b", ["a", "<=>", "b"]],
    ["/* a /* b */ c", ["c"]],
    ["/*!50000 a */ b", ["/*!50000", "a", "*/", "b"]],
    // MariaDB runs the one too; no server is of the version of the other.
    ["/*M!100101 a */ b /*M! c */", ["/*M!100101", "a", "*/", "b", "/*M!", "c", "*/"]],
    ["/*M!999999\\- x */ b /* M! c */ /*m! c */", ["b"]],
    ["`a``b`.c", ["`a``b`", ".", "c"]],
    ["'a\\' b'", ["'a\\' b'"]],
    ["'a\\'", "a string is not closed"],
    ["2020_orders", ["2020_orders"]],
    ["1e5, 1e", ["1e5", ",", "1e"]],
  ])("%s", (sql, expected) => expect(written(sql, "mysql")).toEqual(expected));

  test.each([
    ["select @a, @b := 1", ["parameter @a", "number 1"]],
    ["set @a = @b + 1", ["number 1"]],
    ["select 1 into @a", ["number 1"]],
    ["select @@session.x, a@b", []],
    ["select ?, ::list, 0x1F, 0b1", ["parameter ?", "parameter ::list", "string 0x1F", "string 0b1"]],
  ])("values in %s", (sql, expected) => expect(values(sql, "mysql")).toEqual(expected));
});

test("no bytes make it crash, and tokens follow each other", () => {
  const bytes = fc.array(
    fc.oneof(fc.constantFrom(..."'\"`$-/*:@%?\\.,()0a \n"), fc.string({ unit: "binary", maxLength: 1 })),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(bytes, fc.constantFrom<Dialect>("postgres", "mysql"), (parts, dialect) => {
      const text = Buffer.from(parts.join(""), "latin1");
      const tokens = tokenize(text, 0, text.length, dialect);
      if (typeof tokens === "string") return;
      let end = 0;
      for (const token of tokens) {
        expect(token.start).toBeGreaterThanOrEqual(end);
        expect(token.end).toBeGreaterThan(token.start);
        end = token.end;
      }
      expect(end).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 2000 },
  );
});
