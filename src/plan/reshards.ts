import type { Design } from "../placement/design.ts";
import { changedDesign } from "../reshard/changed-design.ts";
import type { Range } from "../reshard/copy-time.ts";
import { isUnknown, type Known } from "../reshard/reshard-plan.ts";
import { planReshard, type ReshardOptions } from "../reshard/reshard.ts";
import { tablesOfWorkload } from "../reshard/tables-of-workload.ts";
import type { Schema } from "../sql/schema.ts";
import type { Workload } from "../workload/workload.ts";
import type { Estimate } from "./estimate.ts";
import type { LoadPath } from "./load-path.ts";
import type { Step } from "./steps.ts";

/** A change of the number of shards on a path, and what it moves. */
export interface PlannedReshard {
  readonly from: number;
  readonly to: number;
  readonly at: Estimate;
  /** Of the keys in the log, placed under both designs. */
  readonly movedShare: Known<number>;
  readonly rows: Known<number>;
  readonly bytes: Known<number>;
  readonly seconds: Known<Range>;
}

/** What the changes of the number of shards along some steps move, as `reshard` tells it from the keys of the log. */
export function reshardsOf(
  steps: readonly Step[],
  path: LoadPath,
  workload: Workload,
  schema: Schema,
  design: Design,
  throttle: ReshardOptions["throttle"],
): readonly PlannedReshard[] {
  return steps.flatMap((step, index): readonly PlannedReshard[] => {
    const before = steps[index - 1];
    if (before === undefined || before.cluster.shards === step.cluster.shards) return [];
    const from = before.cluster.shards;
    const to = step.cluster.shards;
    const { bytes: stored } = path.at(step.from.value, "likely");
    return [{ from, to, at: step.from, ...movedBetween(from, to, stored, workload, schema, design, throttle) }];
  });
}

function movedBetween(
  from: number,
  to: number,
  stored: number | undefined,
  workload: Workload,
  schema: Schema,
  design: Design,
  throttle: ReshardOptions["throttle"],
): Pick<PlannedReshard, "movedShare" | "rows" | "bytes" | "seconds"> {
  const before = onShards(design, from);
  const changed = { design: onShards(design, to), dropped: [] };
  const plan = planReshard(
    before,
    changed,
    tablesOfWorkload(workload, before, changed.design, schema),
    { sizes: { rows: new Map(), rowBytes: new Map() }, compared: undefined },
    () => [],
  );
  const { keys, rows } = plan.sum;
  const movedShare: Known<number> = isUnknown(keys)
    ? keys
    : keys.total === 0
      ? { unknown: "no key of the design is in the log" }
      : keys.moved / keys.total;
  const bytes: Known<number> =
    stored === undefined ? { unknown: "pass --data with the size of all data" } : isUnknown(movedShare) ? movedShare : movedShare * stored;
  return {
    movedShare,
    rows: isUnknown(rows) ? rows : rows.complete ? rows.moved : { unknown: "the log does not say how many rows the tables have" },
    bytes,
    seconds: secondsFor(bytes, from, to, throttle ?? systemRate(plan.procedure.rate?.bytesPerSecond)),
  };
}

function secondsFor(bytes: Known<number>, from: number, to: number, throttle: ReshardOptions["throttle"]): Known<Range> {
  if (isUnknown(bytes)) return bytes;
  if (throttle === undefined || throttle.unit !== "bytes")
    return { unknown: "no verified fact limits this copy's rate: pass --throttle, such as 20-60MB/s" };
  // Each new shard is copied to by one at a time, so that no more copies run at once than there are of either.
  const atOnce = Math.max(1, Math.min(from, to - from));
  return { least: bytes / throttle.perSecond.most / atOnce, most: bytes / throttle.perSecond.least };
}

const systemRate = (bytesPerSecond: number | undefined): ReshardOptions["throttle"] =>
  bytesPerSecond === undefined ? undefined : { unit: "bytes", perSecond: { least: bytesPerSecond, most: bytesPerSecond } };

const onShards = (design: Design, shards: number): Design =>
  design.shards.length === shards ? design : changedDesign(design, { shards }).design;
