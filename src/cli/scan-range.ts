import { closeSync, openSync, readSync } from "node:fs";
import { RecordFeed } from "../ingest/feed.ts";
import type { Detection } from "../ingest/format.ts";
import { formats } from "../ingest/formats.ts";
import type { Schema } from "../sql/schema.ts";
import type { Dialect } from "../sql/template.ts";
import { WorkloadBuilder } from "../workload/builder.ts";
import type { CountedColumns } from "../workload/counted-columns.ts";
import type { WorkloadPart } from "../workload/part.ts";

/** A stretch of a plain file: the records that start in [from, until). Plain data, so that it can go to another thread. */
export interface RangeTask {
  readonly input: number;
  readonly path: string;
  readonly detection: Detection;
  readonly dialect: Dialect;
  readonly schema: Schema;
  readonly counted: CountedColumns | undefined;
  readonly from: number;
  readonly until: number;
}

export interface RangeResult {
  readonly part: WorkloadPart;
  /** Where the first record after the range starts: where the next range must have begun. */
  readonly endedAt: number;
}

/** Connects a reader of the task's format with a workload builder. */
export function feedOf(task: Omit<RangeTask, "path">): { feed: RecordFeed; part: WorkloadPart } {
  const reader = formats[task.detection.format].createReader(task.detection);
  reader.until = task.until;
  const builder = new WorkloadBuilder({ input: task.input, dialect: task.dialect, keyColumns: reader.keyColumns, schema: task.schema, counted: task.counted });
  const feed = new RecordFeed(
    reader,
    task.from,
    (entry) => builder.add(entry),
    (offset, reason) => builder.skip(offset, reason),
  );
  return { feed, part: builder.part };
}

/** Reads one range from disk, a piece at a time. `onBytes` hears how many bytes each piece had. The grammars must be loaded. */
export function scanRange(task: RangeTask, onBytes: (count: number) => void): RangeResult {
  const { feed, part } = feedOf(task);
  const file = openSync(task.path, "r");
  try {
    while (!feed.done) {
      const room = feed.room();
      const count = readSync(file, room, 0, room.length, feed.wanted);
      if (count === 0) feed.end();
      else feed.filled(count);
      onBytes(count);
    }
  } finally {
    closeSync(file);
  }
  return { part, endedAt: feed.position };
}
