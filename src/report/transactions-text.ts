import { hoeffdingSampleSize } from "../stats/sample-bounds.ts";
import { plural, shortText, wholeText } from "./number-text.ts";
import type { Report } from "./schema.ts";
import type { ReportFate } from "./transactions-schema.ts";

/** What is to be said of the transactions: one sentence each. Text from the log is not in it. */
export function transactionsText({ transactions, options }: Report): readonly string[] {
  const { because, autocommit, committed, rolledBack, open, byShardCount, keptShare } = transactions;
  const sentences = [`${because[0]!.toUpperCase()}${because.slice(1)}.`];
  if (transactions.groupedBy === "none") return [...sentences, "The cross-shard transaction rate is unknown."];
  const sum = ({ reading, writing }: { readonly reading: number; readonly writing: number }): number =>
    reading + writing;
  const apart = [
    ...(sum(rolledBack) > 0 ? [`${wholeText(sum(rolledBack))} rolled back`] : []),
    ...(sum(open) > 0 ? [`${wholeText(sum(open))} open at the end of the log`] : []),
  ];
  sentences.push(
    `${plural(sum(committed), "transaction")} committed${apart.length > 0 ? ` (${apart.join(", ")} apart)` : ""}, ` +
      `and ${plural(sum(autocommit), "statement")} that ${sum(autocommit) === 1 ? "was" : "were"} one each.`,
  );
  const ranked = byShardCount.find(({ shards }) => shards === options.rankedAt)?.result;
  if (ranked === undefined || "unknown" in ranked) return sentences;
  const { all, reading, writing } = ranked;
  const error = all.standardError > 0 ? ` (standard error ${percent(all.standardError)})` : "";
  sentences.push(
    `On ${plural(options.rankedAt, "shard")} ${percent(all.crossShardShare)}${error} of ` +
      `${wholeText(all.transactions)} touch two shards or more: ${percent(reading.crossShardShare)} of those that only ` +
      `read, ${percent(writing.crossShardShare)} of those that write.` +
      (all.unknownShare > 0 ? ` Of ${percent(all.unknownShare)} it is not known.` : ""),
  );
  sentences.push(...rarelySeen(all));
  if (keptShare < 1) sentences.push(`Of the distinct footprints ${percent(keptShare)} were kept, chosen by hash.`);
  const [one, two, three, more] = all.participantsDistribution.map(percent);
  sentences.push(
    `Shards per transaction: ${shortText(all.meanParticipants)} on average, at most ${all.maxParticipants}; ` +
      `${one} have 1, ${two} 2, ${three} 3, ${more} 4 or more.`,
  );
  const price =
    options.work === "time"
      ? `${shortText(options.costWeights.twoPhaseCommitMs)} ms for each shard that prepares and commits (--cost-two-phase-commit-ms)`
      : `${shortText(options.costWeights.twoPhaseCommitShare)} of a statement for each shard that prepares and commits ` +
        "(--cost-two-phase-commit-share)";
  sentences.push(`That costs ${ranked.lostShards.toFixed(1)} of the ${plural(options.rankedAt, "shard")}: ${price}.`);
  const others = byShardCount.flatMap(({ shards, result }) =>
    shards === options.rankedAt || "unknown" in result
      ? []
      : [`${percent(result.all.crossShardShare)} on ${wholeText(shards)}`],
  );
  if (others.length > 0) sentences.push(`Cross-shard on other numbers of shards: ${others.join(", ")}.`);
  return sentences;
}

/** Few transactions that hardly ever cross say little of all the traffic: nought of 300 may be 1.3 % there. */
function rarelySeen({ transactions, crossShardShare, crossShardShareAtMost }: ReportFate): readonly string[] {
  const enough = hoeffdingSampleSize(0.01);
  if (transactions < 1 || transactions >= enough || crossShardShareAtMost < 2 * crossShardShare) return [];
  return [
    `In the traffic that they are a sample of it may be ${percent(crossShardShareAtMost)} (at 95 %); ` +
      `${wholeText(enough)} transactions tell any share to a percentage point.`,
  ];
}

/** One decimal; a share that is not 0 is never shown as 0. */
function percent(share: number): string {
  return share > 0 && share < 0.0005 ? "<0.1 %" : `${(share * 100).toFixed(1)} %`;
}
