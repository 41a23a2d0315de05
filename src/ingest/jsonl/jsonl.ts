import { assert } from "../../base/assert.ts";
import { InputError } from "../../base/input-error.ts";
import { columnFlag, columnNames, comparableName } from "../columns.ts";
import type { ColumnRole } from "../columns.ts";
import { durationUnitOf, millisPerUnit, withoutDurationUnit } from "../duration.ts";
import type { Format, Head, ReaderOptions } from "../format.ts";
import { firstJsonObjects, hasByteOrderMark, isJsonObject } from "../json-objects.ts";
import type { JsonObject } from "../json-objects.ts";
import { JsonObjectReader } from "../json-object-reader.ts";
import { looksLikeSql } from "../sql-text.ts";
import { writingOfTime } from "../timestamp.ts";
import type { TimeWriting } from "../timestamp.ts";
import { StatementDecoder } from "./statement-decoder.ts";
import type { JsonlSettings } from "./settings.ts";

/** JSON objects with an SQL field, at the top or one level down: one per line, in an array, or one after the other. */
export const jsonl: Format = {
  title: "JSONL or a JSON array: objects with an SQL field",

  detect(head, options) {
    const { objects, layout } = firstJsonObjects(head.bytes, head.atEnd);
    const forced = options.format === "jsonl";
    if (objects.length === 0) {
      if (!forced) return undefined;
      throw new InputError(`${head.name}: its lines are not JSON objects`, {
        hint: "JSONL has one object per line; an array of objects is read too",
      });
    }
    const paths = pathsOf(objects);
    const fields = settleFields(objects, paths, options, head);
    if (fields.sql === undefined) {
      if (!forced) return undefined;
      throw noSqlField(head, paths);
    }
    const durationName = fields.duration?.at(-1) ?? "";
    const settings: JsonlSettings = {
      layout,
      fields,
      timeWriting: fields.time === undefined ? "date" : writingOf(textsAt(objects, fields.time)),
      millisPerDuration: millisPerUnit[options.durationUnit ?? durationUnitOf(durationName) ?? "ms"],
    };
    return {
      format: "jsonl",
      dialect: undefined,
      dataStart: hasByteOrderMark(head.bytes) ? 3 : 0,
      keyColumns: [],
      settings,
      roles: Object.fromEntries(Object.entries(fields).map(([role, path]) => [role, path.join(".")])),
      because:
        `${layout === "lines" ? "its lines are JSON objects" : "it is a sequence of JSON objects"}, ` +
        `and field ${JSON.stringify(fields.sql.join("."))} holds SQL`,
      notes: [],
    };
  },

  createReader(detection) {
    assert(detection.settings !== undefined, "a detected JSONL log has settings");
    const settings = detection.settings as JsonlSettings;
    return new JsonObjectReader(new StatementDecoder(settings), settings.layout);
  },

  // A JSON string holds no raw newline, so every line start is a record start. Where objects are told apart by their
  // braces alone, a start in the middle can't be told: one thread reads all.
  guessRecordStart(bytes, from, _atEnd, detection) {
    if ((detection.settings as JsonlSettings).layout !== "lines") return -1;
    const newline = bytes.indexOf(10, from - 1);
    return newline === -1 ? -1 : newline + 1;
  },
};

/** Objects without an SQL field, said with what they have instead. */
export function noSqlField(
  head: Head,
  paths: readonly (readonly string[])[] = pathsOf(firstJsonObjects(head.bytes, head.atEnd).objects),
): InputError {
  return new InputError(`${head.name}: its JSON objects have no field of SQL statements`, {
    hint: `they have ${paths.map((path) => path.join(".")).join(", ")}; name one with ${columnFlag("sql")}`,
  });
}

/** Paths of all fields, top level first, in order of appearance. */
function pathsOf(objects: readonly JsonObject[]): readonly (readonly string[])[] {
  const paths = new Map<string, readonly string[]>();
  for (const deep of [false, true]) {
    for (const object of objects) {
      for (const [name, value] of Object.entries(object)) {
        const found = !deep ? [[name]] : isJsonObject(value) ? Object.keys(value).map((inner) => [name, inner]) : [];
        for (const path of found) paths.set(JSON.stringify(path), path);
      }
    }
  }
  return [...paths.values()];
}

type Fields = Partial<Record<ColumnRole, readonly string[]>>;

function settleFields(
  objects: readonly JsonObject[],
  paths: readonly (readonly string[])[],
  options: ReaderOptions,
  head: Head,
): Fields {
  const fields: Fields = {};
  const taken = new Set<readonly string[]>();
  const give = (role: ColumnRole, path: readonly string[] | undefined) => {
    if (path === undefined) return;
    fields[role] = path;
    taken.add(path);
  };
  for (const role of roles) {
    const choice = options.columns?.[role];
    if (choice === undefined) continue;
    const path =
      paths.find((known) => known.join(".") === `${choice}`) ??
      paths.find((known) => sameName(known.join("."), `${choice}`));
    if (path === undefined) {
      throw new InputError(`${head.name}: no field ${JSON.stringify(choice)} for ${columnFlag(role)}`, {
        hint: `it has ${paths.map((known) => known.join(".")).join(", ")}`,
      });
    }
    give(role, path);
  }
  for (const role of roles) {
    if (fields[role] !== undefined || role === "operation" || role === "table") continue;
    const named = columnNames[role].flatMap((name) =>
      paths.filter(
        (path) => sameName(path.at(-1)!, name) || (role === "duration" && withoutDurationUnit(path.at(-1)!) === name),
      ),
    );
    // A field at the top says more than one inside, whatever their names.
    const ordered = [...named.filter((path) => path.length === 1), ...named.filter((path) => path.length === 2)];
    give(
      role,
      ordered.find((path) => !taken.has(path) && fits(role, path, objects)),
    );
  }
  if (fields.sql === undefined)
    give(
      "sql",
      paths.find((path) => !taken.has(path) && mostly(textsAt(objects, path), looksLikeSql)),
    );
  return fields;
}

function fits(role: ColumnRole, path: readonly string[], objects: readonly JsonObject[]): boolean {
  const texts = textsAt(objects, path);
  if (role === "sql") return texts.some(looksLikeSql);
  if (role === "time") return mostly(texts, (text) => writingOf([text], undefined) !== undefined);
  if (role === "duration" || role === "rows") return mostly(texts, (text) => /^[\d.]/.test(text));
  return role === "parameters" || texts.length > 0;
}

const mostly = (texts: readonly string[], test: (text: string) => boolean): boolean =>
  texts.length > 0 && texts.filter(test).length * 2 > texts.length;

/** The scalars at a path, as text. */
function textsAt(objects: readonly JsonObject[], path: readonly string[]): string[] {
  const texts: string[] = [];
  for (const object of objects) {
    const outer = object[path[0]!];
    const value = path.length === 1 ? outer : isJsonObject(outer) ? outer[path[1]!] : undefined;
    if (typeof value === "string" || typeof value === "number") texts.push(`${value}`);
  }
  return texts;
}

function writingOf(texts: readonly string[]): TimeWriting;
function writingOf(texts: readonly string[], otherwise: undefined): TimeWriting | undefined;
function writingOf(texts: readonly string[], otherwise: TimeWriting | undefined = "date"): TimeWriting | undefined {
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text);
    const writing = writingOfTime(bytes, 0, bytes.length);
    if (writing !== undefined) return writing;
  }
  return otherwise;
}

const sameName = (left: string, right: string): boolean => comparableName(left) === comparableName(right);
const roles = Object.keys(columnNames) as ColumnRole[];
