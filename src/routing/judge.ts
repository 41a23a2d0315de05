import { unreachable } from "../base/assert.ts";
import type { Design } from "../placement/design.ts";
import type { ShardMap } from "../placement/shard-map.ts";
import type { AccessPattern } from "../sql/access.ts";
import { Closure } from "../sql/constraints/closure.ts";
import type { Fact } from "../sql/constraints/facts.ts";
import type { ColumnType, Schema } from "../sql/schema.ts";
import type { Slot, SlotValues } from "../sql/template.ts";
import { reachOf, reachOfRows } from "./reach.ts";
import type { Because, Route, RouteClass } from "./route.ts";
import { rulesOf } from "./routing-rules.ts";
import { kindOf, leadersOf, type Group, type Piece, type Plan } from "./plan.ts";
import { planStatement, type StatementPlan } from "./statement-plan.ts";

export interface RouteOptions {
  readonly schema: Schema;
  /** The template's slots: whether one may hold several values, and which are the same parameter. */
  readonly slots?: readonly Slot[] | undefined;
  /** The values of one execution; without them the route has a class and no shards. */
  readonly values?: SlotValues | undefined;
  /**
   * How many values a collapsed slot holds, where that is known without the values: an INSERT of one row and one of
   * many share a template, and only the former is single-shard.
   */
  readonly counts?: ((slot: number) => number | undefined) | undefined;
  /** The shard map of a sharded table of the design; undefined when the types of its key are not known. */
  readonly maps: (table: string) => ShardMap | undefined;
  /** Types of a sharded table's key columns, in the key's order. */
  readonly keyTypes: (table: string) => readonly ColumnType[] | undefined;
}

/** A route, and what was found on the way for each table occurrence. */
export interface Judgement {
  readonly route: Route;
  readonly tables: readonly TableRoute[];
}

export interface TableRoute {
  readonly table: string;
  readonly alias: string;
  readonly use: "read" | "insert" | "update" | "delete";
  readonly class: RouteClass;
  readonly because: Because;
}

/**
 * Where a statement goes under a design. Without values the class is the template's; with them it is as a router sees
 * this one execution: a list of one value is a value, `k = 1 AND k = 2` can match nothing.
 */
export function route(pattern: AccessPattern, design: Design, options: RouteOptions): Route {
  return judge(pattern, design, options).route;
}

/**
 * Where a statement and each of its tables go. Careful: what it can't see through never makes a statement
 * single-shard.
 */
export function judge(pattern: AccessPattern, design: Design, options: RouteOptions): Judgement {
  switch (pattern.kind) {
    case "unknown":
      return {
        route: { class: "unknown", because: "unparsed", shards: "not-logged", note: pattern.reason },
        tables: [],
      };
    case "control":
    case "utility":
      return { route: { class: "none", because: "no-table", shards: [] }, tables: [] };
    case "rows":
      return judgeRows(pattern, design, options);
    default:
      return unreachable(pattern);
  }
}

function judgeRows(pattern: AccessPattern & { kind: "rows" }, design: Design, options: RouteOptions): Judgement {
  const rules = rulesOf(design.target);
  const statement = planStatement(pattern, design, {
    rules,
    slots: options.slots,
    values: options.values,
    counts: options.counts,
    maps: options.maps,
    keyTypes: options.keyTypes,
    columnType: (table, column) => options.schema.tables.get(table)?.columns.get(column)?.type,
    columns: (table) => {
      const definition = options.schema.tables.get(table);
      return definition?.provenance === "declared" ? [...definition.columns.keys()] : undefined;
    },
  });
  return new Judge(statement, design.shards.length, rules).judgement();
}

/** A request that the statement makes to one place, or to several of one kind. */
interface Request {
  readonly class: RouteClass;
  readonly because: Because;
  readonly shards: Route["shards"];
  readonly signature?: string | undefined;
  readonly note?: string | undefined;
  /** The furthest of several requests that this one stands for. */
  readonly worst?: RouteClass;
}

/** What a list of requests comes to when they run side by side. */
interface Outcome {
  readonly requests: readonly Request[];
  /** Rows of different places must meet, and why. */
  readonly meets: Because | undefined;
  /** Class of the request that reaches furthest, with rows of one binding the next. */
  readonly worst: RouteClass;
  readonly keyUpdate: boolean;
}

class Judge {
  readonly #statement: StatementPlan;
  readonly #shardCount: number;
  readonly #rules: ReturnType<typeof rulesOf>;
  readonly #tables = new Map<string, TableRoute>();

