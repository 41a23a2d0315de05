import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { loadGrammar } from "../../src/sql/parse.ts";
import type { Dialect } from "../../src/sql/template.ts";
import {
  footprintsOf,
  lineOf,
  linesOf,
  partsOf,
  transactionsText,
  workloadOfLines,
  workloadOfParts,
  type Line,
} from "./session-log.ts";

beforeAll(async () => {
  await loadGrammar("postgres");
  await loadGrammar("mysql");
});

const read = (id: number): string => `SELECT * FROM orders WHERE id = ${id}`;
const write = (id: number): string => `UPDATE stock SET n = 1 WHERE id = ${id}`;

const footprints = (dialect: Dialect, ...texts: string[]): string[] =>
  footprintsOf(workloadOfLines(linesOf(...texts), dialect));

const counts = (dialect: Dialect, ...texts: string[]): unknown =>
  workloadOfLines(linesOf(...texts), dialect).transactions.counts;

describe("statements of a session make a transaction", () => {
  test("from BEGIN to COMMIT, whatever other sessions do between", () => {
    expect(
      footprints("postgres", "a BEGIN", `a ${read(1)}`, `b ${read(2)}`, `a ${write(3)}`, "b COMMIT", "a COMMIT"),
    ).toEqual(["1 committed: read orders(1) update stock(3)"]);
  });

  test("END, ABORT and START TRANSACTION are words for the same", () => {
    const body = [`a ${read(1)}`, `a ${write(1)}`];
    expect(footprints("postgres", "a START TRANSACTION", ...body, "a END", "a BEGIN", ...body, "a ABORT")).toEqual([
      "1 committed: read orders(1) update stock(1)",
      "1 rolled-back: read orders(1) update stock(1)",
    ]);
  });

  test("a savepoint and ROLLBACK TO end nothing, and what they undo was still done", () => {
    expect(
      footprints(
        "postgres",
        "a BEGIN",
        `a ${write(1)}`,
        "a SAVEPOINT s",
        `a ${write(2)}`,
        "a ROLLBACK TO SAVEPOINT s",
        "a RELEASE SAVEPOINT s",
        `a ${write(3)}`,
        "a COMMIT",
      ),
    ).toEqual(["1 committed: update stock(1) update stock(2) update stock(3)"]);
  });

  // https://www.postgresql.org/docs/current/sql-commit.html: after an error COMMIT does the same as ROLLBACK.
  test("after a failure COMMIT rolls back, unless a savepoint was returned to", () => {
    const failing = ["a BEGIN", `a ${write(1)}`, "a SAVEPOINT s", `a ${write(2)}`, "a ERROR"];
    const both = "update stock(1) update stock(2)";
    expect(footprints("postgres", ...failing, "a COMMIT")).toEqual([`1 rolled-back: ${both}`]);
    expect(footprints("postgres", ...failing, "a ROLLBACK TO SAVEPOINT s", "a COMMIT")).toEqual([`1 committed: ${both}`]);
    expect(footprints("postgres", ...failing, "a ROLLBACK TO SAVEPOINT s", "a ERROR", "a END")).toEqual([
      `1 rolled-back: ${both}`,
    ]);
    // The session is gone; the next of that name is another one.
    expect(footprints("postgres", ...failing.slice(0, 4), "a FATAL", `a ${read(1)}`, "a COMMIT")).toEqual([
      `1 rolled-back: ${both}`,
    ]);
    expect(footprints("postgres", ...failing)).toEqual([`1 rolled-back: ${both}`]);
    expect(counts("postgres", `a ${write(1)}`, "a ERROR", "b ERROR", "a BEGIN", `a ${write(2)}`, "a COMMIT")).toMatchObject({
      autocommit: { writing: 1 },
      committed: { writing: 1 },
      rolledBack: { writing: 0 },
    });
  });

  test("COMMIT AND CHAIN begins the next one, AND NO CHAIN does not", () => {
    for (const dialect of ["postgres", "mysql"] as const) {
      expect(
        footprints(
          dialect,
          "a BEGIN",
          `a ${read(1)}`,
          `a ${read(2)}`,
          "a COMMIT AND CHAIN",
          `a ${read(3)}`,
          `a ${read(4)}`,
          "a ROLLBACK AND NO CHAIN",
          `a ${read(5)}`,
          `a ${read(6)}`,
        ),
      ).toEqual(["1 committed: read orders(1) read orders(2)", "1 rolled-back: read orders(3) read orders(4)"]);
    }
  });

  test("PREPARE TRANSACTION leaves the session without one; COMMIT PREPARED is somebody else's", () => {
    expect(
      footprints(
        "postgres",
        "a BEGIN",
        `a ${write(1)}`,
        `a ${write(2)}`,
        "a PREPARE TRANSACTION 'x'",
        `a ${write(3)}`,
        "a BEGIN",
        `a ${write(4)}`,
        "a COMMIT PREPARED 'x'",
        `a ${write(5)}`,
        "a COMMIT",
      ),
    ).toEqual(["1 committed: update stock(1) update stock(2)", "1 committed: update stock(4) update stock(5)"]);
  });

  test("DDL commits in MySQL, and is part of the transaction in PostgreSQL", () => {
    const log = ["a BEGIN", `a ${write(1)}`, `a ${write(2)}`, "a CREATE TABLE t (id int)", `a ${write(3)}`, "a ROLLBACK"];
    expect(footprints("mysql", ...log)).toEqual(["1 committed: update stock(1) update stock(2)"]);
    expect(footprints("postgres", ...log)).toEqual([
      "1 rolled-back: update stock(1) update stock(2) update stock(3)",
    ]);
  });

  test("with autocommit off each COMMIT begins the next one", () => {
    expect(
      footprints(
        "mysql",
        "a SET autocommit = 0",
        `a ${write(1)}`,
        `a ${write(2)}`,
        "a COMMIT",
        `a ${write(3)}`,
        `a ${write(4)}`,
        "a ROLLBACK",
        "a SET @@session.autocommit = ON",
        `a ${write(5)}`,
        `a ${write(6)}`,
      ),
    ).toEqual(["1 committed: update stock(1) update stock(2)", "1 rolled-back: update stock(3) update stock(4)"]);
  });

  test("one that is open at the end of the log is neither committed nor rolled back", () => {
    expect(footprints("postgres", "a BEGIN", `a ${write(1)}`, `a ${read(1)}`)).toEqual([
      "1 open: update stock(1) read orders(1)",
    ]);
  });

  test("rolled-back ones are apart, their reads too; statements without BEGIN are one each", () => {
    expect(
      counts(
        "postgres",
        `a ${read(1)}`,
        `a ${write(1)}`,
        "a BEGIN",
        `a ${read(2)}`,
        "a ROLLBACK",
        "a BEGIN",
        `a ${read(3)}`,
        `a ${write(3)}`,
        "a COMMIT",
        "a BEGIN",
        "a COMMIT",
      ),
    ).toEqual({
      autocommit: { reading: 1, writing: 1 },
      committed: { reading: 0, writing: 1 },
      rolledBack: { reading: 1, writing: 0 },
      open: { reading: 0, writing: 0 },
    });
  });

  test("executions are alone, in a transaction of several, or rolled back alone", () => {
    const { templates, transactions } = workloadOfLines(
      linesOf(`a ${read(1)}`, "a BEGIN", `a ${read(2)}`, "a COMMIT", "a BEGIN", `a ${read(3)}`, "a ROLLBACK", "a BEGIN", `a ${read(4)}`, `a ${read(5)}`, "a COMMIT"),
    );
    const reads = templates.findIndex(({ pattern }) => pattern.kind === "rows");
    expect(templates[reads]!.executions).toBe(5);
    expect(transactions.alone[reads]).toBe(2);
    expect(transactions.types).toEqual([
      { templates: [reads], writes: false, committed: 1, rolledBack: 0, open: 0, timeMicros: 2000 },
    ]);
    expect([...transactions.statements]).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });
});

