import type { JudgedDesign } from "./designs/judge-design.ts";
import type { Evaluation } from "./evaluation.ts";

/** What each table is given by a design. */
export interface Choices {
  /** Tables with a key of their own or of their family. */
  readonly keys: ReadonlyMap<string, ChosenKey>;
  /** Reference tables: a copy on every shard. */
  readonly copies: ReadonlySet<string>;
}

export interface ChosenKey {
  readonly evaluation: Evaluation;
  /** The table whose key this one follows: equal keys are on one shard. Its own name when it leads. */
  readonly leader: string;
}

/** `judge` evaluates a key of a table (by index) that was not among the candidates, such as one that is pinned. */
export function choicesOf(
  design: JudgedDesign | undefined,
  judge: (table: number, key: readonly string[]) => readonly Evaluation[],
): Choices {
  const keys = new Map<string, ChosenKey>();
  const copies = new Set<string>();
  design?.tables.forEach(({ table, option, strategy, leader }, index) => {
    if (option.kind === "reference") copies.add(table);
    if (option.kind !== "sharded") return;
    const evaluation =
      option.evaluation ?? judge(index, option.key).find((candidate) => candidate.strategy === strategy)!;
    keys.set(table, { evaluation, leader });
  });
  return { keys, copies };
}
