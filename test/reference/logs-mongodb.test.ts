import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { InputError } from "../../src/base/input-error.ts";
import type { LogEntry } from "../../src/ingest/entry.ts";
import { RecordFeed } from "../../src/ingest/feed.ts";
import { formats } from "../../src/ingest/formats.ts";
import { CommandLearner } from "../../src/sql/mongodb/command-learner.ts";
import { detect } from "../ingest/reading.ts";
import { describeReference, readReference, referencePath } from "./reference.ts";

interface Facts {
  readonly lines: number;
  readonly slow_query: number;
  readonly slow_by_ns: readonly (readonly [string, number])[];
  readonly slow_by_component_type_command: readonly (readonly [string, string, string, number])[];
  readonly slow_filter_field_shapes: readonly (readonly [string, string, string, number])[];
}

interface Operation {
  /** What was made of the record: the template of its command, or why it was skipped. */
  readonly template: string | undefined;
  readonly reason: string | undefined;
}

/** Every record of a log by its offset, through the reader and the learner. */
function operationsOf(bytes: Uint8Array): ReadonlyMap<number, Operation> {
  const detection = detect(bytes);
  const learner = new CommandLearner();
  const operations = new Map<number, Operation>();
  const feed = new RecordFeed(
    formats[detection.format].createReader(detection),
    detection.dataStart,
    (entry: LogEntry) => {
      const index = learner.match(entry);
      operations.set(entry.offset, {
        template: learner.templates[index]?.text,
        reason: index < 0 ? learner.failure : undefined,
      });
    },
    (offset, reason) => operations.set(offset, { template: undefined, reason }),
  );
  feed.push(bytes);
  feed.end();
  return operations;
}

const count = <T>(items: readonly T[], name: (item: T) => string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(name(item), (counts.get(name(item)) ?? 0) + 1);
  return counts;
};

