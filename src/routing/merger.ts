import { samePin, type Closure } from "../sql/constraints/closure.ts";
import type { Fact } from "../sql/constraints/facts.ts";
import { kindOf, type Group, type Piece, type Plan } from "./plan.ts";
import type { RoutingRules } from "./routing-rules.ts";

/** Puts pieces together that are in one place. */
export class Merger {
  readonly #pieces: (Piece | undefined)[] = [];
  readonly #gathered = new Map<number, readonly Plan[]>();
  readonly #parent: number[] = [];
  readonly #closure: (facts: readonly Fact[]) => Closure;
  readonly #rules: RoutingRules;
  #target: number | undefined;

  constructor(closure: (facts: readonly Fact[]) => Closure, rules: RoutingRules) {
    this.#closure = closure;
    this.#rules = rules;
  }

  add(piece: Piece): number {
    this.#pieces.push(piece);
    this.#parent.push(this.#parent.length);
    return this.#pieces.length - 1;
  }

  addGathered(plans: readonly Plan[]): number {
    this.#pieces.push(undefined);
    this.#parent.push(this.#parent.length);
    this.#gathered.set(this.#pieces.length - 1, plans);
    return this.#pieces.length - 1;
  }

  addTarget(piece: Piece, follows: boolean): void {
    const sharded = this.#pieces.findIndex((other) => other?.kind === "sharded");
    const led = follows && piece.kind === "sharded" && sharded >= 0;
    this.#target = this.add(led ? { ...piece, level: piece.level + 1, kept: false } : piece);
    if (led) this.#join(sharded, this.#target);
  }

  mergeAll(): void {
    const count = this.#pieces.length;
    const order = [...this.#pieces.keys()].toSorted(
      (a, b) => (this.#pieces[a]?.level ?? 0) - (this.#pieces[b]?.level ?? 0) || a - b,
    );
    for (const [position, index] of order.entries()) {
      const piece = this.#pieces[index];
      if (piece === undefined) continue;
      for (const earlier of order.slice(0, position)) {
        const other = this.#pieces[earlier];
        if (other === undefined || !this.#together(other, piece)) continue;
        this.#join(earlier, index);
        // An optional row follows one place; that it would fit a second does not bring the two together.
        if (piece.level > 0) break;
      }
    }
    // What every shard has, and what needs no shard, goes with anything.
    for (const kind of ["reference", "tableless"] as const) {
      for (let index = 0; index < count; index++) {
        if (this.#pieces[index]?.kind !== kind) continue;
        const host = this.#hostFor(kind, index);
        if (host !== undefined) this.#join(host, index);
      }
    }
  }

  #hostFor(kind: "reference" | "tableless", self: number): number | undefined {
    const hosts =
      kind === "tableless"
        ? ["sharded", "unsharded", "reference"]
        : this.#rules.referenceWithUnsharded === "apart"
          ? ["sharded"]
          : ["sharded", "unsharded"];
    for (const host of hosts) {
      const index = this.#pieces.findIndex(
        (piece, other) => piece?.kind === host && other !== self && other !== this.#target,
      );
      if (index >= 0) return index;
    }
    return undefined;
  }

  #together(a: Piece, b: Piece): boolean {
    if (a.kind !== b.kind) return false;
    if (a.kind !== "sharded") return a.kind === "unsharded" || a.kind === "reference" || a.kind === "tableless";
    return this.#samePlace(a, b);
  }

  /**
   * Their keys are equal wherever rows of the one meet rows of the other. That both are pinned to one value says so
   * only when one of them must be there: an optional row may be lacking where the other is.
   */
  #samePlace(a: Piece, b: Piece): boolean {
    if (
      a.key.length !== b.key.length ||
      a.map === undefined ||
      b.map === undefined ||
      a.map.identity !== b.map.identity
    )
      return false;
    const ofA = this.#closure(a.matches);
    const ofB = this.#closure(b.matches);
    const required = a.level === 0 || b.level === 0;
    return a.key.every((left, index) => {
      const right = b.key[index]!;
      if (ofA.root(left) === ofA.root(right) || ofB.root(left) === ofB.root(right)) return true;
      return required && samePin(this.#closure(a.pins).pin(left), this.#closure(b.pins).pin(right));
    });
  }

