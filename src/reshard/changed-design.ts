import { InputError } from "../base/input-error.ts";
import type { Design, StrategyName, TableDesign } from "../placement/design.ts";
import type { OptionName } from "../placement/table-options.ts";
import { targetNamed } from "../placement/targets.ts";

/** What the user asks to have changed. */
export interface Asked {
  /** A number of shards, or their names; absent: as they are. */
  readonly shards?: number | readonly string[];
  readonly target?: string;
  readonly strategy?: StrategyName;
  /** Tables with their new shard keys. */
  readonly keys?: ReadonlyMap<string, readonly string[]>;
}

/**
 * The design after the change. Numbered shards keep their numbers and a target's own names are made anew; of shards with
 * other names the first ones stay, and new ones get the numbers that come next. Options that the new target or strategy
 * does not know are left out, and so are split points, entries and tokens that only fit the old shards; `dropped` names
 * them. Throws InputError at what can't be, and when nothing would change.
 */
export function changedDesign(
  design: Design,
  asked: Asked,
): { readonly design: Design; readonly dropped: readonly string[] } {
  const target = targetNamed(asked.target ?? design.target, "--to-target");
  checkStrategy(asked.strategy, target.name, target.strategies);
  const shards = shardsAfter(design, asked, target.name);
  const dropped = new Set<string>();
  const unknown = [...(asked.keys?.keys() ?? [])].find((name) => design.tables.get(name)?.kind !== "sharded");
  if (unknown !== undefined) {
    const sharded = [...design.tables].filter(([, { kind }]) => kind === "sharded").map(([name]) => name);
    throw new InputError(`--to-key: the design shards no table "${unknown}"`, {
      hint: `it shards ${sharded.join(", ")}`,
    });
  }
  const tables = new Map<string, TableDesign>();
  for (const [name, table] of design.tables) {
    if (table.kind !== "sharded") {
      tables.set(name, table);
      continue;
    }
    const shardKey = asked.keys?.get(name) ?? table.shardKey;
    const leader = table.colocatedWith;
    const leaderKey = leader === undefined ? undefined : (asked.keys?.get(leader) ?? keyOf(design, leader));
    const colocatedWith = leaderKey?.length === shardKey.length ? leader : undefined;
    if (leader !== undefined && colocatedWith === undefined) dropped.add(`${name}: colocatedWith ${leader}`);
    const strategy = asked.strategy ?? (target.strategies.includes(table.strategy) ? table.strategy : target.defaultStrategy);
    const accepted = target.options(strategy);
    const keepsKey = shardKey === table.shardKey;
    const options = Object.fromEntries(
      Object.entries(table.options).filter(([option]) => {
        const fits = (keepsKey || option !== "type") && (option === "type" || !tied.includes(option as OptionName));
        const keeps = fits && accepted.includes(option as OptionName);
        if (!keeps) dropped.add(`${name}: ${option}`);
        return keeps;
      }),
    );
    tables.set(name, { kind: "sharded", shardKey, strategy, colocatedWith, options });
  }
  const changed: Design = { version: 1, target: target.name, shards, tables };
  if (sameDesign(design, changed)) {
    throw new InputError(`nothing would change: the design has these ${shards.length} shards already`, {
      hint: "pass another number with --to, or --to-key, --to-strategy or --to-target",
    });
  }
  return { design: changed, dropped: [...dropped] };
}

/** Options that hold for the shards that there are, and say nothing of others. */
const tied: readonly OptionName[] = ["splits", "keyRanges", "tokens", "directory", "default"];

function keyOf(design: Design, table: string): readonly string[] | undefined {
  const found = design.tables.get(table);
  return found?.kind === "sharded" ? found.shardKey : undefined;
}

function checkStrategy(strategy: StrategyName | undefined, target: string, takes: readonly StrategyName[]): void {
  if (strategy === undefined || takes.includes(strategy)) return;
  throw new InputError(`--to-strategy ${strategy}: target ${target} does not place so`, {
    hint: `it takes ${takes.join(", ")}`,
  });
}

function shardsAfter(design: Design, asked: Asked, targetName: string): readonly string[] {
  const target = targetNamed(targetName, "--to-target");
  const before = targetNamed(design.target, "design");
  const usual = before.shardNames(design.shards.length);
  const named = design.shards.some((name, shard) => name !== usual[shard]);
  if (typeof asked.shards === "object") {
    const wrong = target.wrongShardNames?.(asked.shards);
    if (wrong === undefined) return asked.shards;
    throw new InputError(`--to: ${wrong}`, {
      hint: `${asked.shards.length} even shards of ${target.name} are ${target.shardNames(asked.shards.length).join(",")}`,
    });
  }
  const count = asked.shards ?? design.shards.length;
  if (count === design.shards.length && target.name === before.name) return design.shards;
  if (!named || target.wrongShardNames !== undefined) return target.shardNames(count);
  if (count <= design.shards.length) return design.shards.slice(0, count);
  const names = [...design.shards];
  for (let number = design.shards.length; names.length < count; number++)
    if (!names.includes(String(number))) names.push(String(number));
  return names;
}

function sameDesign(one: Design, other: Design): boolean {
  const shown = ({ target, shards, tables }: Design): string =>
    JSON.stringify([
      target,
      shards,
      [...tables].map(([name, table]) => [
        name,
        table.kind === "sharded" ? [table.shardKey, table.strategy, table.colocatedWith] : table.kind,
      ]),
    ]);
  return shown(one) === shown(other);
}