describe("what is kept of a transaction", () => {
  test("identical footprints are one, and each access stands in it once", () => {
    const one = ["a BEGIN", `a ${read(7)}`, `a ${write(7)}`, `a ${read(7)}`, "a COMMIT"];
    expect(footprints("postgres", ...one, ...one)).toEqual(["2 committed: read orders(7) update stock(7)"]);
  });

  test("texts, NULL, negative and large numbers come back as they were", () => {
    const ids = ["'x'", "NULL", "-300", "9007199254740991", "0", "'x'"];
    const lines = ids.map((id) => `a INSERT INTO t (id, n) VALUES (${id}, 0)`);
    expect(footprints("postgres", "a BEGIN", ...lines, "a COMMIT")).toEqual([
      "1 committed: insert t(x,0) insert t(1.5,0) insert t(-300,0) insert t(9007199254740991,0) insert t(0,0)",
    ]);
  });

  test("an access without its value is there without one, and a statement that cannot be parsed makes it incomplete", () => {
    expect(
      footprints("postgres", "a BEGIN", "a SELECT * FROM orders WHERE id = $1", `a ${write(1)}`, "a COMMIT"),
    ).toEqual(["1 committed: read orders() update stock(1)"]);
    expect(footprints("postgres", "a BEGIN", `a ${write(1)}`, "a UPDATE x SET ) 1", "a COMMIT")).toEqual([
      "1 committed incomplete: update stock(1)",
    ]);
  });

  test("a batch keeps its first 256 accesses", () => {
    const many = Array.from({ length: 257 }, (_, i) => `a ${write(i)}`);
    expect(footprints("postgres", "a BEGIN", ...many.slice(1), `a ${write(9)}`, "a COMMIT")[0]).toMatch(/^1 committed: /);
    expect(footprints("postgres", "a BEGIN", ...many, "a COMMIT")[0]).toMatch(/^1 committed incomplete: .*stock\(255\)$/);
  });
});