  /** Nothing here has a place of its own. */
  onlyCopies(): boolean {
    const kinds = this.#pieces.map((piece) => piece?.kind);
    return kinds.includes("reference") && kinds.every((kind) => kind === "reference" || kind === "tableless");
  }

  /** Whether a subquery's alternatives can all be answered where one of the groups is. */
  absorbs(plans: readonly Plan[]): boolean {
    if (plans.some((plan) => plan.apart.length > 0 || plan.meets || plan.keyUpdate)) return false;
    const groups = plans.flatMap((plan) => plan.groups);
    if (groups.some((group) => group.gathered !== undefined)) return false;
    const kinds = new Set(groups.map(kindOf));
    if (kinds.has("unresolved")) return false;
    if (!kinds.has("sharded")) {
      if (kinds.has("unsharded"))
        return !kinds.has("reference") && this.#pieces.some((piece) => piece?.kind === "unsharded");
      if (kinds.has("reference"))
        return this.#pieces.some(
          (piece) =>
            piece?.kind === "reference" ||
            piece?.kind === "sharded" ||
            (piece?.kind === "unsharded" && this.#rules.referenceWithUnsharded !== "apart"),
        );
      return true;
    }
    if (kinds.has("unsharded")) return false;
    const hosts = [...this.#pieces.entries()].filter(([, piece]) => piece?.kind === "sharded");
    return hosts.some(([index]) =>
      groups.every(
        (group) =>
          kindOf(group) !== "sharded" ||
          group.pieces.some((inner) => inner.kind === "sharded" && this.#meetsGroup(inner, index)),
      ),
    );
  }

  #meetsGroup(inner: Piece, host: number): boolean {
    const root = this.#root(host);
    return this.#pieces.some(
      (piece, index) => piece?.kind === "sharded" && this.#root(index) === root && this.#samePlace(inner, piece),
    );
  }

  /**
   * Rows of every shard's copy would be kept once for each shard: only a single shard may be asked. `lacking` are those of
   * the kept ones that a row may be without, so that they don't say where it is.
   */
  repeats(kept: readonly number[], optional: readonly number[], lacking: ReadonlySet<number>): boolean {
    const isCopy = (index: number): boolean => {
      const piece = this.#pieces[index];
      // A derived table that can have no row is kept nowhere.
      return (piece?.kind === "reference" || piece?.kind === "tableless") && piece.inside?.length !== 0;
    };
    if (!kept.some(isCopy) || kept.some((index) => !isCopy(index) && !lacking.has(index))) return false;
    const sharded = optional.filter((index) => this.#pieces[index]?.kind === "sharded");
    return sharded.some((index) => {
      const piece = this.#pieces[index]!;
      const closure = this.#closure(piece.pins);
      return !piece.key.every((column) => closure.pin(column).to === "one" || closure.pin(column).to === "none");
    });
  }

  groups(): readonly Group[] {
    const members = new Map<number, Piece[]>();
    const groups: Group[] = [];
    for (const [index, piece] of this.#pieces.entries()) {
      if (piece === undefined) {
        groups.push({ pieces: [], gathered: this.#gathered.get(index)! });
        continue;
      }
      const root = this.#root(index);
      const known = members.get(root);
      if (known === undefined) members.set(root, [piece]);
      else known.push(piece);
    }
    for (const [root, pieces] of members) {
      const alone = this.#target !== undefined && this.#root(this.#target) === root && pieces.length === 1;
      groups.push(alone ? { pieces, delivered: true } : { pieces });
    }
    return groups;
  }

  #root(index: number): number {
    let root = index;
    while (this.#parent[root] !== root) root = this.#parent[root]!;
    return root;
  }

  #join(a: number, b: number): void {
    this.#parent[this.#root(b)] = this.#root(a);
  }
}
