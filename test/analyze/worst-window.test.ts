import { expect, test } from "vitest";
import { tableLoads } from "../../src/analyze/table-load.ts";
import { windowCount, windowedEvents, worstWindowOf } from "../../src/analyze/worst-window.ts";
import { handMadeWorkload } from "./hand-made-workload.ts";

function windowed(count: number, seconds: number) {
  const workload = handMadeWorkload([{ shape: "read t a=", count, values: (nth) => [nth] }], { seconds });
  const { shapes } = tableLoads(workload, "time")[0]!;
  return { events: windowedEvents(shapes, workload.span), shape: shapes[0]! };
}

// Every access of a window goes to one shard, the next window's to the next: even over the day, never at any time.
test("a hot spot that moves is found although all shards get the same in the end", () => {
  const { events, shape } = windowed(960, 1200);
  const loads = new Float64Array(windowCount * 2);
  const { windows, work } = events.shapes.get(shape)!;
  windows.forEach((window, event) => (loads[window * 2 + (window % 2)]! += work[event]!));
  expect(worstWindowOf(events, 2, () => loads)).toMatchObject({
    maxOverMean: 2,
    standardError: 0,
    windows: windowCount,
  });
});

test("what is on no particular shard counts as even", () => {
  const { events } = windowed(960, 1200);
  expect(worstWindowOf(events, 2, () => new Float64Array(windowCount * 2))).toMatchObject({ maxOverMean: 1 });
});

test("too few samples, or no time to speak of: unknown, with the reason", () => {
  expect(worstWindowOf(windowed(100, 1200).events, 2, () => new Float64Array(windowCount * 2))).toMatchObject({
    unknown: expect.stringContaining("too few sampled accesses"),
  });
  expect(worstWindowOf(windowed(960, 5).events, 2, () => new Float64Array(windowCount * 2))).toMatchObject({
    unknown: expect.stringContaining("less than 12 seconds"),
  });
});
