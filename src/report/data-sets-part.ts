import type { Balance } from "../analyze/balance.ts";
import type { Evaluation, KeyMeasures } from "../analyze/evaluation.ts";
import { isUnknown, type Known } from "../analyze/known.ts";
import type { StoredKeys } from "../analyze/stored-keys.ts";
import type { Workload } from "../workload/workload.ts";
import type { ReportDataSets } from "./data-sets-schema.ts";
import { keyCharacteristicsPart } from "./key-characteristics-part.ts";
import { known, round } from "./rounded.ts";

type ReportDataSet = ReportDataSets[number];

/** `counted` is what the rows were read from. */
export function dataSetPart(
  { table, rows, bytes, keys }: StoredKeys,
  counted: Workload,
  literals: boolean,
): ReportDataSet {
  return {
    table,
    inputs: counted.inputs.map(({ name, bytes: stored, digest, records, entries }) => ({
      name,
      bytes: stored,
      digest,
      records,
      skipped: records - entries,
    })),
    skipped: counted.skipped.map(({ reason, count }) => ({ reason, count })),
    numDocsTotal: counted.entries,
    avgDocSizeBytes: rows === 0 ? 0 : round(bytes / rows),
    readDistribution: { unknown: "rows don't tell which statements there are: give a query log beside them" },
    keys: keys.map(({ key, evaluations }) => ({
      key: [...key],
      keyCharacteristics: characteristics(evaluations[0]!.measures, rows, literals),
      strategies: evaluations.map(strategyPart),
    })),
  };
}

function characteristics(measures: KeyMeasures, rows: number, literals: boolean): ReportDataSet["keys"][number]["keyCharacteristics"] {
  const part = keyCharacteristicsPart(measures, literals, (bytesShare) => ({ bytesShare }));
  if (!isUnknown(part.monotonicity)) return part;
  return { ...part, monotonicity: { unknown: `${rows} rows are too few to tell whether the key grows with them` } };
}

const strategyPart = ({ strategy, byShardCount }: Evaluation): ReportDataSet["keys"][number]["strategies"][number] => ({
  strategy,
  byShardCount: byShardCount.map(({ shardCount, balanceByExecutions, balanceByWork, movementShare }) => ({
    shards: shardCount,
    rows: sizes(balanceByExecutions),
    bytes: sizes(balanceByWork),
    movementShare: round(movementShare),
  })),
});

const sizes = (balance: Known<Balance>) =>
  known(balance, ({ maxOverMean, shares }) => ({
    maxOverMean: round(maxOverMean),
    sharesByShard: shares.map(round),
  }));
