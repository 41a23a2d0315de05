import { isUnknown } from "../../analyze/known.ts";
import { percentText, type Finding } from "../finding.ts";
import type { KeyFindingInput } from "../key-findings.ts";

/** Standard deviation of a shard's load over its mean, from which another hash is no remedy. */
const leastDeviation = 0.2;
const leastMaxOverMean = 1.25;

/**
 * So few keys have most of the load that chance alone decides which shard gets how many of them. A hash that is as good as
 * random gives a shard the variance Σp²·(1/n)(1 − 1/n) around its share of 1/n, which is a coefficient of variation of
 * √((n − 1)·Σp²), and Σp² is one over the effective keys. No other hash and no more virtual nodes change that.
 * A single value above an even share is `hotValue`'s.
 */
export function skewBeyondHashing({ evaluation, at }: KeyFindingInput): Finding | undefined {
  const { table, key, strategy, measures } = evaluation;
  if (strategy === "range" || strategy === "directory") return undefined;
  const { effectiveKeys, mostCommonValues } = measures;
  if (isUnknown(effectiveKeys) || isUnknown(mostCommonValues) || isUnknown(at.balanceByWork)) return undefined;
  const hottest = mostCommonValues[0];
  if (hottest === undefined || hottest.share * at.shardCount >= 1) return undefined;
  const deviation = Math.sqrt((at.shardCount - 1) / effectiveKeys);
  const { maxOverMean } = at.balanceByWork;
  if (deviation < leastDeviation || maxOverMean < leastMaxOverMean) return undefined;
  return {
    id: "skew-beyond-hashing",
    severity: maxOverMean >= 2 ? "problem" : "warning",
    table,
    key,
    evidence:
      `the load on ${table} is that of ${Math.round(effectiveKeys)} evenly asked values of ${key.join(", ")}, so that any hash ` +
      `leaves shards ±${percentText(deviation)} apart (standard deviation); the busiest of ${at.shardCount} has ` +
      `${maxOverMean.toFixed(2)} times the mean`,
    whatToDo: "place the most asked values by a directory, or add a column that splits them; another hash or more virtual nodes do not help",
    whatItCosts: "a directory is asked before every statement and kept like data; a longer key sends more statements to several shards",
    origins: [],
  };
}