describe("ids", () => {
  const line = (id: string | undefined, sql: string, session?: string): Line => ({
    sql,
    ...(id === undefined ? {} : { id }),
    ...(session === undefined ? {} : { session }),
  });

  test("without sessions the id alone says what belongs together", () => {
    const lines = [line("x1", write(1)), line("x2", read(2)), line("x1", read(1)), line("x3", write(4)), line("x3", write(5)), line("x3", "ROLLBACK")];
    const workload = workloadOfLines(lines);
    expect(workload.transactions.grouping.by).toBe("ids");
    expect(footprintsOf(workload)).toEqual([
      "1 committed: update stock(1) read orders(1)",
      "1 rolled-back: update stock(4) update stock(5)",
    ]);
    expect(workload.transactions.counts.autocommit).toEqual({ reading: 1, writing: 0 });
  });

  test("with sessions an id that changes ends a transaction whose COMMIT is not in the log", () => {
    const lines = [line("3/1", write(1), "s"), line("3/1", write(2), "s"), line("3/2", write(3), "s"), line(undefined, read(1), "s")];
    expect(footprintsOf(workloadOfLines(lines))).toEqual(["1 committed: update stock(1) update stock(2)"]);
  });

  test("PostgreSQL's COMMIT has no id, and backends use theirs again", () => {
    const one = (session: string): Line[] => [
      line("3/4", "BEGIN", session),
      line("3/4", write(1), session),
      line("3/4", write(2), session),
      line(undefined, "COMMIT", session),
    ];
    const lines = [...one("6afffa49.515"), ...one("6afffa99.a1")];
    expect(footprintsOf(workloadOfLines(lines))).toEqual(["2 committed: update stock(1) update stock(2)"]);
  });
});

