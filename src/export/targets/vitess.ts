import { evenColumnBytes, primaryVindexName } from "../../placement/targets/vitess.ts";
import type { ExportRequest, Exported, Gap, ShardedTable } from "../exported.ts";
import { jsonFile } from "../json-file.ts";
import { keyTypesKnown } from "../key-types-known.ts";
import { keysWithinShards } from "../keys-across-shards.ts";

interface VindexDefinition {
  readonly type: string;
  readonly params?: Readonly<Record<string, string>>;
}

/**
 * The VSchema of the sharded keyspace, and of an unsharded one where the design has such tables. Fields as in
 * vitess/proto/vschema.proto (Keyspace, Vindex, Table, ColumnVindex).
 * https://vitess.io/docs/reference/features/vschema/
 */
export function exportVitess(request: ExportRequest): Exported {
  const vindexes = new Map<string, VindexDefinition>();
  const gaps: Gap[] = [];
  const tables: Record<string, object> = {};
  for (const table of request.sharded) {
    const definition = vindexOf(table);
    const name = nameOf(definition);
    vindexes.set(name, definition);
    const columns = table.shardKey;
    tables[table.name] = {
      column_vindexes: [columns.length === 1 ? { column: columns[0], name } : { columns: [...columns], name }],
    };
    gaps.push(...keysWithinShards(table));
  }
  for (const { name } of request.reference) tables[name] = { type: "reference" };
  const sharded = { sharded: true, vindexes: Object.fromEntries(vindexes), tables };
  const unsharded = {
    sharded: false,
    tables: Object.fromEntries(request.unsharded.map(({ name }) => [name, {}])),
  };
  gaps.push({
    what: `the keyspace's shards are ${request.design.shards.join(", ")}; a VSchema does not name them: vtctldclient Reshard does`,
  });
  return {
    files: [
      jsonFile("vschema.json", sharded),
      ...(request.unsharded.length === 0 ? [] : [jsonFile("vschema-unsharded.json", unsharded)]),
    ],
    gaps,
  };
}

function vindexOf(table: ShardedTable): VindexDefinition {
  const { shardKey, options } = table;
  const type = primaryVindexName(shardKey, keyTypesKnown(table), options);
  if (type === "multicol") {
    const columnVindex = options.columnVindex ?? shardKey.map(() => "hash");
    const columnBytes = options.columnBytes ?? evenColumnBytes(shardKey.length);
    const params = {
      column_count: String(shardKey.length),
      column_bytes: columnBytes.join(","),
      column_vindex: columnVindex.join(","),
    };
    return { type, params };
  }
  if (type === "region_experimental") return { type, params: { region_bytes: String(options.regionBytes ?? 1) } };
  return { type };
}

/** Tables of one vindex share its definition; parameters are part of the name. */
const nameOf = ({ type, params }: VindexDefinition): string =>
  [type, ...Object.values(params ?? {})].join("_").replaceAll(/[^a-z0-9_]+/g, "_");
