import { assert } from "../base/assert.ts";
import type { Failure, LogEntry, Span } from "../ingest/entry.ts";
import type { AccessPattern } from "../sql/access.ts";
import type { Language } from "../sql/template.ts";
import { mix32, mixInteger } from "../stats/mix.ts";
import { addStatement, type OpenTransaction } from "./open-transaction.ts";
import { cross, isOutside, markFailed, newStretch, openOf, transactionOf, type Boundary, type SessionStretch } from "./session-transactions.ts";
import { isAboutRows } from "./statement-role.ts";
import type { TransactionPart } from "./transaction-part.ts";
import { textCodeOf } from "./value-code.ts";

/** What a template's executions do to transactions. */
export interface TransactionRole {
  /** Number of the template in the part. */
  readonly template: number;
  readonly boundary: Boundary | undefined;
  /** `SET autocommit = ?`: the slot whose value decides. */
  readonly slot: number | undefined;
  readonly isAboutRows: boolean;
  readonly isParsed: boolean;
}

export function transactionRole(pattern: AccessPattern, template: number): TransactionRole {
  return {
    template,
    boundary: boundaryOf(pattern),
    slot: pattern.kind === "control" ? pattern.slot : undefined,
    isAboutRows: isAboutRows(pattern),
    isParsed: pattern.kind !== "unknown",
  };
}

/** A savepoint is none, and what ROLLBACK TO undoes was still work, done where it was done. */
function boundaryOf(pattern: AccessPattern): Boundary | undefined {
  if (pattern.kind === "utility") return pattern.implicitCommit ? { kind: "implicit-commit" } : undefined;
  if (pattern.kind !== "control") return undefined;
  switch (pattern.control) {
    case "begin":
      return { kind: "begin" };
    case "commit":
    case "rollback":
      return { kind: pattern.control, chain: pattern.chain === true };
    case "rollback-to-savepoint":
      return { kind: "rollback-to-savepoint" };
    case "autocommit-on":
      return { kind: "autocommit", on: true };
    case "autocommit-off":
      return { kind: "autocommit", on: false };
    default:
      return undefined;
  }
}

/** Sessions that were seen lately are found without a look into the map. */
const recentSize = 4096;

/** The input whose statements are tracked. */
export interface TrackedInput {
  readonly input: number;
  /** Tells it from others whatever their order: its own sessions are known by it. Its number unless given. */
  readonly place?: number;
  readonly dialect: Language;
  /** The statements begin inside the input, where sessions may be in transactions that began before. */
  readonly startsInside?: boolean;
  /** Sessions that are one in all files may have begun in a log that comes before this one, but is not read now. */
  readonly continues?: boolean;
}

/** Finds, statement by statement, which transaction each is part of. */
export class TransactionTracker {
  readonly #part: TransactionPart;
  readonly #input: number;
  /** Of the names that are only known in this input; 0 is that of all inputs. */
  readonly #scope: number;
  /** The state of a session that was not seen yet is not known: the part begins inside the log. */
  readonly #startsInside: boolean;
  readonly #continues: boolean;
  readonly #autocommit: SessionStretch["autocommit"];
  readonly #recentHashes = new Float64Array(recentSize).fill(-1);
  readonly #recent: (SessionStretch | undefined)[] = [];
  readonly #recentKnown = new Uint8Array(recentSize);

  constructor(part: TransactionPart, { input, place = input, dialect, startsInside, continues }: TrackedInput) {
    this.#part = part;
    this.#input = input;
    this.#scope = place + 1;
    this.#startsInside = startsInside === true;
    this.#continues = continues === true || input > 0;
    // Only MySQL's server has it as a setting of the session.
    this.#autocommit = dialect === "mysql" ? "unknown" : "on";
  }

  /**
   * Counts a statement of a session (by a hash of its name in two halves; undefined: not logged), and gives the transaction that
   * its accesses belong to; undefined when it is one of its own. `boundary` is the role's, with its slot's value.
   */
  add(
    entry: LogEntry,
    role: TransactionRole,
    boundary: Boundary | undefined,
    micros: number,
    writes: boolean,
    session: { readonly high: number; readonly low: number } | undefined,
  ): OpenTransaction | undefined {
    const part = this.#part;
    const id = entry.executions === 1 ? idOf(entry) : 0;
    if ((session === undefined && id === 0) || entry.executions !== 1) {
      if (role.isAboutRows) part.addUngrouped(role.template, entry.executions);
      return undefined;
    }
    if (role.isAboutRows) {
      if (id !== 0) part.withId++;
      else part.inSession++;
    } else if (boundary === undefined) return undefined;
    const open =
      session === undefined
        ? this.#ofId(entry, role, boundary)
        : this.#ofSession(entry, role, boundary, id, session.high, session.low);
    if (open === undefined) return undefined;
    addStatement(open, role.template, writes, micros);
    if (!role.isParsed) open.complete = false;
    return open;
  }

