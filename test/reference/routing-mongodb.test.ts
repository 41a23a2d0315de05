import { expect, test } from "vitest";
import { explainCommand, type Explanation } from "../../src/routing/explain.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import type { MongoDocument } from "../../src/sql/mongodb/document.ts";
import { describeReference, referenceLines } from "./reference.ts";
import { designContext, peerClass, shown } from "./routing-suite.ts";

interface Case {
  readonly id: string;
  readonly shard_key: Readonly<Record<string, 1 | "hashed">>;
  readonly chunk_splits: readonly Readonly<Record<string, unknown>>[] | null;
  readonly command: MongoDocument;
  readonly expected: { readonly class: string; readonly dispatched_by_range?: readonly number[] };
}

/** `js:` cases read a collection `c`, through a $lookup from `other` too: then its own class is what was counted. */
function ours({ shard_key, chunk_splits, command }: Case): {
  said: string;
  explanation: Explanation;
  shards: Explanation["shards"];
} {
  const shardKey = Object.keys(shard_key);
  const hashed = shard_key[shardKey[0]!] === "hashed";
  const splits = (chunk_splits ?? []).map((split) => Object.values(split));
  const plain =
    !hashed &&
    splits.every((split) => split.every((value) => typeof value !== "object" && !String(value).startsWith("hash(")));
  const key = {
    shardKey,
    strategy: hashed ? "hash" : "range",
    type: shardKey.map((field) => (field.startsWith("b") ? "text" : "int64")),
    ...(plain && splits.length > 0 ? { splits } : !hashed && { splits: [[-100], [100]] }),
  };
  const context = designContext(
    { version: 1, target: "mongodb", shards: 3, tables: { testColl: key, c: key, other: { kind: "unsharded" } } },
    emptySchema,
  );
  const explanation = explainCommand(command, context);
  const own = explanation.tables.find(({ table }) => table === "c" || table === "testcoll");
  const said = own !== undefined && explanation.tables.length > 1 ? own.class : explanation.class;
  return {
    said: said === "scatter-gather" ? "scatter" : peerClass({ ...explanation, class: said }),
    explanation,
    shards: plain && splits.length > 0 ? explanation.shards : "not-placeable",
  };
}

describeReference("MongoDB's shard key analyzer", () => {
  test("classes of commands, and the chunks that they are sent to", () => {
    const cases = referenceLines<Case>("routing/mongodb-analyze-shard-key/cases.jsonl");
    const differ: string[] = [];
    const dangerous: string[] = [];
    const elsewhere: string[] = [];
    for (const given of cases) {
      const { said, explanation, shards } = ours(given);
      const { class: expected, dispatched_by_range: ranges } = given.expected;
      if (said !== expected)
        differ.push(`${given.id}: ${expected} <> ${shown(explanation)} | ${JSON.stringify(given.command)}`);
      if (said === "single-shard" && expected !== "single-shard") dangerous.push(given.id);
      if (ranges === undefined || !Array.isArray(shards)) continue;
      const chunks = ranges.flatMap((count, index) => (count > 0 ? [index] : []));
      if (chunks.join() !== shards.join())
        elsewhere.push(`${given.id}: [${chunks.join()}] <> ${shown(explanation)} | ${JSON.stringify(given.command)}`);
    }
    console.log(
      `mongodb: ${cases.length - differ.length} of ${cases.length} agree, ${dangerous.length} dangerous, ${elsewhere.length} with other chunks`,
    );
    expect(dangerous).toEqual([]);
    expect(differ).toEqual([]);
    expect(elsewhere).toEqual([]);
  });
});
