import fc from "fast-check";
import { expect, test } from "vitest";
import { newEntry, type LogEntry } from "../../src/ingest/entry.ts";
import {
  emptySampleGroups,
  RecordSieve,
  sampleError,
  type RecordFilter,
} from "../../src/workload/record-filter.ts";

const encoder = new TextEncoder();
const all = { databases: [], users: [] } satisfies RecordFilter;

/** An entry with these names; undefined is not logged. */
function entryOf(names: { database?: string; user?: string; session?: string; timeMicros?: number; offset?: number }): LogEntry {
  const entry = newEntry("statement");
  entry.bytes = encoder.encode(`${names.database ?? ""}${names.user ?? ""}${names.session ?? ""}`);
  let end = 0;
  for (const field of ["database", "user", "session"] as const) {
    const text = names[field];
    if (text === undefined) continue;
    entry[field].start = end;
    end += encoder.encode(text).length;
    entry[field].end = end;
  }
  entry.timeMicros = names.timeMicros ?? NaN;
  entry.offset = names.offset ?? 0;
  return entry;
}

const reason = (filter: Partial<RecordFilter>, names: Parameters<typeof entryOf>[0]): string | undefined => {
  const groups = filter.sample === undefined ? undefined : emptySampleGroups(filter.sample);
  return new RecordSieve({ ...all, ...filter }, 7, groups).reasonToLeave(entryOf(names));
};

test("--since takes its own instant in, --until does not, and no time is a reason", () => {
  const filter = { sinceMicros: 1000, untilMicros: 2000 };
  expect([999, 1000, 1999, 2000].map((timeMicros) => reason(filter, { timeMicros }))).toEqual([
    "before --since",
    undefined,
    undefined,
    "not before --until",
  ]);
  expect(reason(filter, {})).toBe("without a logged time (--since, --until)");
});

test("names match one of the patterns as a whole, case and all", () => {
  const filter = { databases: ["shop", "app_*", "a.c?"] };
  const kept = ["shop", "app_", "app_eu", "a.cd", "a.cü"].map((database) => reason(filter, { database }));
  expect(kept).toEqual([undefined, undefined, undefined, undefined, undefined]);
  const left = ["Shop", "shop2", "my_app_", "abcd"].map((database) => reason(filter, { database }));
  expect(new Set(left)).toEqual(new Set(["of another database (--database)"]));
  expect(reason({ users: ["a*"] }, { database: "a" })).toBe("without a logged user (--user)");
});

test("a sample takes a session with all its statements or not at all, whatever the file", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.nat(), fc.nat(), fc.nat(), (session, seed, one, other) => {
      const sample = { rate: 0.5, seed };
      expect(reason({ sample }, { session, offset: one })).toBe(reason({ sample }, { session, offset: other }));
    }),
  );
});

test("a sample of 10 % takes 10 % of the sessions, others with another seed, and counts what it took", () => {
  const groups = emptySampleGroups({ rate: 0.1, seed: 1 });
  const sieve = new RecordSieve({ ...all, sample: groups }, 0, groups);
  const taken = (of: RecordSieve): number[] =>
    Array.from({ length: 20_000 }, (_, i) => i).filter((i) => of.reasonToLeave(entryOf({ session: `s${i}` })) === undefined);
  const first = taken(sieve);
  // Binomial: 2,000 with a standard deviation of 42.
  expect(Math.abs(first.length - 2000)).toBeLessThan(4 * 42);
  expect(groups.executions.reduce((sum, count) => sum + count, 0)).toBe(first.length);
  const more = emptySampleGroups({ rate: 0.1, seed: 2 });
  const second = new Set(taken(new RecordSieve({ ...all, sample: more }, 0, more)));
  expect(first.filter((i) => second.has(i)).length).toBeLessThan(400);
});

test("the stated error is what repeated samples scatter by", () => {
  // 3,000 sessions, of which a few run many statements. The oracle: 200 samples with other seeds.
  const statements = Array.from({ length: 3000 }, (_, i) => 1 + (i % 50 === 0 ? 200 : i % 7));
  const total = statements.reduce((sum, count) => sum + count, 0);
  const rate = 0.2;
  const squares: number[] = [];
  const stated: number[] = [];
  for (let seed = 0; seed < 200; seed++) {
    const groups = emptySampleGroups({ rate, seed });
    const sieve = new RecordSieve({ ...all, sample: groups }, 0, groups);
    statements.forEach((count, i) => {
      const entry = entryOf({ session: `s${i}` });
      entry.executions = count;
      sieve.reasonToLeave(entry);
    });
    const counted = groups.executions.reduce((sum, count) => sum + count, 0);
    squares.push((counted / rate / total - 1) ** 2);
    stated.push(sampleError(groups));
  }
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  // 200 squares of a normal deviate have a mean within 30 % of the variance.
  expect(mean(stated) / Math.sqrt(mean(squares))).toBeGreaterThan(0.8);
  expect(mean(stated) / Math.sqrt(mean(squares))).toBeLessThan(1.25);
});