  /** A record that is no statement tells of a failure in the session. */
  fail({ entry, endsSession }: Failure, { high, low }: { readonly high: number; readonly low: number }): void {
    const id = idOf(entry);
    const stretch = this.#stretchOf(entry, high, low);
    if (stretch === undefined) return;
    if (endsSession) cross(stretch, { kind: "rollback", chain: false }, id, entry.offset, this.#part.sums);
    else markFailed(stretch, id, entry.offset, true, this.#part.sums);
  }

  /**
   * Whether the session's next statement, if it has no id and ends or begins no transaction, is known to be one of its
   * own. Asked right after `add`.
   */
  isQuiet(high: number, low: number): boolean {
    const place = low & (recentSize - 1);
    if (this.#recentHashes[place] !== hashNumber(high, low)) return false;
    const stretch = this.#recent[place];
    return stretch === undefined ? this.#recentKnown[place] === 1 : isOutside(stretch);
  }

  /** The session's stretch, if it has one. Asked right after `add`. */
  stretchOf(high: number, low: number): SessionStretch | undefined {
    const place = low & (recentSize - 1);
    return this.#recentHashes[place] === hashNumber(high, low) ? this.#recent[place] : undefined;
  }

  /** A transaction has begun in a session that was outside of any, by a statement without an id. */
  begin(stretch: SessionStretch, offset: number): OpenTransaction {
    cross(stretch, { kind: "begin" }, 0, offset, this.#part.sums);
    assert(stretch.open !== undefined, "what begins is open");
    return stretch.open;
  }

  /** The transaction that such a statement would be part of; undefined when it is one of its own, or not known. */
  openOf(high: number, low: number): OpenTransaction | undefined {
    const stretch = this.stretchOf(high, low);
    return stretch === undefined ? undefined : openOf(stretch);
  }

  #ofId(entry: LogEntry, role: TransactionRole, boundary: Boundary | undefined): OpenTransaction | undefined {
    const { start, end } = entry.transaction;
    const scope = isWorldWide(entry.bytes, entry.transaction) ? 0 : this.#scope;
    const key = scopedKey(wordsOf(entry.bytes, start, end), scope);
    if (boundary?.kind === "rollback") this.#part.ids.rollBack(key);
    return role.isAboutRows ? this.#part.ids.transactionOf(key, this.#input, entry.offset) : undefined;
  }

  #ofSession(
    entry: LogEntry,
    role: TransactionRole,
    boundary: Boundary | undefined,
    id: number,
    high: number,
    low: number,
  ): OpenTransaction | undefined {
    // Outside a transaction with autocommit on, like every session at first.
    const mayStayOutside = boundary === undefined && id === 0;
    const stretch = this.#stretchOf(entry, high, low, !mayStayOutside);
    if (stretch === undefined) return undefined;
    const { sums } = this.#part;
    if (boundary !== undefined) cross(stretch, boundary, id, entry.offset, sums);
    return role.isAboutRows ? transactionOf(stretch, id, entry.offset, sums) : undefined;
  }

  /** Undefined where the session is known to be outside a transaction and no stretch is `needed` for it. */
  #stretchOf(entry: LogEntry, high: number, low: number, needed = false): SessionStretch | undefined {
    const hash = hashNumber(high, low);
    const place = low & (recentSize - 1);
    if (this.#recentHashes[place] !== hash) this.#recall(place, hash, entry, high, low);
    const known = this.#recent[place];
    if (known !== undefined || (!needed && this.#recentKnown[place] === 1)) return known;
    const ofOneInput = !isWorldWide(entry.bytes, entry.session);
    const stretch = newStretch(this.#input, entry.offset, this.#recentKnown[place] === 1, this.#autocommit, ofOneInput);
    this.#recent[place] = stretch;
    this.#part.sessions.set(this.#keyOf(entry, high, low), [stretch]);
    return stretch;
  }

  #recall(place: number, hash: number, entry: LogEntry, high: number, low: number): void {
    const worldWide = isWorldWide(entry.bytes, entry.session);
    this.#recentHashes[place] = hash;
    this.#recent[place] = this.#part.sessions.get(this.#keyOf(entry, high, low))?.[0];
    this.#recentKnown[place] = Number(!this.#startsInside && (!worldWide || !this.#continues));
  }

  #keyOf(entry: LogEntry, high: number, low: number): number {
    return scopedKey({ high, low }, isWorldWide(entry.bytes, entry.session) ? 0 : this.#scope);
  }
}

/**
 * Whether a session or transaction of this name in another file is the same one. PostgreSQL's session id is start time
 * and process (`65e1d2f0.1a2b`); a UUID is nobody else's. Numbers start again with the server, and belong to one file.
 */
function isWorldWide(bytes: Uint8Array, { start, end }: Span): boolean {
  if (end - start < 10 || end - start > 40) return false;
  return worldWide.test(String.fromCharCode(...bytes.subarray(start, end)));
}

const worldWide = /^([0-9a-f]{7,16}\.[0-9a-f]+|[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12})$/i;

/** A hash of the transaction's id, never 0; 0 when the entry has none (`0` and `-` stand for none). */
function idOf({ bytes, transaction: { start, end } }: LogEntry): number {
  if (start < 0 || end <= start) return 0;
  if (end - start === 1 && (bytes[start] === 48 || bytes[start] === 45)) return 0;
  const { high, low } = wordsOf(bytes, start, end);
  return hashNumber(high, low) + 1;
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

function wordsOf(bytes: Uint8Array, start: number, end: number): { readonly high: number; readonly low: number } {
  double[0] = textCodeOf(bytes, start, end);
  return { high: mix32(words[1]!), low: words[0]! };
}

/** 52 bits. */
const hashNumber = (high: number, low: number): number => (high >>> 0) * 1_048_576 + (low >>> 12);

function scopedKey({ high, low }: { readonly high: number; readonly low: number }, scope: number): number {
  return hashNumber(mix32(high ^ mixInteger(scope, 0x3c6ef372)), mix32(low));
}
