import { randomStream, type RandomStream } from "../../src/stats/random-stream.ts";
import type { Schema } from "../../src/sql/schema.ts";

/** A stored procedure of a benchmark: its statements, with `?` for values. */
export interface Procedure {
  readonly name: string;
  /** Share of the transactions, in any unit. */
  readonly weight: number;
  readonly statements: readonly string[];
}

/** What the values of one transaction hang on. */
export interface Draw {
  readonly procedure: string;
  /** A whole number below `limit`, the same wherever the transaction asks for this name. */
  readonly of: (name: string, limit: number) => number;
  /** Of a statement that is repeated, drawn anew for each repetition. */
  readonly again: (name: string, limit: number) => number;
}

export interface Benchmark {
  readonly procedures: readonly Procedure[];
  readonly schema: Schema;
  /** The value that a `?` stands for, by the column that it is compared with or inserted into. */
  readonly value: (column: string, draw: Draw) => number | string;
  /** How often a statement is run in a row. */
  readonly repeats?: (sql: string, draw: Draw) => number;
}

/** A statement with its values, in order. */
export interface BoundStatement {
  readonly sql: string;
  readonly values: readonly (number | string)[];
}

/** One transaction of a procedure. */
export function transactionOf(benchmark: Benchmark, procedure: Procedure, chance: RandomStream): readonly BoundStatement[] {
  const drawn = new Map<string, number>();
  const fresh = (limit: number): number => Math.floor(chance.next() * limit);
  const of = (name: string, limit: number): number => {
    let value = drawn.get(name);
    if (value === undefined) drawn.set(name, (value = fresh(limit)));
    return value;
  };
  const common = { procedure: procedure.name, of };
  const repeated = new Map<string, number>();
  const drawOf = (nth: number): Draw => ({
    ...common,
    // The nth item of an order is the same one in each of the statements about it.
    again: (name, limit) => {
      const key = `${name} ${nth}`;
      let value = repeated.get(key);
      if (value === undefined) repeated.set(key, (value = fresh(limit)));
      return value;
    },
  });
  return procedure.statements.flatMap((sql) =>
    Array.from({ length: benchmark.repeats?.(sql, drawOf(0)) ?? 1 }, (_, nth) => ({
      sql,
      values: columnsOfMarks(sql, benchmark.schema).map((column) => benchmark.value(column, drawOf(nth))),
    })),
  );
}

/** A CSV log of `count` transactions, each with BEGIN and COMMIT, in sessions of their own. */
export function benchmarkLog(benchmark: Benchmark, count: number, seed: number): string {
  const chance = randomStream(seed, "transactions");
  const total = benchmark.procedures.reduce((sum, { weight }) => sum + weight, 0);
  const lines = ["ts,session,duration_ms,sql"];
  for (let nth = 0; nth < count; nth++) {
    let left = chance.next() * total;
    const procedure = benchmark.procedures.find(({ weight }) => (left -= weight) < 0) ?? benchmark.procedures.at(-1)!;
    const texts = transactionOf(benchmark, procedure, chance).map(textOf);
    for (const text of ["BEGIN", ...texts, "COMMIT"]) {
      const time = new Date(Date.UTC(2026, 0, 1) + nth * 50).toISOString();
      lines.push(`${time},s${nth % 16},${text.length > 6 ? 0.3 : 0.01},"${text.replaceAll('"', '""')}"`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function textOf({ sql, values }: BoundStatement): string {
  let nth = 0;
  return sql.replace(/\?/g, () => {
    const value = values[nth++]!;
    return typeof value === "number" ? String(value) : `'${value}'`;
  });
}

/** The column of each `?`, in order; "" where it is none. */
function columnsOfMarks(sql: string, schema: Schema): readonly string[] {
  const insert = /^\s*insert\s+into\s+(\w+)\s*(?:\(([^)]*)\))?\s*values\s*\(([^)]*)\)/i.exec(sql);
  if (insert !== null) {
    const [, table, names, values] = insert;
    const columns =
      names?.split(",").map((name) => name.trim()) ?? [...schema.tables.get(table!.toLowerCase())!.columns.keys()];
    return values!.split(",").flatMap((value, place) => (value.trim() === "?" ? [columns[place]!.toLowerCase()] : []));
  }
  return [...sql.matchAll(/(?:([\w.]+)\s*(?:=|<=|>=|<|>)\s*(?:[\w.]+\s*[-+]\s*)?)?\?/g)].map(([, column]) =>
    (column ?? "").toLowerCase().replace(/^.*\./, ""),
  );
}