  constructor(statement: StatementPlan, shardCount: number, rules: ReturnType<typeof rulesOf>) {
    this.#statement = statement;
    this.#shardCount = shardCount;
    this.#rules = rules;
  }

  judgement(): Judgement {
    const { plans } = this.#statement;
    const unresolved = plans.flatMap(piecesIn).find((piece) => piece.kind === "unresolved");
    const route =
      unresolved !== undefined
        ? {
            class: "unknown" as const,
            because: "unresolved" as const,
            shards: "not-logged" as const,
            note: `table "${unresolved.table ?? unresolved.alias}" is not in the design`,
          }
        : this.#combined(plans);
    return { route: this.#gathers ? { ...route, gathers: true } : route, tables: [...this.#tables.values()] };
  }

  #combined(plans: readonly Plan[]): Route {
    if (plans.length === 0) return { class: "none", because: "contradiction", shards: [] };
    const outcomes = plans.map((plan) => this.#outcome(plan));
    if (this.#rules.severalTargets === "apart" && plans.some((plan) => (plan.targets ?? 1) > 1)) {
      // The rows to change are found first; each table's are then changed by a list of their keys.
      const found = outcomes.flatMap(({ requests }) => requests);
      const sharded = found.filter(
        (request) =>
          request.class === "single-shard" || request.class === "multi-shard" || request.class === "scatter-gather",
      );
      if (sharded.length > 0 && sharded.every((request) => request.class === "single-shard")) {
        return { class: "multi-shard", because: "subquery", shards: unionOf(found), worstRequest: "multi-shard" };
      }
    }
    const outcome = this.#together(outcomes, plans.length > 1 && new Set(plans.map((plan) => plan.arm)).size > 1);
    // An arm without tables adds its rows once, not on every shard.
    if (
      outcomes.some(({ requests }) => requests.length === 0) &&
      outcome.requests.some((request) => request.class !== "single-shard")
    )
      this.#gathers = true;
    return this.#route(outcome.requests, outcome);
  }

  /** Alternatives side by side. */
  #together(outcomes: readonly Outcome[], arms: boolean): Outcome & { readonly arms: boolean } {
    return {
      requests: outcomes.flatMap(({ requests }) => requests),
      meets: outcomes.find(({ meets }) => meets !== undefined)?.meets,
      worst: furthest(outcomes.map(({ worst }) => worst)),
      keyUpdate: outcomes.some(({ keyUpdate }) => keyUpdate),
      arms,
    };
  }

