import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TemplateLearner } from "../../src/sql/learner.ts";
import { decodeLiteral, literalForm, type LiteralForm } from "../../src/sql/literal.ts";
import { templateOf } from "../../src/sql/template-of.ts";
import type { Dialect } from "../../src/sql/template.ts";

interface Matched {
  readonly text: string | undefined;
  readonly failure: string;
  /** Slot, text and form of each value, and its integer. */
  readonly values: readonly string[];
}

/** Matches statements that lie in the middle of a buffer, as they do in a log. */
function match(learner: TemplateLearner, sql: string): Matched {
  const before = Math.trunc(sql.length / 3) % 5;
  const bytes = Buffer.from(`${"'".repeat(before)}${sql}5'x`);
  const start = before;
  const end = bytes.length - 3;
  const index = learner.match(bytes, start, end);
  const values: string[] = [];
  for (let i = 0; i < (index < 0 ? 0 : learner.literalCount); i++) {
    const span = bytes.toString("latin1", learner.literalStart[i], learner.literalEnd[i]);
    values.push(`${learner.literalSlot[i]} ${span} ${learner.literalForm[i]} ${learner.literalInteger[i]}`);
  }
  return { text: learner.templates[index]?.text, failure: index < 0 ? learner.failure : "", values };
}

/** How many of the statements needed the tokenizer. */
function slow(
  dialect: Dialect,
  statements: readonly string[],
  learner: TemplateLearner = new TemplateLearner(dialect),
): number {
  const before = learner.slowCount;
  for (const sql of statements) match(learner, sql);
  return learner.slowCount - before;
}

/** The values of a statement by slot. */
function values(sql: string, dialect: Dialect = "postgres"): (string | null)[][] {
  const learner = new TemplateLearner(dialect);
  const bytes = Buffer.from(sql);
  const { slots } = learner.templates[learner.match(bytes, 0, bytes.length)]!;
  const bySlot: (string | null)[][] = slots.map(() => []);
  for (let i = 0; i < learner.literalCount; i++) {
    const form = learner.literalForm[i] as LiteralForm;
    const literal = decodeLiteral(bytes, learner.literalStart[i]!, learner.literalEnd[i]!, form, dialect);
    bySlot[learner.literalSlot[i]!]!.push(literal.kind === "null" ? null : literal.text);
  }
  return bySlot;
}

describe("a learner", () => {
  test("gives each statement the index of its template, in order of first sight", () => {
    const learner = new TemplateLearner("postgres");
    const texts = ["select * from t where id = 1", "select * from u", "SELECT * FROM t WHERE id=22 -- again"].map(
      (sql) => match(learner, sql).text,
    );
    expect(texts).toEqual(["SELECT * FROM t WHERE id = ?", "SELECT * FROM u", "SELECT * FROM t WHERE id = ?"]);
    expect(learner.templates.map((template) => template.text)).toEqual(texts.slice(0, 2));
  });

  test("gives the values, integers parsed", () => {
    const learner = new TemplateLearner("postgres");
    for (const id of [7, -7, 9007199254740991]) {
      const bytes = Buffer.from(`select * from t where id = ${id} and name = 'x'`);
      learner.match(bytes, 0, bytes.length);
      expect([...learner.literalForm.subarray(0, learner.literalCount)]).toEqual([
        literalForm.integer,
        literalForm.string,
      ]);
      expect(learner.literalInteger[0]).toBe(id);
    }
    expect(values("insert into t values (1, 'it''s'), (9007199254740993, NULL), (-.5, 'x')")).toEqual([
      ["1", "9007199254740993", "-.5"],
      ["it's", null, "x"],
    ]);
  });

  test("gives the numbers of placeholders, so that values given apart can be found", () => {
    const learner = new TemplateLearner("postgres");
    for (const sql of [
      "select * from t where a in ($1) and b = $2",
      "select * from t where a in ($1, $2, $3) and b = $4",
    ]) {
      const bytes = Buffer.from(sql);
      expect(learner.match(bytes, 0, bytes.length)).toBe(0);
      expect([...learner.literalInteger.subarray(0, learner.literalCount)]).toEqual(
        sql.match(/\$\d/g)!.map((name) => Number(name.slice(1))),
      );
    }
  });

  test("says why a text is no statement", () => {
    const learner = new TemplateLearner("postgres");
    expect(match(learner, "select 'a").failure).toBe("a string is not closed");
    expect(match(learner, " /* */ ;").failure).toBe("there is no statement in it");
  });

  test("refuses new templates past its limit, and keeps answering the old ones", () => {
    const learner = new TemplateLearner("postgres", { templates: 2, characters: 1000 });
    const failures = ["select a", "select b", "select c", "select a"].map((sql) => match(learner, sql).failure);
    expect(failures).toEqual(["", "", "more than 2 templates", ""]);
  });
});

