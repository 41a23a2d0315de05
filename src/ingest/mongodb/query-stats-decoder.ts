import { newEntry } from "../entry.ts";
import type { LogEntry, SkipReason } from "../entry.ts";
import { notAnObject, type ObjectDecoder } from "../json-object-reader.ts";
import { JsonWalk } from "../jsonl/walk.ts";
import { extendedNumber } from "./extended-number.ts";
import { setSpan } from "./operation-fields.ts";
import { systemDatabases } from "./operations.ts";

/**
 * Reads the documents of the stage $queryStats: one for each query shape, with how often it ran and for how long. The
 * shape has types where a command has values (https://www.mongodb.com/docs/manual/reference/operator/aggregation/queryStats/).
 */
export class QueryStatsDecoder implements ObjectDecoder {
  readonly entry: LogEntry = newEntry("command");
  readonly #home: string | undefined;
  readonly #walk = new JsonWalk([
    { path: ["key", "queryShape"] },
    { path: ["metrics", "execCount"] },
    { path: ["metrics", "totalExecMicros"] },
    { path: ["metrics", "docsReturned"] },
  ]);
  readonly #shape = new JsonWalk([{ path: ["command"] }, { path: ["cmdNs", "db"] }, { path: ["cmdNs", "coll"] }]);
  readonly #sum = new JsonWalk([{ path: ["sum"] }]);

  constructor(home: string | undefined) {
    this.#home = home;
  }

  open(buffer: Buffer): void {
    this.#walk.open(buffer);
    this.#shape.open(buffer);
    this.#sum.open(buffer);
  }

  decode(bytes: Buffer, start: number, end: number): SkipReason | undefined {
    const { entry } = this;
    const { starts, ends, kinds } = this.#walk;
    if (!this.#walk.find(start, end)) return notAnObject;
    if (kinds[0] !== "object" || !this.#shape.find(starts[0]!, ends[0]!)) return "query statistics without a query shape";
    const executions = extendedNumber(bytes, starts[1]!, ends[1]!);
    if (!(executions >= 1 && executions <= Number.MAX_SAFE_INTEGER)) return "query statistics without executions";
    const shape = this.#shape;
    const [command, database, collection] = [0, 1, 2] as const;
    if (shape.kinds[database] !== "string" || shape.kinds[collection] !== "string") return "operation without a namespace";
    const name = bytes.toString("latin1", shape.starts[database], shape.ends[database]);
    if (systemDatabases.has(name)) return "operation in a system database";
    if (bytes.toString("latin1", shape.starts[collection], shape.starts[collection]! + 7) === "system.")
      return "operation on a system collection";
    setSpan(entry.sql, starts[0]!, ends[0]!);
    setSpan(entry.operation, shape.starts[command]!, shape.ends[command]!);
    setSpan(entry.database, shape.starts[database]!, shape.ends[database]!);
    setSpan(entry.table, shape.starts[collection]!, shape.ends[collection]!);
    entry.executions = Math.round(executions);
    entry.durationMs = this.#sumOf(bytes, starts[2]!, ends[2]!) / 1000;
    entry.rows = this.#sumOf(bytes, starts[3]!, ends[3]!);
    return this.#home === name ? undefined : this.#putDatabaseInFront(bytes, name);
  }

  /** Writes `database.collection` over the namespace, whose two texts stand apart with names and quotes between them. */
  #putDatabaseInFront(bytes: Buffer, database: string): undefined {
    const { entry } = this;
    const collection = bytes.toString("latin1", entry.table.start, entry.table.end);
    const text = `${database}.${collection}`;
    const start = Math.min(entry.database.start, entry.table.start);
    bytes.write(text, start, "latin1");
    // The rest of it stays a text that nobody looks at.
    bytes.fill(120, start + text.length, Math.max(entry.database.end, entry.table.end));
    setSpan(entry.database, start, start + database.length);
    setSpan(entry.table, start, start + text.length);
    return undefined;
  }

  #sumOf(bytes: Buffer, start: number, end: number): number {
    if (start < 0 || !this.#sum.find(start, end)) return NaN;
    const sum = extendedNumber(bytes, this.#sum.starts[0]!, this.#sum.ends[0]!);
    return sum >= 0 && sum < Infinity ? sum : NaN;
  }
}