  #route(all: readonly Request[], { meets, worst, keyUpdate, arms }: Outcome & { readonly arms: boolean }): Route {
    const notes = [...new Set(all.flatMap(({ note }) => (note === undefined ? [] : [note])))];
    const note = notes.length > 0 ? { note: notes.join("; ") } : {};
    const requests = withoutCopies(all);
    const shards = unionOf(requests);
    // An arm that reads copies is asked once, whatever the other arms need.
    if (
      arms &&
      requests.length < all.length &&
      requests.some((request) => request.class !== "single-shard" && request.because !== "reference-table")
    )
      this.#splits = true;
    if (meets !== undefined)
      return { class: "cross-shard-join", because: meets, shards, worstRequest: worst, ...note };
    const [first, ...others] = distinctRequests(requests);
    // Any shard, or no shard at all, can answer `SELECT 1`.
    if (first === undefined) return { class: "reference", because: "no-table", shards: this.#everyShard() };
    const moved = keyUpdate && this.#rules.keyUpdate === "moves";
    if (others.length === 0) {
      if (moved && first.class !== "none") {
        const reach = first.class === "single-shard" ? "multi-shard" : first.class;
        return {
          class: reach,
          because: "key-update",
          shards: first.class === "scatter-gather" ? first.shards : "not-logged",
          ...note,
        };
      }
      // Two requests to every shard, one after the other.
      if ((requests.length > 1 || all.length > requests.length) && this.#splits && first.class !== "single-shard")
        return { class: first.class, because: "subquery", shards, worstRequest: worst, ...note };
      return {
        class: first.class,
        because: first.because,
        shards: first.shards,
        ...(first.worst !== undefined && { worstRequest: first.worst }),
        ...note,
      };
    }
    const classes = requests.map((request) => request.class);
    const reach = furthest(classes);
    const sharded = classes.some(
      (name) => name === "single-shard" || name === "multi-shard" || name === "scatter-gather",
    );
    const combined = reach === "single-shard" ? "multi-shard" : reach;
    const kinds = new Set(requests.map((request) => request.because));
    const alternatives =
      !arms &&
      !this.#splits &&
      requests.every(
        (request) => request.signature !== undefined || request.class === "multi-shard" || request.class === "none",
      );
    const because: Because = moved
      ? "key-update"
      : alternatives
        ? kinds.size === 1 && first.because !== "equal"
          ? first.because
          : "in-list"
        : arms || !sharded || this.#splits
          ? "subquery"
          : requests.find((request) => request.class === reach)!.because;
    const several = arms || this.#splits ? { worstRequest: worst } : {};
    return { class: combined, because, shards, ...several, ...note };
  }

  /** Set once a subquery or another part of the statement has to run by itself. */
  #splits = false;
  /** Set once a derived table or subquery has to be put together from several shards. */
  #gathers = false;

  #outcome(plan: Plan): Outcome {
    const groups = plan.groups.map((group) => ({ group, ...this.#groupOutcome(group, plan) }));
    const inner = plan.apart.map(({ plans, meets }) => {
      const outcomes = plans.map((alternative) => this.#outcome(alternative));
      return {
        ...this.#together(outcomes, false),
        meets:
          outcomes.find((outcome) => outcome.meets !== undefined)?.meets ??
          (meets ? ("not-colocated" as const) : undefined),
      };
    });
    const joined = groups.filter(({ group }) => group.delivered !== true);
    const placed = joined.filter(({ group }) => kindOf(group) !== "tableless");
    const innerRequests = inner.flatMap(({ requests }) => requests);
    if (innerRequests.some((request) => request.class === "multi-shard" || request.class === "scatter-gather"))
      this.#gathers = true;
    if (
      withoutCopies([...innerRequests, ...groups.flatMap(({ requests }) => requests)]).length > 1 &&
      (inner.length > 0 || groups.some(({ group }) => group.delivered === true))
    )
      this.#splits = true;
    // Asked again for rows of the others: but where there are no others, or only what has no place, nothing meets.
    const outside = placed.length > 0;
    const meetsInside =
      inner.find((outcome) => outcome.meets !== undefined && outside)?.meets ??
      groups.find((outcome) => outcome.meets !== undefined)?.meets;
    const kinds = new Set([...placed.map(({ group }) => kindOf(group)), ...innerRequests.map(kindOfRequest)]);
    const reason: Because =
      kinds.has("unsharded") && (kinds.has("sharded") || kinds.has("reference")) ? "mixed" : "not-colocated";
    const copyTarget = placed.some(
      ({ group }) => writesCopy(group) && group.pieces.some((piece) => piece.kind === "sharded"),
    );
    const meets =
      meetsInside !== undefined || placed.length > 1 || plan.meets || copyTarget
        ? meetsInside === undefined || meetsInside === "not-colocated"
          ? reason
          : meetsInside
        : undefined;
    const requests = [...groups.flatMap((outcome) => outcome.requests), ...innerRequests];
    const worst = furthest([
      this.#worstOf(joined, plan.meets),
      ...groups.filter(({ group }) => group.delivered === true).map((outcome) => outcome.worst),
      ...inner.map((outcome) => outcome.worst),
    ]);
    return { requests, meets, worst, keyUpdate: plan.keyUpdate || inner.some((outcome) => outcome.keyUpdate) };
  }

  #groupOutcome(group: Group, plan: Plan): Omit<Outcome, "keyUpdate"> {
    if (group.gathered !== undefined) {
      const inner = this.#together(
        group.gathered.map((alternative) => this.#outcome(alternative)),
        false,
      );
      this.#gathers = true;
      return { requests: inner.requests, meets: inner.meets, worst: inner.worst };
    }
    const request = this.#request(group, plan);
    for (const piece of group.pieces) {
      for (const nested of piece.inside ?? [])
        for (const innerGroup of nested.groups) this.#groupOutcome(innerGroup, nested);
      if (piece.table !== undefined) this.#record(piece, this.#pieceRequest(piece, group, plan));
    }
    return {
      requests: request === undefined ? [] : [request],
      meets: undefined,
      worst: request?.worst ?? request?.class ?? "none",
    };
  }

  #request(group: Group, plan: Plan): Request | undefined {
    switch (kindOf(group)) {
      case "tableless":
        return undefined;
      case "unresolved":
        return { class: "unknown", because: "unresolved", shards: "not-logged" };
      case "unsharded":
        return { class: "unsharded", because: "unsharded-table", shards: [] };
      case "reference":
        return {
          class: "reference",
          because: writesCopy(group) ? "reference-write" : "reference-table",
          shards: this.#everyShard(),
        };
      default: {
        const request = this.#shardedRequest(group, plan);
        // Rows of an outer join stay although nothing can match them.
        const kept = request.class === "none" && group.pieces.filter(({ level, kind }) => level === 0 && kind !== "sharded");
        return kept && kept.length > 0 ? this.#request({ pieces: kept }, plan) : request;
      }
    }
  }

  #shardedRequest(group: Group, plan: Plan): Request {
    const leaders = leadersOf(group);
    // Inserted rows follow the rows that they come from, where there are such.
    const sources = leaders.filter((piece) => piece.rows === undefined);
    const reaches = (sources.length > 0 ? sources : leaders).map((piece) => this.#reach(piece, plan));
    // Both sides of a FULL JOIN are kept: the one that reaches further decides.
    return reaches.reduce((a, b) => (rank[b.class] > rank[a.class] ? b : a));
  }

  #pieceRequest(piece: Piece, group: Group, plan: Plan): Request {
    if (piece.kind === "sharded") return this.#reach(piece, plan);
    return this.#request({ ...group, pieces: [piece] }, plan) ?? { class: "none", because: "no-table", shards: [] };
  }

  #reach(piece: Piece, plan: Plan): Request {
    if (piece.rows !== undefined) return this.#insertReach(piece);
    const closure = new Closure(
      plan.given.length === 0 ? piece.pins : [...piece.pins, ...plan.given],
      this.#statement.order,
    );
    const inside = piece.inside?.filter((nested) => nested.groups.length > 0);
    if (inside !== undefined && inside.length > 0) return this.#insideReach(inside, plan);
    const reach = reachOf(
      piece.key.map((column) => closure.pin(column)),
      piece.map,
      this.#rules,
    );
    if (piece.use === "insert" && reach.class === "scatter-gather")
      return { class: "multi-shard", because: "rows", shards: "not-logged" };
    return reach;
  }