describe("what was seen once stays off the slow path", () => {
  test.each<[string, Dialect, string[]]>([
    [
      "other values",
      "postgres",
      [
        "select * from t where a = 1 and b = 'x'",
        "select * from t where a = -12 and b = 'it''s'",
        "select * from t where a = .5e-3 and b = ''",
      ],
    ],
    ["comments", "postgres", ["select 1 /* a */ from t -- x", "select 2 /* b /* c */ */ from t -- y'"]],
    [
      "longer lists",
      "postgres",
      [
        "select * from t where a in (1)",
        "select * from t where a in (1, 2)",
        "select * from t where a in (1, 2, 3, -4)",
      ],
    ],
    [
      "rows",
      "postgres",
      [
        "insert into t values (1, 'a')",
        "insert into t values (1, NULL)",
        "insert into t values (1, 2)",
        "insert into t values (NULL, 'x')",
      ],
    ],
    [
      "more rows",
      "postgres",
      [
        "insert into t values (1, 'a'), (2, 'b'), (3, NULL)",
        "insert into t values (1, 2), (3, '4'), (5, '6')",
        "insert into t values (1, NULL), (2, NULL), (3, '4'), (5, '6'), (7, '8')",
      ],
    ],
    [
      "numbered placeholders",
      "postgres",
      ["select * from t where a in ($1, $2) and b = $3", "select * from t where a in ($1, $2, $3, $4) and b = $5"],
    ],
    [
      "MySQL's strings",
      "mysql",
      [
        "select `a` from t where b = 'x' and c = \"y\" and d = 0xAB",
        "select `a` from t where b = 'it\\'s' and c = \"\\\\\" and d = 0xabcd",
      ],
    ],
  ])("%s", (_, dialect, statements) => {
    const learner = new TemplateLearner(dialect);
    // Each opening of a value is new once; then any mixture of them is known.
    for (const sql of statements) match(learner, sql);
    const again = statements.map((sql) =>
      sql.replaceAll(/\b\d\b(?! *\*)/g, (digit) => (sql.includes("$") ? digit : `${digit}77`)),
    );
    expect(slow(dialect, again, learner)).toBe(0);
    expect(learner.templates).toHaveLength(1);
  });

  test("only the first of many rows has to be seen", () => {
    const rows = (count: number) =>
      `insert into t (a, b) values ${Array.from({ length: count }, (_, i) => `(${i}, '${i}')`).join(", ")}`;
    const learner = new TemplateLearner("postgres");
    expect(slow("postgres", [rows(1), rows(2), rows(3)], learner)).toBe(3);
    expect(slow("postgres", [rows(4), rows(500)], learner)).toBe(0);
  });
});

test("rows of different shapes that were learned apart are not taken for one shape", () => {
  const learner = new TemplateLearner("postgres");
  for (const sql of [
    "insert into t values (1, now())",
    "insert into t values (1, now()), (2, now()), (3, now())",
    "insert into t values (1, 2)",
    "insert into t values (1, 2), (3, 4), (5, 6)",
  ]) {
    match(learner, sql);
  }
  expect(match(learner, "insert into t values (1, now()), (2, 3)").text).toBe(
    "INSERT INTO t VALUES (?, now()), (?, ?)",
  );
});

