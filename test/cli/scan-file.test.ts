import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FileInput } from "../../src/cli/inputs.ts";
import { readHead } from "../../src/cli/inputs.ts";
import { scanFile } from "../../src/cli/scan-file.ts";
import { scanRange, type RangeTask, type ScanTask } from "../../src/cli/scan-range.ts";
import type { RunningRange } from "../../src/cli/scan-threads.ts";
import { detectFormat } from "../../src/ingest/detect.ts";
import { loadGrammar } from "../../src/sql/parse.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { contents } from "../workload/contents.ts";

const folder = mkdtempSync(join(tmpdir(), "shardplan-scan-"));
beforeAll(() => loadGrammar("postgres"));
afterAll(() => rmSync(folder, { recursive: true }));

async function fileAndTask(name: string, text: string): Promise<{ file: FileInput; task: ScanTask }> {
  const path = join(folder, name);
  writeFileSync(path, text);
  const file: FileInput = { kind: "file", name: path, path, bytes: statSync(path).size };
  const detection = detectFormat(await readHead(file), {});
  return { file, task: { input: 0, detection, dialect: "postgres", schema: emptySchema, counted: undefined } };
}

const inThisThread = {
  workers: 1,
  onBytes: () => {},
  runRange: (task: RangeTask): RunningRange => ({
    result: Promise.resolve(scanRange(task, () => {})),
    count: async () => {},
    stop: () => {},
  }),
};

const field = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** Statements that look like records of the log inside, so that a guessed cut may well be wrong. */
const sql = fc.oneof(
  fc.integer({ min: 1, max: 40 }).map((id) => `SELECT * FROM orders WHERE id = ${id}`),
  fc.constantFrom("a", "b'c", "ü").map((name) => `UPDATE users SET x = 1 WHERE name = '${name.replace("'", "''")}'`),
  fc
    .integer({ min: 1, max: 9 })
    .map(
      (id) =>
        `SELECT 1 FROM orders\n2026-01-01 00:00:00,s1,1.0,"SELECT 2 FROM users WHERE id = ${id}"\n-- x\nWHERE id IN (${id}, 77)`,
    ),
  fc
    .integer({ min: 1, max: 9 })
    .map((id) => `SELECT "id"\nFROM orders WHERE note = 'he said "",\n${id}' AND id = ${id}`),
  fc.constantFrom("SELEC nothing", "SELECT 'open"),
  fc.constantFrom("BEGIN", "COMMIT", "ROLLBACK"),
);

const log = fc.array(fc.tuple(sql, fc.nat(5000), fc.nat(3)), { minLength: 1, maxLength: 60 }).map((rows) => {
  const lines = rows.map(
    ([text, ms, session], i) =>
      `2026-01-01 00:00:${String(i % 60).padStart(2, "0")}.${i},s${session},${ms / 1000},${field(text)}`,
  );
  return `time,session,duration_ms,sql\n${lines.join("\n")}\n`;
});

test("any cut of a CSV log gives the same workload, also inside quoted newlines", async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(
      log,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
      async (text, shares) => {
        const { file, task } = await fileAndTask(`log-${number++}.csv`, text);
        const cuts = shares
          .map((at) => Math.floor(task.detection.dataStart + at * (file.bytes - task.detection.dataStart)))
          .sort((a, b) => a - b);
        const whole = await scanFile(file, task, { ...inThisThread, cuts: [] });
        const cut = await scanFile(file, task, { ...inThisThread, cuts });
        expect(contents(cut)).toBe(contents(whole));
      },
    ),
    { numRuns: 150 },
  );
});

test("a cut inside a quoted field that is a log itself is guessed wrong, seen, and read again", async () => {
  const inner = Array.from({ length: 200 }, (_, i) => `2026-01-01 00:01:00,s1,1.0,SELECT 2 FROM users WHERE id = ${i}`);
  const record = (text: string) => `2026-01-01 00:00:00,s1,1.0,${field(text)}\n`;
  const last = Array.from({ length: 20 }, (_, i) => record(`SELECT 3 FROM orders WHERE id = ${i}`)).join("");
  const text = `time,session,duration_ms,sql\n${record(`SELECT 1 FROM orders -- \n${inner.join("\n")}\n`)}${last}`;
  const { file, task } = await fileAndTask("log-in-a-log.csv", text);
  const cuts = [Math.floor(text.length / 3), Math.floor(text.length / 2)];
  const started: number[] = [];
  const runRange: typeof inThisThread.runRange = (range) => {
    started.push(range.from);
    return inThisThread.runRange(range);
  };
  const cut = await scanFile(file, task, { ...inThisThread, runRange, cuts });
  // Without a wrong guess there would be nothing to see.
  expect(started.some((from) => from > task.detection.dataStart && from < text.indexOf("SELECT 3"))).toBe(true);
  expect(cut.entries).toBe(21);
  expect(contents(cut)).toBe(contents(await scanFile(file, task, { ...inThisThread, cuts: [] })));
});

test("a record is used or skipped, and skipped ones keep their place", async () => {
  const text =
    "time,sql\n2026-01-01 00:00:00,SELECT 1 FROM t WHERE id = 1\n2026-01-01 00:00:01,SELECT 'open\n2026-01-01 00:00:02,SELECT 1 FROM t WHERE id = 2\n";
  const { file, task } = await fileAndTask("skipped.csv", text);
  const part = await scanFile(file, task, inThisThread);
  expect([part.records, part.entries]).toEqual([3, 2]);
  expect([...part.skipped.values()][0]).toMatchObject({
    count: 1,
    first: [{ input: 0, offset: text.indexOf("2026-01-01 00:00:01") }],
  });
});