  /** A derived table's own requests; conditions outside have reached into it already where they may. */
  #insideReach(inside: readonly Plan[], plan: Plan): Request {
    const requests = inside.flatMap((nested) =>
      nested.groups
        .filter((group) => kindOf(group) === "sharded")
        .map((group) => this.#shardedRequest(group, { ...nested, given: plan.given })),
    );
    const [first, ...others] = distinctRequests(requests);
    if (first === undefined) return { class: "none", because: "contradiction", shards: [] };
    if (others.length === 0) return first;
    const reach = furthest(requests.map((request) => request.class));
    const because =
      new Set(inside.map((nested) => nested.arm)).size > 1
        ? "subquery"
        : reach === "single-shard"
          ? "in-list"
          : requests.find((request) => request.class === reach)!.because;
    return {
      class: reach === "single-shard" ? "multi-shard" : reach,
      because,
      shards: unionOf(requests),
      ...(because === "subquery" && { worst: reach }),
    };
  }

  #insertReach(piece: Piece): Request {
    const { many, keys, missing, unfit } = piece.rows!;
    const distinct = keys === undefined ? undefined : new Set(keys.map((key) => JSON.stringify(key))).size;
    const one = !many || (distinct === 1 && this.#rules.conditions === "all");
    const because: Because = missing
      ? "missing-key"
      : many && !one
        ? "rows"
        : keys?.[0]?.includes("null:") === true
          ? "null-key"
          : "equal";
    const placed =
      unfit !== undefined
        ? { shards: "not-placeable" as const, note: unfit }
        : keys === undefined
          ? { shards: "not-logged" as const }
          : reachOfRows(keys, piece.map);
    const signature = one && keys?.[0] !== undefined ? JSON.stringify([piece.map?.identity, ...keys[0]]) : undefined;
    return { class: one ? "single-shard" : "multi-shard", because, ...placed, signature };
  }

