import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import papaparse from "papaparse";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "shardplan-generate-"));
afterAll(() => rmSync(folder, { recursive: true }));

const script = join(import.meta.dirname, "..", "..", "bench", "generate.mjs");
let files = 0;
function generate(...args: string[]) {
  const out = join(folder, `${(files += 1)}.csv`);
  const said = JSON.parse(execFileSync(process.execPath, [script, "--out", out, ...args], { encoding: "utf8" }));
  return { said, bytes: readFileSync(out) };
}
const read = (bytes: Buffer) => papaparse.parse<string[]>(bytes.toString("utf8"), { skipEmptyLines: true });
/** Templates as a reader without a grammar would see them. */
const templateOf = (sql: string) =>
  sql
    .replace(/\/\*.*?\*\//g, "")
    .replace(/'(?:''|[^'])*'/g, "?")
    .replace(/\b\d[\d.]*\b/g, "?")
    .replace(/\(\?(?:, \?)*\)(?:, \(\?(?:, \?)*\))*/g, "(?)")
    .trim();

describe("the generated log", () => {
  it("is the same for the same arguments, and another for another seed", () => {
    const args = ["--bytes", "200KB", "--templates", "64"];
    const [first, second, third] = [generate(...args), generate(...args), generate(...args, "--seed", "2")];
    expect(first.bytes.equals(second.bytes)).toBe(true);
    expect(first.bytes.equals(third.bytes)).toBe(false);
  });

  it("is as big as asked for, and a CSV reader finds as many statements as it says", () => {
    const { said, bytes } = generate("--bytes", "3MB");
    const { data, errors } = read(bytes);
    expect(errors).toEqual([]);
    expect(bytes.length).toBe(said.bytes);
    expect(bytes.length).toBeGreaterThanOrEqual(3_000_000);
    expect(bytes.length).toBeLessThan(3_010_000);
    expect(data.length - 1).toBe(said.statements);
    expect(data.every((record) => record.length === 5)).toBe(true);
    expect(data[0]).toEqual(["ts", "session", "duration_ms", "rows", "sql"]);
  });

  it("holds what makes reading hard", () => {
    const { bytes } = generate("--bytes", "1MB");
    const statements = read(bytes)
      .data.slice(1)
      .map((record) => record[4] ?? "");
    const share = (pattern: RegExp) => statements.filter((sql) => pattern.test(sql)).length / statements.length;
    expect(share(/\n/)).toBeGreaterThan(0.02);
    expect(share(/"/)).toBeGreaterThan(0.01);
    expect(share(/[^\0-\x7f]/)).toBeGreaterThan(0.01);
    expect(share(/trace_id=[0-9a-f]{16}/)).toBeGreaterThan(0.02);
    expect(share(/ IN \(\d+, /)).toBeGreaterThan(0.02);
    expect(share(/VALUES \(.*\), \(/)).toBeGreaterThan(0.005);
    expect(
      bytes
        .toString("utf8")
        .split("\n")
        .filter((line) => line.includes('"')).length,
    ).toBeGreaterThan(1_000);
  });

  it.each([32, 1_000])("has %d templates", (count) => {
    const { bytes } = generate("--bytes", "12MB", "--templates", String(count));
    const templates = new Set(
      read(bytes)
        .data.slice(1)
        .map((record) => templateOf(record[4] ?? "")),
    );
    expect(templates.size).toBeLessThanOrEqual(count);
    expect(templates.size).toBeGreaterThanOrEqual(0.9 * count); // the rarest may not have come up yet
  });

  it("opens a transaction before it commits one, session by session", () => {
    const open = new Map<string, boolean>();
    const wrong: string[] = [];
    for (const [, session = "", , , sql = ""] of read(generate("--bytes", "1MB").bytes).data.slice(1)) {
      if (!/^(BEGIN|COMMIT|ROLLBACK)$/.test(sql)) continue;
      const opens = sql === "BEGIN";
      if (opens === (open.get(session) ?? false)) wrong.push(`${session}: ${sql}`);
      open.set(session, opens);
    }
    expect(wrong).toEqual([]);
    expect(open.size).toBeGreaterThan(50);
  });
});
