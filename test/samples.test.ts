import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import papaparse from "papaparse";
import { describe, expect, it } from "vitest";

const folder = join(import.meta.dirname, "..", "samples");
const names = ["shop", "saas", "metrics"] as const;

/** Columns of csvlog: https://www.postgresql.org/docs/18/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-CSVLOG */
const columns = { time: 0, host: 4, session: 5, message: 13, detail: 14 } as const;

function sample(name: (typeof names)[number]) {
  const text = gunzipSync(readFileSync(join(folder, `${name}.csv.gz`))).toString("utf8");
  const { data, errors } = papaparse.parse<string[]>(text, { skipEmptyLines: true });
  expect(errors).toEqual([]);
  const executed = data.filter((record) => /ms {2}(statement|execute [^:]+): /.test(record[columns.message] ?? ""));
  return { text, records: data, executed };
}

describe.each(names)("the sample %s", (name) => {
  const { text, records, executed } = sample(name);

  it("is small, and has enough statements of interleaved sessions to learn from", () => {
    expect(statSync(join(folder, `${name}.csv.gz`)).size).toBeLessThan(400_000);
    expect(executed.length).toBeGreaterThan(5_000);
    expect(executed.length).toBeLessThan(15_000);
    const sessions = records.map((record) => record[columns.session]);
    const changes = sessions.filter((session, index) => session !== sessions[index - 1]).length;
    expect(new Set(sessions).size).toBeGreaterThanOrEqual(10);
    expect(changes).toBeGreaterThan(1_000);
  });

  it("has statements of both protocols, and parameters where they belong", () => {
    const executions = executed.filter((record) => record[columns.message]?.includes("ms  execute "));
    expect(executions.length).toBeGreaterThan(500);
    expect(executed.length - executions.length).toBeGreaterThan(500);
    expect(
      executions.filter((record) => record[columns.detail]?.startsWith("Parameters: $1 = ")).length,
    ).toBeGreaterThan(500);
  });

  it("offers far less work than one core can do", () => {
    const milliseconds = records.map((record) =>
      Number(/^duration: ([\d.]+) ms/.exec(record[columns.message] ?? "")?.[1] ?? 0),
    );
    const times = records.map((record) => Date.parse((record[columns.time] ?? "").replace(" UTC", "Z")));
    const erlangs = milliseconds.reduce((sum, value) => sum + value, 0) / (Math.max(...times) - Math.min(...times));
    expect(erlangs).toBeGreaterThan(0);
    expect(erlangs).toBeLessThan(0.1);
  });

  it("tells nothing of the machine that it was made on", () => {
    expect(new Set(records.map((record) => record[columns.host]))).toEqual(new Set(["[local]"]));
    expect(text).not.toMatch(/\/(tmp|home|root|usr|var|work)\b/);
  });
});

/** Values that a column is compared with, written into the statement or bound to it. */
function comparedWith(column: string, executed: readonly string[][]): string[] {
  return executed.flatMap(({ [columns.message]: message = "", [columns.detail]: detail = "" }) => {
    const literal = new RegExp(`\\b${column} = (\\d+)`).exec(message)?.[1];
    const parameter = new RegExp(`\\b${column} = \\$(\\d)`).exec(message)?.[1];
    return literal ?? (parameter && new RegExp(`\\$${parameter} = '(\\d+)'`).exec(detail)?.[1]) ?? [];
  });
}

/** The most common value and its share. */
function hottest(values: readonly string[]): { value: string; share: number } {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [value, count] = [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most), ["", 0]);
  return { value, share: count / values.length };
}

describe("the samples show what they are there for", () => {
  it("saas: one tenant with more than a third of the load", () => {
    const { value, share } = hottest(comparedWith("tenant_id", sample("saas").executed));
    expect(value).toBe("17");
    expect(share).toBeGreaterThan(0.35);
    expect(share).toBeLessThan(0.42);
  });

  it("shop: a key without a hot value", () => {
    const customers = comparedWith("customer_id", sample("shop").executed);
    expect(customers.length).toBeGreaterThan(2_000);
    expect(hottest(customers).share).toBeLessThan(0.02);
  });

  it("metrics: timestamps that only grow, and devices without a site", () => {
    const { text } = sample("metrics");
    const inserted = text.match(/VALUES \(\d+, '[^']+', (\d+|NULL), 'temperature'/g) ?? [];
    const times = inserted.map((insert) => /'([^']+)'/.exec(insert)?.[1] ?? "");
    const disorder = times.filter((time, index) => time < (times[index - 1] ?? ""));
    expect(times.length).toBeGreaterThan(500);
    expect(disorder.length / times.length).toBeLessThan(0.05); // sessions run side by side
    const withoutSite = inserted.filter((insert) => insert.includes("NULL")).length / inserted.length;
    expect(withoutSite).toBeGreaterThan(0.1);
    expect(withoutSite).toBeLessThan(0.25);
  });

  it("access: a header, and every value where it belongs", () => {
    const { data, errors } = papaparse.parse<Record<string, string>>(
      readFileSync(join(folder, "access.csv"), "utf8"),
      {
        header: true,
        skipEmptyLines: true,
      },
    );
    expect(errors).toEqual([]);
    expect(data.length).toBeGreaterThan(300);
    expect(new Set(data.map((access) => access["operation"]))).toEqual(new Set(["insert", "upsert", "select"]));
    expect(new Set(data.map((access) => access["table"]))).toEqual(new Set(["readings", "device_state", "devices"]));
    expect(data.filter((access) => !/^\d+$/.test(access["device_id"] ?? ""))).toEqual([]);
    expect(data.some((access) => access["site_id"] === "")).toBe(true);
  });
});
