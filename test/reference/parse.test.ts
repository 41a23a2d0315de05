import { beforeAll, expect, test } from "vitest";
import { loadGrammar, parseTemplate } from "../../src/sql/parse.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { templateOf } from "../../src/sql/template-of.ts";
import type { Dialect } from "../../src/sql/template.ts";
import { describeReference, referenceLines } from "./reference.ts";

interface Case {
  readonly sql?: string;
  readonly dialect?: string;
  readonly statements?: readonly { readonly sql: string }[];
}

/** Reasons of the statements that stay unknown, by statement. */
function unknowns(path: string, fallback: readonly Dialect[]): { total: number; unknown: Record<string, string> } {
  let total = 0;
  const unknown: Record<string, string> = {};
  for (const { sql, dialect, statements } of referenceLines<Case>(path)) {
    for (const text of statements?.map((statement) => statement.sql) ?? [sql ?? ""]) {
      for (const one of dialectsOf(text, dialect, fallback)) {
        total += 1;
        const access = parseTemplate(templateOf(filled(text), one).template, emptySchema);
        if (access.kind === "unknown") unknown[text] = access.reason;
      }
    }
  }
  return { total, unknown };
}

/** The Rails workload has `{}` where the application fills in a list or `+ 1`. */
function filled(sql: string): string {
  return sql.replaceAll("({})", "(?)").replaceAll("{}", "+ 1");
}

function dialectsOf(sql: string, dialect: string | undefined, fallback: readonly Dialect[]): readonly Dialect[] {
  switch (dialect) {
    case undefined:
      return fallback;
    case "sqlserver":
      return []; // five cases with TOP (n) PERCENT, a dialect that we don't read
    case "sql92/mysql/postgres":
      return sql.includes("`") ? ["mysql"] : ["mysql", "postgres"];
    default:
      return [dialect === "mysql" ? "mysql" : "postgres"];
  }
}

describeReference("statements of real routers and benchmarks parse", () => {
  beforeAll(async () => {
    await loadGrammar("postgres");
    await loadGrammar("mysql");
  });

  const both: readonly Dialect[] = ["mysql", "postgres"];
  test.each([
    ["routing/citus/cases.jsonl", 366, both, {}],
    ["routing/pg-partition-oracle/cases.jsonl", 140, both, {}],
    ["routing/shardingsphere/cases.jsonl", 98, both, {}],
    // An error on purpose: the router's answer to it is that it can't parse it.
    [
      "routing/spqr/cases.jsonl",
      296,
      both,
      { "SELECT * FROM x WHERE ixxxd = 1 iuwehiuhweui;": 'syntax error at or near "iuwehiuhweui"' },
    ],
    ["routing/vitess/cases.jsonl", 544, both, {}],
    ["workloads/benchbase/statements.jsonl", 146, both, {}],
    ["workloads/h-store/procedures.jsonl", 240, both, {}],
    ["workloads/lobsters/queries.jsonl", 230, ["mysql"] as const, {}],
  ])("%s: %i readings", (path, total, dialects, unknown) => {
    expect(unknowns(path, dialects)).toEqual({ total, unknown });
  });
});