describeReference("a structured log of MongoDB 6 (hatchet's sample)", () => {
  const facts = () =>
    (JSON.parse(readReference("logs/hatchet-mongodb-logs/facts.json")) as Record<string, Facts>)["sample-mongod.log.gz"]!;
  const log = () => gunzipSync(readFileSync(referencePath("logs/hatchet-mongodb-logs/sample-mongod.log.gz")));

  test("operations per namespace, per command and per filter shape are those of the facts", () => {
    const bytes = log();
    const operations = operationsOf(bytes);
    const { lines, slow_query, slow_by_ns, slow_by_component_type_command, slow_filter_field_shapes } = facts();
    expect(operations.size).toBe(lines);
    const slow = [...operations].flatMap(([offset, operation]) => {
      const line = JSON.parse(bytes.toString("utf8", offset, bytes.indexOf(10, offset))) as {
        c: string;
        msg: string;
        attr: { ns: string; type: string; command: Record<string, unknown> };
      };
      return line.msg === "Slow query" ? [{ ...operation, ...line.attr, component: line.c }] : [];
    });
    expect(slow).toHaveLength(slow_query);
    expect(Object.fromEntries(count(slow, ({ ns }) => ns))).toEqual(Object.fromEntries(slow_by_ns));

    // By the names that the reader itself found: of the template, or of the reason.
    const named = count(slow, ({ template, reason, type }) => {
      const verb = template === undefined ? reason!.split(" ")[0]! : /^\{"(\w+)"/.exec(template)![1]!;
      return `${type} ${verb}`;
    });
    const wanted = new Map<string, number>();
    const add = (name: string, more: number) => wanted.set(name, (wanted.get(name) ?? 0) + more);
    for (const [, type, command, number] of slow_by_component_type_command) {
      // A write command's own line has no writes; each of them has a line of the component WRITE.
      if (type === "command" && (command === "update" || command === "delete")) add("command write", number);
      else add(`${type} ${command === "q" ? (type === "update" ? "update" : "delete") : command}`, number);
    }
    expect(Object.fromEntries(named)).toEqual(Object.fromEntries(wanted));

    const shapes = count(
      slow.filter(({ template }) => template !== undefined && /"(filter|q)":\{"/.test(template)),
      ({ ns, template }) => {
        const filter = /"(?:filter|q)":(\{.*?\})[,}]/.exec(template!)![1]!;
        const fields = Object.keys(JSON.parse(filter.replaceAll(/"\?"|\$?\?/g, "0")) as object).sort();
        return [ns, template!.startsWith('{"find"') ? "find" : "q", fields.join(",")].join(" ");
      },
    );
    expect(Object.fromEntries(shapes)).toEqual(
      Object.fromEntries(slow_filter_field_shapes.map(([ns, command, fields, number]) => [`${ns} ${command} ${fields}`, number])),
    );
  });
});

describeReference("text logs of MongoDB before 4.4 (mtools)", () => {
  const names = () => readdirSync(referencePath("logs/mtools/logfiles"));

  test("are recognised, and said to be so in one sentence with what to try", () => {
    expect(names()).not.toHaveLength(0);
    for (const name of names()) {
      const bytes = readFileSync(referencePath(`logs/mtools/logfiles/${name}`));
      expect(() => detect(bytes), name).toThrow(
        expect.objectContaining({
          constructor: InputError,
          message: "test.log: this is a MongoDB text log, as versions before 4.4 write it, which is not read",
          hint: expect.stringContaining("system.profile") as string,
        }),
      );
    }
  });
});

describeReference("documents of system.profile from MongoDB 2.6 to 3.6 (percona-toolkit)", () => {
  const folder = "logs/percona-toolkit/mongodb_profiler";
  const names = () => readdirSync(referencePath(`${folder}/docs`));

  interface Fingerprint {
    readonly Operation: string;
    readonly Collection: string;
    readonly Keys: string;
  }

  test("collections and fields are those of pt-mongodb-query-digest; it also has fields to sort by and distinct's", () => {
    const taken: string[] = [];
    const others = new Map<string, string>();
    const reasons = new Map<string, string>();
    for (const name of names()) {
      const bytes = readFileSync(referencePath(`${folder}/docs/${name}`));
      const fingerprint = JSON.parse(readReference(`${folder}/fingerprints/${name}`)) as Fingerprint;
      for (const { template, reason } of operationsOf(bytes).values()) {
        if (template === undefined) {
          reasons.set(name, reason!);
          continue;
        }
        taken.push(fingerprint.Operation);
        expect(template, name).toContain(`":"${fingerprint.Collection}"`);
        const missed = fingerprint.Keys.split(",").filter((key) => key !== "" && !template.includes(`"${key}":`));
        if (missed.length > 0) others.set(name, missed.join());
      }
    }
    expect(Object.fromEntries(count(taken, (operation) => operation))).toEqual({
      AGGREGATE: 2,
      COUNT: 1,
      DISTINCT: 2,
      FIND: 6,
      FINDANDMODIFY: 1,
      INSERT: 1,
      REMOVE: 3,
      UPDATE: 1,
    });
    expect([...others].sort()).toEqual([
      ["distinct_2.6.12", "a"],
      ["distinct_3.4.12", "a"],
      ["find_with_sort_3.0.15", "b"],
      ["find_with_sort_3.2.19", "b"],
    ]);
    expect([...reasons].map(([name, reason]) => [name.replace(/_[\d.]+$/, ""), reason]).filter(([name]) => name !== "explain")).toEqual([
      ["eval", "command that neither reads nor writes documents by key"],
      ["eval", "command that neither reads nor writes documents by key"],
      // Its document lacks the command, which was empty.
      ["find_empty", "operation without its command"],
      ["geonear", "geoNear command"],
      ["geonear", "geoNear command"],
      ["geonear", "geoNear command"],
      ["getmore", "getMore without the command that opened its cursor"],
      ["group", "group command"],
      ["group", "group command"],
      ["mapreduce", "mapreduce command"],
    ]);
  });
});
