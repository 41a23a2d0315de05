import { assert } from "../../base/assert.ts";
import { InputError } from "../../base/input-error.ts";
import { byName } from "../../base/order.ts";
import type { Detection, Format, Head } from "../format.ts";
import { JsonObjectReader } from "../json-object-reader.ts";
import { firstJsonObjects, hasByteOrderMark, isJsonObject, type JsonObject } from "../json-objects.ts";
import { OperationDecoder } from "./operation-decoder.ts";
import { systemDatabases } from "./operations.ts";
import { QueryStatsDecoder } from "./query-stats-decoder.ts";
import type { MongodbSettings } from "./settings.ts";

/** MongoDB's own records of its operations, in JSON: the structured log, the profiler's documents, $queryStats. */
export const mongodb: Format = {
  title: "MongoDB's log in JSON (4.4 or newer), system.profile documents, $queryStats output",

  detect(head, options) {
    const { objects, layout } = firstJsonObjects(head.bytes, head.atEnd);
    const source = sourceOf(objects);
    if (source === undefined) {
      if (options.format !== "mongodb") return undefined;
      throw new InputError(`${head.name}: its objects are no operations of MongoDB`, {
        hint: "pass the server's log, or documents of system.profile or $queryStats as JSON",
      });
    }
    const home = onlyDatabase(head);
    const settings: MongodbSettings = { source, layout, home };
    return {
      format: "mongodb",
      dialect: "mongodb",
      dataStart: hasByteOrderMark(head.bytes) ? 3 : 0,
      keyColumns: [],
      settings,
      roles: {},
      because: becauseOf[source],
      notes: notesOf(settings),
    };
  },

  createReader(detection) {
    const { source, layout, home } = settingsOf(detection.settings);
    const decoder = source === "query-stats" ? new QueryStatsDecoder(home) : new OperationDecoder(source, home);
    return new JsonObjectReader(decoder, layout);
  },

  // A JSON string holds no raw newline, so every line start is a record start where records are lines.
  guessRecordStart(bytes, from, _atEnd, detection) {
    if (settingsOf(detection.settings).layout !== "lines") return -1;
    const newline = bytes.indexOf(10, from - 1);
    return newline === -1 ? -1 : newline + 1;
  },
};

/**
 * Makes logs that are read together agree on how collections are named: two that are at home in different databases
 * name them all, or `orders` of one would count as `orders` of the other.
 */
export function agreeOnDatabase(detections: readonly Detection[]): readonly Detection[] {
  const homes = new Set(
    detections.filter(({ format }) => format === "mongodb").map(({ settings }) => settingsOf(settings).home),
  );
  if (homes.size < 2) return detections;
  return detections.map((detection) => {
    if (detection.format !== "mongodb") return detection;
    const settings: MongodbSettings = { ...settingsOf(detection.settings), home: undefined };
    return { ...detection, settings, notes: notesOf(settings) };
  });
}

function notesOf({ source, home }: MongodbSettings): readonly string[] {
  return [
    ...(source === "query-stats"
      ? ["$queryStats has the shapes of queries and not their values, and no writes: routes are known, skew is not"]
      : []),
    ...(home === undefined ? [] : [`collections of database ${home} are named without it`]),
  ];
}

function settingsOf(settings: unknown): MongodbSettings {
  assert(settings !== undefined, "a detected MongoDB log has settings");
  return settings as MongodbSettings;
}

const becauseOf = {
  log: "its objects have the fields of MongoDB's structured log",
  profile: "its objects have the fields of MongoDB's system.profile",
  "query-stats": "its objects have the fields of MongoDB's $queryStats",
} as const;

function sourceOf(objects: readonly JsonObject[]): MongodbSettings["source"] | undefined {
  if (objects.some((object) => has(object["t"], "$date") && "msg" in object && "c" in object)) return "log";
  if (objects.some((object) => has(object["key"], "queryShape") && has(object["metrics"], "execCount")))
    return "query-stats";
  return objects.some(isProfiled) ? "profile" : undefined;
}

const has = (value: unknown, name: string): boolean => isJsonObject(value) && name in value;

function isProfiled({ op, ns, millis, ts }: JsonObject): boolean {
  return typeof op === "string" && profiledKinds.has(op) && typeof ns === "string" && (millis ?? ts) !== undefined;
}

/** https://www.mongodb.com/docs/manual/reference/database-profiler/ (op) */
const profiledKinds: ReadonlySet<string> = new Set(
  "command count bulkWrite distinct geoNear getmore group insert killcursors mapReduce none query remove update".split(" "),
);

/**
 * The one database of the application in the first bytes; undefined when there is none or there are several. A namespace
 * of commands (`shop.$cmd`) tells only where no collection does: drivers and shells ping databases that nobody uses.
 */
function onlyDatabase(head: Head): string | undefined {
  const text = new TextDecoder().decode(head.bytes);
  const ofCollections = new Set<string>();
  const ofCommands = new Set<string>();
  for (const [, database, collection] of text.matchAll(/"ns"\s*:\s*"([^".\\]+)\.([^"\\]{1,120})"/g)) {
    if (systemDatabases.has(database!)) continue;
    if (collection === "$cmd") ofCommands.add(database!);
    else if (!collection!.startsWith("system.")) ofCollections.add(database!);
  }
  for (const [, database] of text.matchAll(/"cmdNs"\s*:\s*\{\s*"db"\s*:\s*"([^"\\]+)"/g))
    if (!systemDatabases.has(database!)) ofCollections.add(database!);
  const found = [...(ofCollections.size > 0 ? ofCollections : ofCommands)].sort(byName);
  return found.length === 1 ? found[0] : undefined;
}
