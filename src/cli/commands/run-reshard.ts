import { createHash } from "node:crypto";
import { InputError } from "../../base/input-error.ts";
import { parseDesign } from "../../placement/design-file.ts";
import { type Design, strategyNames, type StrategyName } from "../../placement/design.ts";
import { buildReshardReport } from "../../report/build-reshard.ts";
import { jsonText } from "../../report/json-text.ts";
import { plainText } from "../../report/plain-text.ts";
import { renderReshard } from "../../report/render-reshard.ts";
import { renderReshardMarkdown } from "../../report/render-reshard-markdown.ts";
import type { ReshardReport } from "../../report/schema-reshard.ts";
import { type Asked, changedDesign } from "../../reshard/changed-design.ts";
import type { Range } from "../../reshard/copy-time.ts";
import { hotTableRemedies } from "../../reshard/hot-tables.ts";
import type { Sizes } from "../../reshard/measures.ts";
import { planReshard, type ReshardOptions } from "../../reshard/reshard.ts";
import { readTextFile } from "../files.ts";
import { expandArguments } from "../inputs.ts";
import { OutputFile } from "../output-file.ts";
import { targetOfFlag } from "../placing/target-of-flag.ts";
import { unknownName } from "../placing/unknown-name.ts";
import type { ReadingFlags } from "../reading-options.ts";
import { readTables } from "../resharding/read-tables.ts";
import type { Assignment, KeyAssignment } from "../resharding/resharding-values.ts";
import type { Surroundings } from "../surroundings.ts";
import { toolVersion } from "../tool-version.ts";

/** The flags of `reshard`, as they are after parsing. */
export interface ReshardFlags extends ReadingFlags {
  readonly workload?: string;
  readonly design: string;
  readonly to?: string;
  readonly toKey: readonly KeyAssignment[];
  readonly toStrategy?: string;
  readonly toTarget?: string;
  readonly keys: readonly Assignment<string>[];
  readonly keysCount?: string;
  readonly keysBytes?: string;
  readonly rows: readonly Assignment<number>[];
  readonly rowBytes: readonly Assignment<number>[];
  readonly schema?: string;
  readonly throttle?: NonNullable<ReshardOptions["throttle"]>;
  readonly parallel?: Range;
  readonly virtualNodes?: string;
  readonly remedies?: true;
  readonly json?: true;
  readonly markdown?: true;
  readonly output?: string;
}

