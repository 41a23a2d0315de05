import { InputError } from "../base/input-error.ts";
import type { Detection } from "../ingest/format.ts";
import { formats } from "../ingest/formats.ts";
import type { RecordFilter } from "../workload/record-filter.ts";
import type { AskedFilter } from "./filter-options.ts";
import { readFileRange, readStream, type Input } from "./inputs.ts";

/** An input, and how it is read. */
interface Looked {
  readonly input: Input;
  readonly task: { readonly detection: Detection };
}

/**
 * The filter with times that are asked for as a span before the last entry of all logs. That is found by reading the logs once
 * more: the clock would give another answer every time, and logs are read long after they were written.
 */
export async function filterInTime(asked: AskedFilter | undefined, inputs: readonly Looked[]): Promise<RecordFilter | undefined> {
  if (asked === undefined) return undefined;
  const { sinceAgoMicros, untilAgoMicros, ...filter } = asked;
  if (sinceAgoMicros === undefined && untilAgoMicros === undefined) return filter;
  const flag = sinceAgoMicros === undefined ? "--until" : "--since";
  const last = await lastTimeOf(inputs, flag);
  if (last === -Infinity)
    throw new InputError(`${flag}: no record has a time to count back from`, {
      hint: `leave ${flag} out; where the log has times, --time-column names them`,
    });
  const sinceMicros = sinceAgoMicros === undefined ? filter.sinceMicros : last - sinceAgoMicros;
  const untilMicros = untilAgoMicros === undefined ? filter.untilMicros : last - untilAgoMicros;
  checkInOrder(sinceMicros, untilMicros);
  return { ...filter, ...(sinceMicros !== undefined && { sinceMicros }), ...(untilMicros !== undefined && { untilMicros }) };
}

export function checkInOrder(sinceMicros: number | undefined, untilMicros: number | undefined): void {
  if (sinceMicros !== undefined && untilMicros !== undefined && sinceMicros >= untilMicros)
    throw new InputError("--since: it is not before --until, so that no record is left", {
      hint: "pass the earlier time to --since",
    });
}

async function lastTimeOf(inputs: readonly Looked[], flag: string): Promise<number> {
  let last = -Infinity;
  const visit = ({ timeMicros }: { readonly timeMicros: number }): void => {
    if (timeMicros > last) last = timeMicros;
  };
  const skipped = (): void => {};
  for (const { input, task } of inputs) {
    const reader = formats[task.detection.format].createReader(task.detection);
    const { dataStart } = task.detection;
    if (input.kind === "file") readFileRange(input.path, reader, dataStart, Infinity, visit, skipped);
    else if (input.source.oneTime)
      throw new InputError(`${flag}: the last entry of ${input.name === "-" ? "stdin" : input.name} is known only when it has been read`, {
        hint: "pass a time such as 2026-11-20T08:00:00Z, or the log as a file",
      });
    else await readStream(input, reader, dataStart, visit, skipped);
  }
  return last;
}
