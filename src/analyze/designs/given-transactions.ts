import type { RoutingContext } from "../../routing/context.ts";
import type { TableDesign } from "../../placement/design.ts";
import type { KeyValue } from "../../workload/key-value.ts";
import { isTextCode } from "../../workload/value-code.ts";
import type { ShapeUse, Workload } from "../../workload/workload.ts";
import type { ColumnValues } from "../column-values.ts";
import { pinnedPrefix } from "../routing-class.ts";
import { anyShard, everyShard, PlacedAccesses, unknownShard, unshardedServer, type KeyPlace } from "../placed-accesses.ts";
import type { StatementParticipants, TransactionPlacement } from "../transaction-participants.ts";
import { onNoShard, ownerOf } from "./given-placer.ts";
import type { TemplateCost } from "./template-term.ts";

/** Where a given design puts what transactions reach, as its target places keys. `costOf`: how a template fares. */
export function givenPlacement(
  workload: Workload,
  { design, maps }: RoutingContext,
  columnsOf: (table: string) => readonly ColumnValues[],
  costOf: (template: number) => TemplateCost | undefined,
): TransactionPlacement {
  const shardCount = design.shards.length;
  const families = new Map<string, number>();
  const places = workload.shapes.map((use) => placeOfShape(use, design.tables.get(use.shape.table)));
  const keyOf = (shape: number, codes: Float64Array, start: number): readonly KeyValue[] | undefined => {
    const { counter, shape: access } = workload.shapes[shape]!;
    const { positions } = places[shape] as KeyPlace;
    const columns = columnsOf(access.table);
    const key: KeyValue[] = [];
    for (const [column, position] of positions.entries()) {
      const raw = codes[start + position]!;
      // The counters kept a share of the values: the text of this one is not among them.
      if (isTextCode(raw) && counter.textSpanOfCode(raw) === undefined) return undefined;
      key.push(columns[column]!.keyOf(columns[column]!.codeOfRaw(raw, counter)));
    }
    return key;
  };
  return {
    shardCounts: [shardCount],
    accesses: new PlacedAccesses(places, 1, (shape, codes, start, shards) => {
      const key = keyOf(shape, codes, start);
      if (key === undefined) return false;
      const owner = ownerOf(maps(workload.shapes[shape]!.shape.table)!, key);
      shards[0] = owner === onNoShard ? unknownShard : owner;
      return true;
    }),
    participantsOf: (template) => [
      participantsOf(costOf(template), workload.templates[template]!.executions, shardCount),
    ],
  };

  function placeOfShape(
    { shape, counter }: ShapeUse,
    table: TableDesign | undefined,
  ): number | KeyPlace {
    if (table === undefined) return unknownShard;
    if (table.kind === "unsharded") return unshardedServer;
    if (table.kind === "reference") return shape.use === "read" ? anyShard : everyShard;
    const positions = table.shardKey.map((column) => counter.columns.indexOf(column));
    if (positions.every((position) => position >= 0)) {
      const family = families.get(shape.table) ?? families.size;
      families.set(shape.table, family);
      return { family, positions };
    }
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