/** Reads design, logs and keys, plans the change, and prints or writes the plan. */
export async function runReshard(
  logs: readonly string[],
  flags: ReshardFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<void> {
  const text = readTextFile(flags.design, "design");
  const output = flags.output === undefined ? undefined : new OutputFile(flags.output, inputFiles(logs, flags), around.processId);
  const report = await reshardOf(text, logs, flags, headerGiven, around);
  const result = render(report, flags, output === undefined ? around : { width: undefined, color: false, unicode: true });
  if (output === undefined) around.stdout(result);
  else output.write(result);
}

/** What `reshard` comes to for the design of `text`, before any of it is written. */
export async function reshardOf(
  text: string,
  logs: readonly string[],
  flags: ReshardFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<ReshardReport> {
  const design = parseDesign(text, flags.design);
  const changed = changedDesign(design, askedOf(flags));
  if (logs.length === 0 && flags.keys.length === 0)
    throw new InputError("what moves is told from your keys, and none were given", {
      hint: "pass a query log, or a file of keys with --keys",
    });
  checkRemedies(flags, logs);
  const sizes = sizesOf(flags, design);
  const read = await readTables(logs, design, changed.design, flags, headerGiven, around);
  for (const warning of read.warnings) around.stderr(`warning: ${plainText(warning)}\n`);
  const plan = planReshard(
    design,
    changed,
    read.tables,
    {
      sizes,
      compared: virtualNodesOf(flags),
      ...(flags.throttle !== undefined && { throttle: flags.throttle }),
      ...(flags.parallel !== undefined && { parallel: flags.parallel }),
    },
    (planned, union) =>
      flags.remedies && read.workload !== undefined ? hotTableRemedies(read.workload, planned, union) : [],
  );
  const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  const designInput = { role: "design", name: flags.design, digest, table: null, records: null } as const;
  return buildReshardReport(plan, [designInput, ...read.inputs], toolVersion());
}

function render(
  report: ReshardReport,
  { json, markdown }: ReshardFlags,
  { width, color, unicode }: Pick<Surroundings, "width" | "color" | "unicode">,
): string {
  if (json) return `${jsonText(report, 2)}\n`;
  return markdown ? renderReshardMarkdown(report) : renderReshard(report, { width: width ?? 80, color, unicode });
}

const shardLimit = 65_536;

function askedOf({ to, toKey, toStrategy, toTarget }: ReshardFlags): Asked {
  return {
    ...(to !== undefined && { shards: shardsOf(to) }),
    ...(toTarget !== undefined && { target: targetOfFlag("--to-target", toTarget).name }),
    ...(toStrategy !== undefined && { strategy: strategyOf(toStrategy) }),
    ...(toKey.length > 0 && { keys: new Map(toKey.map(({ table, columns }) => [table, columns])) }),
  };
}

function shardsOf(to: string): number | readonly string[] {
  if (/^-?\d+$/.test(to)) {
    const count = Number(to);
    if (count >= 1 && count <= shardLimit) return count;
    throw new InputError(`--to ${to}: not a number of shards`, { hint: `pass a whole number from 1 to ${shardLimit}, or names` });
  }
  const names = to.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InputError(`--to ${to}: a shard has no name`, { hint: "pass a number, or names such as eu,us" });
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new InputError(`--to: shard "${twice}" is there twice`, { hint: "each shard has a name of its own" });
  return names;
}

const strategyOf = (name: string): StrategyName =>
  strategyNames.find((strategy) => strategy === name) ?? unknownName("--to-strategy", name, strategyNames, "strategy");

function virtualNodesOf({ virtualNodes }: ReshardFlags): ReshardOptions["compared"] {
  if (virtualNodes === undefined) return {};
  if (/^[1-9]\d{0,4}$/.test(virtualNodes)) return { virtualNodes: Number(virtualNodes) };
  throw new InputError(`--virtual-nodes ${virtualNodes}: not a number of tokens`, { hint: "pass a whole number from 1, such as 128" });
}

function checkRemedies({ remedies }: ReshardFlags, logs: readonly string[]): void {
  if (remedies && logs.length === 0)
    throw new InputError("--remedies: they are tried on the accesses of a log, and none was given", {
      hint: "pass a query log",
    });
}

/** Sizes by table; one without a table holds for all that have none of their own (bytes), or for the only one (rows). */
function sizesOf(flags: ReshardFlags, design: Design): Sizes {
  const tables = [...design.tables].filter(([, { kind }]) => kind !== "unsharded").map(([name]) => name);
  const sharded = [...design.tables].filter(([, { kind }]) => kind === "sharded").map(([name]) => name);
  const check = (flag: string, table: string): void => {
    if (!tables.includes(table)) unknownTable(flag, table, tables);
  };
  const rows = new Map<string, number>();
  for (const { table, value } of flags.rows) {
    if (table === undefined && sharded.length !== 1)
      throw new InputError("--rows: of which table?", { hint: `pass table=n; sharded tables are ${sharded.join(", ")}` });
    check("--rows", table ?? sharded[0]!);
    rows.set(table ?? sharded[0]!, value);
  }
  const rowBytes = new Map<string, number>();
  for (const { table, value } of flags.rowBytes) if (table === undefined) for (const name of tables) rowBytes.set(name, value);
  for (const { table, value } of flags.rowBytes) {
    if (table === undefined) continue;
    check("--row-bytes", table);
    rowBytes.set(table, value);
  }
  return { rows, rowBytes };
}

function unknownTable(flag: string, table: string, tables: readonly string[]): never {
  throw new InputError(`${flag}: the design has no table "${table}"`, { hint: `its tables are ${tables.join(", ")}` });
}

/** Files that the result must not be written over. */
function inputFiles(logs: readonly string[], { design, schema, keys }: ReshardFlags): readonly string[] {
  const files = expandArguments(logs).names.filter((name) => name !== "-");
  return [...files, design, ...(schema === undefined ? [] : [schema]), ...keys.map(({ value }) => value)];
}
