import type { Origin } from "../ingest/entry.ts";
import type { Workload } from "../workload/workload.ts";
import type { KnownLine } from "./workload-file/workload-file.ts";
import { linesOf, readWindow, type Input } from "./inputs.ts";

/** How much of a record is looked at to show it. */
const exampleBytes = 4096;

/**
 * Finds the lines of the few records that a report shows, and their text where literals may be shown. All are looked up
 * at once, because a plain file is read again for it.
 */
export function recordLocator(
  inputs: readonly (Input | undefined)[],
  known: readonly KnownLine[],
  workload: Workload,
  origins: readonly Origin[],
  literals: boolean,
): (origin: Origin) => { readonly line?: number; readonly example?: string } | undefined {
  const lines = inputs.map((input, number) => {
    const own = origins.filter((origin) => origin.input === number).map(({ offset }) => offset);
    return input === undefined ? linesKnown(known, number, new Set(own)) : linesOf(input, own);
  });
  const decoder = new TextDecoder();
  return ({ input: number, offset }) => {
    const line = lines[number]?.get(offset);
    const input = inputs[number];
    const located = line === undefined ? {} : { line };
    if (!literals || input?.kind !== "file" || workload.inputs[number] === undefined) return located;
    const text = decoder.decode(readWindow(input, offset, exampleBytes));
    return { ...located, example: text.split("\n", 1)[0]! };
  };
}

/** Of the records that are asked for, as of a log: a summary knows those of other commands too. */
const linesKnown = (known: readonly KnownLine[], number: number, asked: ReadonlySet<number>): ReadonlyMap<number, number> =>
  new Map(known.filter(({ input, offset }) => input === number && asked.has(offset)).map(({ offset, line }) => [offset, line]));