// Each was once taken for the one before it.
test.each<[Dialect, string, string, string]>([
  ["postgres", "select +-5", "select +5", "SELECT ?"],
  ["postgres", "select a limit-5", "select a limit5", "SELECT a limit5"],
  ["postgres", "select 1 :n", "select 1.:n", "SELECT ? : n"],
  ["postgres", "select 'a' N'b'", "select 'a'\n'b'", "SELECT '?'"],
  ["postgres", "select @select", "select @select2", "SELECT @select2"],
  ["postgres", "select a where b in (1, 2)", "select a where b in (1, c)", "SELECT a WHERE b IN (?, c)"],
  ["postgres", "insert into t values (NULL)", "insert into t values (NULL::int)", "INSERT INTO t VALUES (NULL::int)"],
  ["mysql", "/*!-5 */", "/*!0 */", "/*!0 */"],
  ["mysql", "select /* x */ a", "select /*M! b, */ a", "SELECT /*M! b, */ a"],
  ["mysql", "select /*M!99999 b, */ a", "select /*M!999999 b, */ a", "SELECT a"],
  ["mysql", "select @a", "select @a := 1", "SELECT @a := ?"],
  ["mysql", "select a--5", "select a-- 5", "SELECT a"],
])("%s: %s tells nothing about %s", (dialect, before, sql, text) => {
  const learner = new TemplateLearner(dialect);
  match(learner, before);
  expect([match(learner, sql).text, match(learner, sql).text]).toEqual([text, text]);
});

