import type { RoutingContext } from "../../routing/context.ts";
import type { TableDesign } from "../../placement/design.ts";
import { isTextCode } from "../../workload/value-code.ts";
import type { ShapeUse, Workload } from "../../workload/workload.ts";
import type { ColumnValues } from "../column-values.ts";
import { pinnedPrefix } from "../routing-class.ts";
import {
  anyShard,
  everyShard,
  unknownShard,
  unshardedServer,
  type StatementParticipants,
  type TransactionPlacement,
} from "../transaction-participants.ts";
import { onNoShard, ownerOf } from "./given-placer.ts";
import type { TemplateCost } from "./template-term.ts";

/** A shape whose values decide: where they stand, and what they are. */
interface Keyed {
  readonly table: string;
  readonly positions: readonly number[];
  readonly columns: readonly ColumnValues[];
}

/** Where a given design puts what transactions reach, as its target places keys. `costOf`: how a template fares. */
export function givenPlacement(
  workload: Workload,
  { design, maps }: RoutingContext,
  columnsOf: (table: string) => readonly ColumnValues[],
  costOf: (template: number) => TemplateCost | undefined,
): TransactionPlacement {
  const shardCount = design.shards.length;
  const places = workload.shapes.map((use) => placeOfShape(use, design.tables.get(use.shape.table), columnsOf));
  const known = new Map<string, Map<number, number>>();
  return {
    shardCount,
    shardOf(shape, codes, start, valued) {
      const place = places[shape]!;
      if (typeof place === "number") return place;
      if (!valued) return unknownShard;
      const { table, positions, columns } = place;
      const { counter } = workload.shapes[shape]!;
      const key = columns.map((column, index) => {
        const raw = codes[start + positions[index]!]!;
        // The counters kept a share of the values: the text of this one is not among them.
        return isTextCode(raw) && counter.textSpanOfCode(raw) === undefined ? undefined : column.codeOfRaw(raw, counter);
      });
      if (key.includes(undefined)) return unknownShard;
      let shards = known.get(table);
      if (shards === undefined) known.set(table, (shards = new Map()));
      const only = key.length === 1 ? key[0]! : undefined;
      const found = only === undefined ? undefined : shards.get(only);
      if (found !== undefined) return found;
      const owner = ownerOf(
        maps(table)!,
        columns.map((column, index) => column.keyOf(key[index]!)),
      );
      const shard = owner === onNoShard ? unknownShard : owner;
      if (only !== undefined) shards.set(only, shard);
      return shard;
    },
    participantsOf: (template) => participantsOf(costOf(template), workload.templates[template]!.executions, shardCount),
  };

  function placeOfShape(
    { shape, counter }: ShapeUse,
    table: TableDesign | undefined,
    columnsOfTable: (table: string) => readonly ColumnValues[],
  ): number | Keyed {
    if (table === undefined) return unknownShard;
    if (table.kind === "unsharded") return unshardedServer;
    if (table.kind === "reference") return shape.use === "read" ? anyShard : everyShard;
    const positions = table.shardKey.map((column) => counter.columns.indexOf(column));
    if (positions.every((position) => position >= 0))
      return { table: shape.table, positions, columns: columnsOfTable(shape.table) };
    if (shape.use === "insert") return unknownShard;
    const bounded =
      pinnedPrefix(shape, table.shardKey) > 0 || shape.ranges.some(({ column }) => column === table.shardKey[0]);
    return maps(shape.table)!.keeps !== "hash" && bounded ? unknownShard : everyShard;
  }
}

/** Of statements that are a transaction each: as their template is routed. */
function participantsOf(cost: TemplateCost | undefined, executions: number, shardCount: number): StatementParticipants {
  if (cost === undefined || executions === 0) return { shares: [], unknownShare: 1 };
  const { oneShard, severalShards, everyShard: scattered, crossShardJoin, referenceWrite, unknown } = cost.counts;
  const everywhere = scattered + crossShardJoin + referenceWrite;
  const shares = [
    { shards: 1, share: oneShard / executions },
    { shards: Math.max(2, Math.round(cost.shards)), share: severalShards / executions },
    { shards: shardCount, share: everywhere / executions },
  ];
  return { shares: shares.filter(({ share }) => share > 0), unknownShare: unknown / executions };
}