describe("a log with neither", () => {
  test("says so, and counts no transactions", () => {
    const { transactions } = workloadOfLines([{ sql: read(1) }, { sql: write(1) }]);
    expect(transactions.grouping).toEqual({
      by: "none",
      ungrouped: 2,
      because: "the log has neither sessions nor transaction ids, so which statements were one transaction is unknown",
    });
    expect(transactions.counts.autocommit).toEqual({ reading: 0, writing: 0 });
  });
});

describe("several inputs", () => {
  const inTwo = (session: string): string[] =>
    footprintsOf(
      workloadOfParts(
        partsOf(
          [
            { session, sql: "BEGIN" },
            { session, sql: write(1) },
            { session, sql: write(2), input: 1 },
            { session, sql: "COMMIT", input: 1 },
          ],
          "postgres",
        ),
      ),
    );

  test("PostgreSQL's session id is the same session in the next file", () => {
    expect(inTwo("6afffa49.515")).toEqual(["1 committed: update stock(1) update stock(2)"]);
  });

  test("a number is not: servers count from 1", () => {
    expect(inTwo("42")).toEqual([]);
  });
});

const statement = fc.oneof(
  { weight: 6, arbitrary: fc.nat(3).map(read) },
  { weight: 6, arbitrary: fc.nat(3).map(write) },
  { weight: 5, arbitrary: fc.constantFrom("BEGIN", "COMMIT", "ROLLBACK") },
  { weight: 3, arbitrary: fc.constantFrom("ERROR", "ERROR", "FATAL", "ROLLBACK TO SAVEPOINT s") },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "SET autocommit = 0",
      "COMMIT AND CHAIN",
      "SAVEPOINT s",
      "ROLLBACK TO SAVEPOINT s",
      "CREATE TABLE t (id int)",
      "SET autocommit = 0",
      "SET autocommit = 1",
      "SELECT * FROM orders WHERE id IN (1, 2, 3)",
      "UPDATE x SET ) 1",
    ),
  },
);

test("what could not be parsed behind a cut makes the whole transaction incomplete", () => {
  const lines = linesOf("a BEGIN", `a ${write(1)}`, `a ${write(2)}`, "a UPDATE x SET ) 1", "a COMMIT");
  for (let cut = 0; cut < lines.length; cut++)
    expect(footprintsOf(workloadOfParts(partsOf(lines, "postgres", [cut])))).toEqual([
      "1 committed incomplete: update stock(1) update stock(2)",
    ]);
});

test("autocommit that was turned off before a cut holds behind it", () => {
  const lines = linesOf(
    ...["a SET autocommit = 0", `a ${write(1)}`, `a ${write(2)}`, "a COMMIT", `a ${write(3)}`, `a ${read(3)}`],
    ...["a COMMIT", `a ${write(4)}`, `a ${read(4)}`, "a ROLLBACK", `a ${write(5)}`, `a ${read(5)}`],
  );
  for (let cut = 1; cut < lines.length; cut++) {
    expect(footprintsOf(workloadOfParts(partsOf(lines, "mysql", [cut]).reverse()))).toEqual([
      "1 committed: update stock(1) update stock(2)",
      "1 committed: update stock(3) read orders(3)",
      "1 open: update stock(5) read orders(5)",
      "1 rolled-back: update stock(4) read orders(4)",
    ]);
  }
});

const log = fc.array(
  fc.record({
    sql: statement,
    session: fc.constantFrom("1", "1", "2", "6afffa49.515"),
    id: fc.option(fc.constantFrom("3/1", "3/2", "3/3"), { nil: undefined, freq: 3 }),
  }),
  { minLength: 1, maxLength: 60 },
);

const shuffledCuts = fc.tuple(fc.array(fc.nat(60), { maxLength: 6 }), fc.array(fc.nat(), { minLength: 8, maxLength: 8 }));