describe("the trie agrees with the tokenizer", () => {
  const pieces: Record<Dialect, readonly string[]> = {
    postgres: [
      ..."select|from|t|where|a|b|and|in|values|array|null|NULL|Null|e|E|n|N'|x|u&'|::int|as|limit|like|interval|row|insert into t".split(
        "|",
      ),
      ..."1|5|-5|+7|.5|1.|1e5|0x1F|1_0|123456789012345|12345678901234567890|9007199254740993|5x|'|''|'a'|'b'|E'a\\'b'|N'a'|X'1F'|B'01'".split(
        "|",
      ),
      ...["$1", "$2", "$3", "$", "$$", "$a$", "?", ":n", ":na", ":1", "@p", "%s", "%(n)s", "::", ":", ":=", "%", "@"],
      ...[
        "(",
        ")",
        ",",
        "[",
        "]",
        ";",
        ".",
        " ",
        " ",
        " ",
        "\n",
        "\t",
        "--",
        "-- c\n",
        "/*",
        "*/",
        "/* c */",
        "/* d'\n */",
      ],
      ...["=", "<", ">", "<=", "<>", "-", "+", "*", "/", "||", "->", "?|", "!", "#", '"', '"q"', '"Q', "\\", "é", "`"],
    ],
    mysql: [
      ..."select|from|t|where|a|b|and|in|values|value|null|NULL|e|n'|x|_utf8'|_utf8|limit|interval|row|insert into t|set|into|@a|@@v".split(
        "|",
      ),
      ..."1|5|-5|+7|.5|1.|1e5|0x1F|0xZ|0b01|0|123456789012345|9007199254740993|2020_a|'|''|'a'|'b'|\"|\"a\"|N'a'|X'1F'|\\|\\'".split(
        "|",
      ),
      ...["$1", "$2", "$", "?", "?", ":n", ":na", "::l", ":1", "@p", "%s", "%(n)s", ":", ":=", "%", "@"],
      ...[
        "(",
        ")",
        ",",
        ";",
        ".",
        " ",
        " ",
        " ",
        "\n",
        "\t",
        "--",
        "-- c\n",
        "# c\n",
        "/*",
        "*/",
        "/* c */",
        "/*!",
        "/*M!",
        "/*M!999999",
        "/*!40001 ",
      ],
      ...["=", "<", ">", "<=>", "-", "+", "*", "/", "||", "->", "!", "#", "`", "`q`", "é"],
    ],
  };

  /** Statements that are mostly right, so that lists and tuples are learned and then mixed. */
  const grammar = {
    postgres: (() => {
      const value = fc.constantFrom(
        "1",
        "-2",
        "3.5",
        "12345678901234567",
        "'a'",
        "'it''s'",
        "E'a\\'b'",
        "NULL",
        "null",
        "$1",
        "$7",
        "?",
        "now()",
        "b",
        "5+1",
        "'a'::text",
        "x'1f'",
        ":n",
        "array[1,2]",
        "array['a']",
        "a in (1,2)",
        "(1)",
        "f(2)",
        "f('x')",
      );
      return {
        value,
        prefix: [
          "select * from t where a = ",
          "select * from t where a in (",
          "insert into t values (",
          "select (",
          "SELECT array[",
        ],
      };
    })(),
    mysql: (() => {
      const value = fc.constantFrom(
        "1",
        "-2",
        "3.5",
        "'a'",
        "'it\\'s'",
        '"b"',
        "0x1F",
        "NULL",
        "?",
        "now()",
        "b",
        "5+1",
        "N'x'",
        ":n",
        "::l",
        "a in (1,2)",
        "(1)",
        "f(2)",
        "f('x')",
      );
      return {
        value,
        prefix: [
          "select * from t where a = ",
          "select * from t where a in (",
          "insert into t values (",
          "replace into t value (",
          "values row(",
        ],
      };
    })(),
  };

  const blank = fc.constantFrom("", "", " ", " ", "\n", " /* c */ ", "/*d*/", "-- x\n", "  ");

  const statementLike = (dialect: Dialect) => {
    const { value, prefix } = grammar[dialect];
    const tuple = fc
      .array(
        fc.tuple(blank, value, blank).map((part) => part.join("")),
        { minLength: 1, maxLength: 3 },
      )
      .map((list) => list.join(","));
    return fc
      .tuple(
        fc.constantFrom(...prefix),
        fc.array(fc.tuple(tuple, fc.constantFrom("),(", ", ", "), (", "),\n("), fc.integer({ min: 1, max: 3 })), {
          minLength: 0,
          maxLength: 3,
        }),
        tuple,
        fc.constantFrom(
          "",
          ")",
          ")",
          ")",
          "))",
          ") and b = 5",
          ") and b = $2",
          ") and b = ?",
          ") -- end",
          ");",
          ") on conflict do nothing",
          "]",
        ),
      )
      .map(
        ([start, middle, last, end]) =>
          `${start}${middle.map(([list, separator, times]) => (list + separator).repeat(times)).join("")}${last}${end}`,
      );
  };

  const check = (dialect: Dialect, statements: readonly string[]) => {
    const learner = new TemplateLearner(dialect);
    for (const sql of [...statements, ...statements]) {
      // A new learner has nothing but the tokenizer.
      expect(match(learner, sql), sql).toEqual(match(new TemplateLearner(dialect), sql));
    }
  };

  for (const dialect of ["postgres", "mysql"] as const) {
    test(`on statements of ${dialect}`, () => {
      fc.assert(
        fc.property(fc.array(statementLike(dialect), { minLength: 1, maxLength: 40 }), (statements) =>
          check(dialect, statements),
        ),
        { numRuns: 150 },
      );
    });

    test(`on statements of ${dialect} that continue each other's beginnings`, () => {
      const text = fc
        .array(fc.constantFrom(...pieces[dialect]), { minLength: 1, maxLength: 8 })
        .map((parts) => parts.join(""));
      // A few beginnings, many continuations: each pair meets at the same place of the trie.
      const family = fc
        .tuple(text, fc.array(text, { minLength: 2, maxLength: 40 }))
        .map(([start, ends]) => ends.map((end) => start + end));
      fc.assert(
        fc.property(family, (statements) => check(dialect, statements)),
        { numRuns: 500 },
      );
    });
  }

  test("and with the template of one statement by itself, in any order", () => {
    fc.assert(
      fc.property(fc.array(statementLike("postgres"), { minLength: 1, maxLength: 30 }), (statements) => {
        const seen = (ordered: readonly string[]) => {
          const learner = new TemplateLearner("postgres");
          const byStatement = new Map(ordered.map((sql) => [sql, match(learner, sql).text]));
          return { byStatement, all: learner.templates.map((template) => JSON.stringify(template)).sort() };
        };
        const forward = seen(statements);
        const backward = seen(statements.toReversed());
        expect(backward.all).toEqual(forward.all);
        for (const [sql, text] of forward.byStatement) {
          expect(backward.byStatement.get(sql)).toBe(text);
          if (text !== undefined) expect(templateOf(sql, "postgres").template.text).toBe(text);
        }
      }),
      { numRuns: 100 },
    );
  });
});
