import { textOfKey } from "../../workload/key-value.ts";
import type { ExportRequest, Exported, Gap, PlainTable } from "../exported.ts";
import { keyTypesKnown } from "../key-types-known.ts";
import { keyFirst } from "../keys-across-shards.ts";
import { shellComment, shellWord } from "../shell.ts";
import { splitTuples } from "../sql-value.ts";

/**
 * Tables made by cbt; the row key begins with the shard key. https://cloud.google.com/bigtable/docs/cbt-reference
 */
export function exportBigtable(request: ExportRequest): Exported {
  const gaps: Gap[] = [];
  const lines = [shellComment("Bigtable: sh tables.sh, with the project and instance in ~/.cbtrc"), "set -eu"];
  for (const table of request.sharded) {
    const key = keyFirst(table.shardKey, table.definition);
    const splits =
      table.options.splits === undefined
        ? []
        : splitTuples(table.options.splits, keyTypesKnown(table), table.name).map((split) =>
            split.map(textOfKey).join("#"),
          );
    if (splits.some((split) => /^-?\d/.test(split)))
      gaps.push({
        table: table.name,
        what: "row keys are compared as text: write numbers with leading zeros, and the splits likewise",
      });
    lines.push(shellComment(`Row key of ${table.name}: ${rowKey(key)}`), createTable(table, splits));
  }
  for (const table of [...request.reference, ...request.unsharded]) {
    gaps.push({
      table: table.name,
      what: "Bigtable has neither reference nor unsharded tables; a small table is one tablet",
    });
    lines.push(
      shellComment(`Row key of ${table.name}: ${rowKey(table.definition?.primaryKey ?? ["id"])}`),
      createTable(table, []),
    );
  }
  gaps.push({ what: "tablets are cut and moved further by size and load" });
  return { files: [{ name: "tables.sh", text: `${lines.join("\n")}\n` }], gaps };
}

const rowKey = (columns: readonly string[]): string => columns.map((column) => `{${column}}`).join("#");

function createTable({ name }: PlainTable, splits: readonly string[]): string {
  const at = splits.length === 0 ? "" : ` ${shellWord(`splits=${splits.join(",")}`)}`;
  return `cbt createtable ${shellWord(name)} families=cf:maxversions=1${at}`;
}