function cutAndShuffled(lines: readonly Line[], dialect: Dialect, cuts: readonly number[], order: readonly number[]) {
  const parts = partsOf(lines, dialect, cuts);
  const keyed = parts.map((part, i) => ({ part, key: order[i % order.length]! }));
  return workloadOfParts(keyed.sort((a, b) => a.key - b.key).map(({ part }) => part));
}

test.each(["postgres", "mysql"] as const)("any cut of a %s log, merged in any order, gives the same transactions", (dialect) => {
  fc.assert(
    fc.property(log, fc.boolean(), fc.boolean(), fc.nat(60), shuffledCuts, (lines, withIds, withSessions, second, [cuts, order]) => {
      const told = withSessions ? lines : lines.filter(({ sql }) => !/^(ERROR|FATAL)$/.test(sql));
      const seen = told.map(({ sql, session, id }, number): Line =>
        lineOf({
          sql,
          input: number < second ? 0 : 1,
          ...(withSessions ? { session } : {}),
          ...(withIds && id !== undefined ? { id } : {}),
        }),
      );
      const whole = transactionsText(workloadOfParts(partsOf(seen, dialect)));
      expect(transactionsText(cutAndShuffled(seen, dialect, cuts, order))).toBe(whole);
    }),
    { numRuns: 600 },
  );
});

/** Transactions as the manual has them, one statement after the other: the slow way, for a log with sessions alone. */
function grouped(lines: readonly Line[], dialect: Dialect): string[] {
  const sessions = new Map<string, { open: string[] | undefined; off: boolean; failed: boolean }>();
  const ended: string[] = [];
  for (const { sql, session } of lines) {
    const state = sessions.get(session!) ?? { open: undefined, off: false, failed: false };
    sessions.set(session!, state);
    const end = (outcome: string): void => {
      if (state.open !== undefined && state.open.length > 0)
        ended.push(`${state.failed ? "rolled-back" : outcome} ${state.open.join("; ")}`);
      state.open = undefined;
      state.failed = false;
    };
    if (sql === "ERROR") state.failed = state.open !== undefined;
    else if (sql === "FATAL") end("rolled-back");
    else if (sql.startsWith("ROLLBACK TO")) state.failed = false;
    else if (sql === "BEGIN") {
      end("committed");
      state.open = [];
    } else if (sql.startsWith("COMMIT")) {
      end("committed");
      if (sql.endsWith("CHAIN")) state.open = [];
    } else if (sql === "ROLLBACK") end("rolled-back");
    else if (sql.startsWith("CREATE")) {
      if (dialect === "mysql") end("committed");
    } else if (sql.startsWith("SET")) {
      if (dialect === "postgres") continue;
      end("committed");
      state.off = sql.endsWith("0");
    } else if (!sql.includes("SAVEPOINT")) {
      if (state.off) state.open ??= [];
      state.open?.push(sql);
    }
  }
  for (const { open, failed } of sessions.values())
    if (open !== undefined && open.length > 0) ended.push(`${failed ? "rolled-back" : "open"} ${open.join("; ")}`);
  return ended;
}

test.each(["postgres", "mysql"] as const)("counts of a %s log are those of reading it one by one", (dialect) => {
  fc.assert(
    fc.property(log, (lines) => {
      const own = lines.map(({ sql, session }) => ({ sql, session }));
      const { counts: summed, statements } = workloadOfLines(own.map(lineOf), dialect).transactions;
      const expected = grouped(own, dialect);
      const of = (outcome: string): number => expected.filter((text) => text.startsWith(outcome)).length;
      const sum = ({ reading, writing }: { reading: number; writing: number }): number => reading + writing;
      expect([sum(summed.committed), sum(summed.rolledBack), sum(summed.open)]).toEqual([
        of("committed"),
        of("rolled-back"),
        of("open"),
      ]);
      const lengths = expected.map((text) => text.split("; ").length);
      expect([...statements].flatMap(([length, count]) => Array<number>(count).fill(length))).toEqual(
        lengths.sort((a, b) => a - b),
      );
    }),
    { numRuns: 400 },
  );
});
