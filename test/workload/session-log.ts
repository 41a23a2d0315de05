import { newEntry, type LogEntry } from "../../src/ingest/entry.ts";
import type { Dialect } from "../../src/sql/template.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { WorkloadBuilder } from "../../src/workload/builder.ts";
import {
  emptyPart,
  mergePart,
  partFromState,
  partToState,
  workloadOf,
  type WorkloadPart,
} from "../../src/workload/part.ts";
import type { Footprint } from "../../src/workload/transactions.ts";
import type { Workload } from "../../src/workload/workload.ts";

/** A statement of a log: `session`, `id` and `input` where it has them. */
export interface Line {
  readonly sql: string;
  readonly session?: string;
  readonly id?: string;
  readonly input?: number;
  readonly ms?: number;
  /** No statement, but a record that says that one failed, or that the session ended by a failure. */
  readonly fails?: "statement" | "session";
}

/** Lines as `session sql`, such as `a BEGIN`; `a ERROR` and `a FATAL` are failures in the session. */
export const linesOf = (...texts: readonly string[]): Line[] =>
  texts.map((text) => lineOf({ session: text.slice(0, text.indexOf(" ")), sql: text.slice(text.indexOf(" ") + 1) }));

export const lineOf = (line: Line): Line =>
  /^(ERROR|FATAL)$/.test(line.sql) ? { ...line, sql: "", fails: line.sql === "ERROR" ? "statement" : "session" } : line;

const encoder = new TextEncoder();

/** Fills the entry, as a reader does from line to line. */
function fill(entry: LogEntry, line: Line, offset: number): LogEntry {
  entry.bytes = encoder.encode(`${line.sql}\n${line.session ?? ""}\n${line.id ?? ""}`);
  entry.sql.start = 0;
  entry.sql.end = encoder.encode(line.sql).length;
  const sessionEnd = entry.sql.end + 1 + (line.session ?? "").length;
  entry.session.start = line.session === undefined ? -1 : entry.sql.end + 1;
  entry.session.end = line.session === undefined ? -1 : sessionEnd;
  entry.transaction.start = line.id === undefined ? -1 : sessionEnd + 1;
  entry.transaction.end = line.id === undefined ? -1 : sessionEnd + 1 + line.id.length;
  entry.offset = offset;
  entry.durationMs = line.ms ?? 1;
  return entry;
}

/** The parts of a log that is cut before the lines with these numbers, and where another input begins. */
export function partsOf(lines: readonly Line[], dialect: Dialect, cuts: readonly number[] = []): WorkloadPart[] {
  const builders: WorkloadBuilder[] = [];
  const entry = newEntry("statement");
  let builder: WorkloadBuilder | undefined;
  let before: number | undefined;
  lines.forEach((line, number) => {
    const input = line.input ?? 0;
    if (builder === undefined || input !== before || cuts.includes(number)) {
      const startsInside = input === before;
      builder = new WorkloadBuilder({
        input,
        dialect,
        keyColumns: [],
        schema: emptySchema,
        counted: undefined,
        startsInside,
      });
      builders.push(builder);
    }
    before = input;
    fill(entry, line, number * 100);
    if (line.fails === undefined) builder.add(entry);
    else builder.skip(entry.offset, "ERROR message of the server", { entry, endsSession: line.fails === "session" });
  });
  return builders.map(({ part }) => part);
}

/** The parts put together in the given order, each by way of the form that crosses threads. */
export function workloadOfParts(parts: readonly WorkloadPart[]): Workload {
  const whole = emptyPart();
  for (const part of parts) mergePart(whole, partFromState(structuredClone(partToState(part))));
  return workloadOf(whole, []);
}

export const workloadOfLines = (lines: readonly Line[], dialect: Dialect = "postgres"): Workload =>
  workloadOfParts(partsOf(lines, dialect));

/** Footprints in words: `2 committed: read orders(7), update stock(3,8)`. */
export function footprintsOf({ shapes, transactions: { footprints } }: Workload): string[] {
  const texts: string[] = [];
  footprints.forEach((footprint) => {
    const accesses = Array.from({ length: footprint.accessCount }, (_, i) => accessText(footprint, i));
    const { count, outcome, complete } = footprint;
    texts.push(`${count} ${outcome}${complete ? "" : " incomplete"}: ${accesses.join(" ")}`);
  });
  return texts.sort();

  function accessText({ shapes: numbers, starts, codes }: Footprint, i: number): string {
    const { shape, counter } = shapes[numbers[i]!]!;
    const values = [...codes.subarray(starts[i], starts[i + 1])].map((code) => counter.textOfCode(code) ?? code);
    return `${shape.use} ${shape.table}(${values.join(",")})`;
  }
}

/** Everything that a workload says of its transactions, in its order: equal texts are equal, to the byte. */
export function transactionsText(workload: Workload): string {
  const { footprints, statements, alone, ...rest } = workload.transactions;
  const listed: unknown[] = [];
  footprints.forEach(({ shapes, starts, codes, accessCount, ...footprint }) =>
    listed.push([
      footprint,
      [...shapes.subarray(0, accessCount)],
      [...starts.subarray(0, accessCount + 1)],
      [...codes.subarray(0, starts[accessCount])],
    ]),
  );
  const { keptShare, size } = footprints;
  return JSON.stringify({ ...rest, statements: [...statements], alone: [...alone], keptShare, size, listed });
}
