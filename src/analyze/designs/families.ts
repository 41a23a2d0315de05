import type { Relation } from "../relations.ts";
import type { FamilyMove } from "./search.ts";
import { keepsTogether } from "./relation-term.ts";
import type { TableOption } from "./table-option.ts";

type Options = readonly (readonly TableOption[])[];

/**
 * Changes of several tables that keep rows together: a table gets a key, and every table that relations lead to gets the
 * key that follows from it. Keys of one name are taken for one key too. Each change once, in order.
 */
export function familyMoves(
  names: readonly string[],
  options: Options,
  relations: readonly Relation[],
): readonly FamilyMove[] {
  const moves = new Map<string, FamilyMove>();
  const add = (keys: ReadonlyMap<string, readonly string[]>): void => {
    const move = names.flatMap((name, table): FamilyMove => {
      const option = optionWithKey(options[table]!, keys.get(name));
      return option < 0 ? [] : [[table, option]];
    });
    if (move.length > 1) moves.set(JSON.stringify(move), move);
  };
  const byName = new Map<string, Map<string, readonly string[]>>();
  options.forEach((list, table) => {
    for (const option of list) {
      if (option.kind !== "sharded") continue;
      if (option.evaluation !== undefined) add(option.evaluation.measures.together.kept);
      const alike = byName.get(option.key.join()) ?? new Map<string, readonly string[]>();
      byName.set(option.key.join(), alike.set(names[table]!, option.key));
    }
  });
  for (const keys of byName.values()) add(keys);
  for (const keys of travellers(relations)) add(keys);
  return [...moves.values()];
}

/** Columns whose values travel together in transactions, table by table. */
function travellers(relations: readonly Relation[]): readonly ReadonlyMap<string, readonly string[]>[] {
  const groups: Map<string, readonly string[]>[] = [];
  for (const { from, fromColumns, to, toColumns, kind } of relations) {
    if (kind !== "transaction") continue;
    const has = (group: ReadonlyMap<string, readonly string[]>, table: string, columns: readonly string[]): boolean =>
      group.get(table)?.join() === columns.join();
    const group = groups.find((known) => has(known, from, fromColumns) || has(known, to, toColumns));
    if (group === undefined) groups.push(new Map([[from, fromColumns], [to, toColumns]]));
    else {
      if (!group.has(from)) group.set(from, fromColumns);
      if (!group.has(to)) group.set(to, toColumns);
    }
  }
  return groups;
}

export function optionWithKey(options: readonly TableOption[], key: readonly string[] | undefined): number {
  const name = key?.join();
  return name === undefined
    ? -1
    : options.findIndex((option) => option.kind === "sharded" && option.key.join() === name);
}

/** Tables of a design that live together, the one that the others follow first. */
export type Family = readonly number[];

/**
 * Sharded tables that relations (or keys of one name) put together. The leader is the table that others refer to most
 * and that refers to none of them; of equals the first.
 */
export function familiesOf(
  names: readonly string[],
  chosen: readonly TableOption[],
  relations: readonly Relation[],
): readonly Family[] {
  const linked = names.map((): Set<number> => new Set());
  const link = (a: number, b: number): void => {
    linked[a]!.add(b);
    linked[b]!.add(a);
  };
  const parents = names.map(() => 0);
  const children = names.map(() => 0);
  for (const relation of relations) {
    const from = names.indexOf(relation.from);
    const to = names.indexOf(relation.to);
    if (chosen[from]?.kind !== "sharded" || chosen[to]?.kind !== "sharded") continue;
    if (!keepsTogether(relation, chosen[from], chosen[to])) continue;
    link(from, to);
    if (relation.kind !== "foreign-key") continue;
    parents[from]!++;
    children[to]!++;
  }
  const first = new Map<string, number>();
  chosen.forEach((option, table) => {
    if (option.kind !== "sharded") return;
    const key = option.key.join();
    const other = first.get(key);
    // Every table may have an id: it is the same one only where something says so.
    if (other === undefined) first.set(key, table);
    else if (key !== "id") link(other, table);
  });
  const seen = new Set<number>();
  const rankOf = (table: number): number => children[table]! - 1000 * parents[table]!;
  return names.flatMap((_, start): Family[] => {
    if (seen.has(start) || chosen[start]!.kind !== "sharded") return [];
    const members = new Set([start]);
    for (const member of members) for (const other of linked[member]!) members.add(other);
    for (const member of members) seen.add(member);
    return [[...members].sort((a, b) => rankOf(b) - rankOf(a) || a - b)];
  });
}