  /**
   * Class of the furthest request when each group is asked with the rows found so far: greedily, from the one that
   * reaches least. A group whose key equals a column of those rows is asked shard by shard for each of them.
   */
  #worstOf(
    groups: readonly { readonly group: Group; readonly requests: readonly Request[]; readonly worst: RouteClass }[],
    repeated: boolean,
  ): RouteClass {
    const left = groups.map((entry) => ({
      ...entry,
      own: entry.requests.length === 1 ? entry.requests[0]!.class : entry.worst,
    }));
    const placed: Group[] = [];
    let worst: RouteClass = "none";
    while (left.length > 0) {
      const costs = left.map(({ group, own }) => {
        // Rows that every shard would repeat are found first, and the others asked for each of them.
        const first = repeated
          ? [...placed, { pieces: group.pieces.filter((piece) => piece.kind !== "sharded") }]
          : placed;
        return rank[own] > rank["single-shard"] &&
          isBound(group, first, (facts) => new Closure(facts, this.#statement.order))
          ? "single-shard"
          : own;
      });
      const cheapest = costs.reduce((best, cost, index) => (rank[cost] < rank[costs[best]!] ? index : best), 0);
      worst = furthest([worst, costs[cheapest]!]);
      placed.push(left[cheapest]!.group);
      left.splice(cheapest, 1);
    }
    return worst;
  }

  #record(piece: Piece, request: Request): void {
    const id = `${piece.table} ${piece.alias} ${piece.use}`;
    const known = this.#tables.get(id);
    if (known !== undefined && rank[known.class] >= rank[request.class]) return;
    this.#tables.set(id, {
      table: piece.table!,
      alias: piece.alias,
      use: piece.use,
      class: request.class,
      because: request.because,
    });
  }

  #everyShard(): readonly number[] {
    return Array.from({ length: this.#shardCount }, (_, shard) => shard);
  }
}

function isBound(group: Group, placed: readonly Group[], closureOf: (facts: readonly Fact[]) => Closure): boolean {
  if (group.gathered !== undefined || kindOf(group) !== "sharded") return false;
  const piece = leadersOf(group)[0]!;
  const closure = closureOf(piece.matches);
  const found = new Set(placed.flatMap((other) => other.pieces).map((other) => String(other.occurrence)));
  return piece.key.every((column) => {
    const root = closure.root(column);
    return piece.matches.some(
      (fact) =>
        fact.kind === "same" &&
        [fact.left, fact.right].some(
          (side) => closure.root(side) === root && found.has(side.slice(0, side.indexOf("."))),
        ),
    );
  });
}

const writesCopy = (group: Group): boolean =>
  group.pieces.some((piece) => piece.kind === "reference" && piece.use !== "read");

const piecesIn = (plan: Plan): Piece[] => [
  ...plan.groups.flatMap((group) => [
    ...group.pieces.flatMap((piece) => [piece, ...(piece.inside ?? []).flatMap(piecesIn)]),
    ...(group.gathered ?? []).flatMap(piecesIn),
  ]),
  ...plan.apart.flatMap((apart) => apart.plans.flatMap(piecesIn)),
];

const kindOfRequest = (request: Request): Piece["kind"] =>
  request.class === "unsharded" ? "unsharded" : request.class === "reference" ? "reference" : "sharded";

/** Reads of copies cost nothing where anything else is asked. */
function withoutCopies(requests: readonly Request[]): readonly Request[] {
  const others = requests.filter((request) => request.because !== "reference-table");
  return others.length > 0 ? others : requests.slice(0, 1);
}

/** Requests to one and the same shard are one; so are two that both ask every shard, or the unsharded tables. */
function distinctRequests(requests: readonly Request[]): readonly Request[] {
  const distinct = new Map<string, Request>();
  for (const request of requests) {
    const key =
      request.class === "single-shard"
        ? (request.signature ?? `alone ${distinct.size}`)
        : request.class === "multi-shard"
          ? `multi ${distinct.size}`
          : `${request.class} ${request.because === "reference-write"}`;
    if (!distinct.has(key)) distinct.set(key, request);
  }
  return [...distinct.values()];
}

const rank: Record<RouteClass, number> = {
  none: 0,
  reference: 1,
  unsharded: 1,
  "single-shard": 2,
  "multi-shard": 3,
  "scatter-gather": 4,
  "cross-shard-join": 5,
  unknown: 6,
};

const furthest = (classes: readonly RouteClass[]): RouteClass =>
  classes.reduce<RouteClass>((a, b) => (rank[b] > rank[a] ? b : a), "none");

function unionOf(requests: readonly Request[]): Route["shards"] {
  const shards = new Set<number>();
  let unknown: "not-logged" | "not-placeable" | undefined;
  for (const request of requests) {
    if (typeof request.shards === "string")
      unknown = request.shards === "not-placeable" || unknown === "not-placeable" ? "not-placeable" : "not-logged";
    else for (const shard of request.shards) shards.add(shard);
  }
  return unknown ?? [...shards].toSorted((a, b) => a - b);
}
