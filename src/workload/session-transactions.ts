import { assert } from "../base/assert.ts";
import { appendTransaction, emptied, newOpenTransaction, renumbered, type OpenTransaction } from "./open-transaction.ts";
import { TransactionSums, type SumsState } from "./transaction-sums.ts";
import type { TransactionOutcome } from "./transactions.ts";

/** What a statement does to its session's transaction. */
export type Boundary =
  | { readonly kind: "begin" }
  | { readonly kind: "commit" | "rollback"; readonly chain: boolean }
  /** Ends nothing; what failed before is forgotten. */
  | { readonly kind: "rollback-to-savepoint" }
  /** DDL in MySQL. */
  | { readonly kind: "implicit-commit" }
  | { readonly kind: "autocommit"; readonly on: boolean };

/**
 * What opened a transaction: BEGIN; autocommit being off; an id in the log. "undecided": if autocommit is off, which was
 * decided before this part of the log begins.
 */
type Opening = "begin" | "autocommit-off" | "id" | "undecided";

interface Cursor {
  open: OpenTransaction | undefined;
  opening: Opening;
  autocommit: "on" | "off" | "unknown";
}

/**
 * One session in one part of the log. A part that begins inside the log does not know whether the session was in a
 * transaction: until the first statement that ends any, statements are kept as `prefix`. Which transaction they belong
 * to, if any, is decided where the parts are put together (`resolveSession`).
 */
export interface SessionStretch extends Cursor {
  /** Where its first statement stands. */
  readonly input: number;
  readonly offset: number;
  /** The session is known by its name in this input only: no other one goes on with it. */
  readonly ofOneInput: boolean;
  /** Runs of statements with one id, or without one. Undefined: the session's state was known. */
  readonly prefix: OpenTransaction[] | undefined;
  prefixEnd: TransactionOutcome | "none";
  /** A finished transaction, whose room the next one takes: one a session, not one a transaction. */
  spare: OpenTransaction | undefined;
  /** Transactions that there were if autocommit was off. */
  ifOff: TransactionSums | undefined;
}

export function newStretch(
  input: number,
  offset: number,
  knowsState: boolean,
  autocommit: Cursor["autocommit"],
  ofOneInput: boolean,
): SessionStretch {
  return {
    input,
    offset,
    ofOneInput,
    prefix: knowsState ? undefined : [],
    prefixEnd: "none",
    spare: undefined,
    ifOff: undefined,
    open: undefined,
    opening: "begin",
    autocommit: knowsState ? "on" : autocommit,
  };
}

/**
 * The transaction that the session's next statement is part of; undefined when it is one of its own. `id` is the hash of
 * the log's transaction id, 0: none.
 */
export function transactionOf(
  stretch: SessionStretch,
  id: number,
  offset: number,
  sums: TransactionSums,
): OpenTransaction | undefined {
  const { prefix } = stretch;
  if (prefix === undefined || stretch.prefixEnd !== "none") return enter(stretch, id, offset, sums);
  const last = prefix.at(-1);
  // What failed before a run's first statement may have been another transaction's.
  if (last?.id === id && last.statements > 0) return last;
  // One id after another: whatever was open before is over.
  if (id !== 0 && prefix.some((run) => run.id !== 0 && run.id !== id)) {
    stretch.prefixEnd = "committed";
    return enter(stretch, id, offset, sums);
  }
  const run = newOpenTransaction(stretch.input, offset, id);
  prefix.push(run);
  return run;
}

/** The transaction that the session's next statement is part of, if it has no id and ends or begins none. */
export function openOf({ prefix, prefixEnd, open, opening }: SessionStretch): OpenTransaction | undefined {
  const isKnown = prefix === undefined || prefixEnd !== "none";
  return isKnown && open?.id === 0 && opening !== "id" ? open : undefined;
}

/** Whether the session is known to be in no transaction, nor to begin one with any statement. */
export function isOutside({ prefix, prefixEnd, open, autocommit }: SessionStretch): boolean {
  return (prefix === undefined || prefixEnd !== "none") && open === undefined && autocommit === "on";
}

/** Ends and begins what the statement ends and begins. */
export function cross(
  stretch: SessionStretch,
  boundary: Boundary,
  id: number,
  offset: number,
  sums: TransactionSums,
): void {
  if (boundary.kind === "rollback-to-savepoint") {
    markFailed(stretch, id, offset, false, sums);
    return;
  }
  const outcome = boundary.kind === "rollback" ? "rolled-back" : "committed";
  if (stretch.prefix !== undefined && stretch.prefixEnd === "none") stretch.prefixEnd = outcome;
  else close(stretch, outcome, sums);
  if (boundary.kind === "autocommit") stretch.autocommit = boundary.on ? "on" : "off";
  const begins = boundary.kind === "begin" || ("chain" in boundary && boundary.chain);
  // The id of the statement that ends one transaction is not that of the next.
  if (begins) start(stretch, "begin", offset, boundary.kind === "begin" ? id : 0);
}

/**
 * A statement failed (or what failed was undone): PostgreSQL takes none but ROLLBACK from then on, and makes one of
 * COMMIT. `id` is that of the record: another one says that the open transaction is over.
 */
export function markFailed(
  stretch: SessionStretch,
  id: number,
  offset: number,
  failed: boolean,
  sums: TransactionSums,
): void {
  const { prefix, open } = stretch;
  if (prefix === undefined || stretch.prefixEnd !== "none") {
    if (open === undefined) return;
    const begun = stretch.opening === "begin" && (id === 0 || open.id === 0);
    if (open.id === id || begun) {
      open.failed = failed;
      if (id !== 0) open.id = id;
    } else if (id !== 0) close(stretch, "committed", sums);
    return;
  }
  let last = prefix.at(-1);
  if (last?.id !== id) prefix.push((last = newOpenTransaction(stretch.input, offset, id)));
  last.failed = failed;
}

/** Does to a stretch what a run of statements, or of failures alone, would have done. */
function follow(
  run: OpenTransaction,
  stretch: SessionStretch,
  transactionAt: (stretch: SessionStretch, id: number, offset: number, sums: TransactionSums) => OpenTransaction | undefined,
  sums: TransactionSums,
): void {
  if (run.statements === 0) {
    if (run.failed !== undefined) markFailed(stretch, run.id, run.offset, run.failed, sums);
    return;
  }
  const transaction = transactionAt(stretch, run.id, run.offset, sums);
  if (transaction !== undefined) appendTransaction(transaction, run);
}

/**
 * With an id: the transaction of that id. A transaction that BEGIN opened takes statements without an id too, and the
 * id of the first that has one. An id that changes ends the transaction: its COMMIT is not in the log.
 */
function enter(stretch: SessionStretch, id: number, offset: number, sums: TransactionSums): OpenTransaction | undefined {
  const { open } = stretch;
  if (open !== undefined) {
    if (open.id === id && (id !== 0 || stretch.opening !== "id")) return open;
    if (stretch.opening === "begin" && (id === 0 || open.id === 0)) {
      if (id !== 0) open.id = id;
      return open;
    }
    close(stretch, "committed", sums);
  }
  if (id !== 0) return start(stretch, "id", offset, id);
  if (stretch.autocommit === "on") return undefined;
  return start(stretch, stretch.autocommit === "off" ? "autocommit-off" : "undecided", offset, 0);
}

function start(stretch: SessionStretch, opening: Opening, offset: number, id: number): OpenTransaction {
  stretch.opening = opening;
  const { spare } = stretch;
  stretch.spare = undefined;
  stretch.open = spare === undefined ? newOpenTransaction(stretch.input, offset, id) : emptied(spare, offset, id);
  return stretch.open;
}

function close(stretch: SessionStretch, end: TransactionOutcome, sums: TransactionSums): void {
  const { open, opening } = stretch;
  if (open === undefined) return;
  const outcome = open.failed === true ? "rolled-back" : end;
  stretch.open = undefined;
  stretch.spare = open;
  // PostgreSQL gives an id to a statement of its own, too.
  if (opening === "id" && open.statements === 1 && outcome === "committed") return;
  if (opening === "undecided") (stretch.ifOff ??= new TransactionSums(sums.names)).add(open, outcome);
  else sums.add(open, outcome);
}

/** Puts the stretches of one session together, and counts its transactions to the end of the log. */
export function resolveSession(stretches: readonly SessionStretch[], sums: TransactionSums): void {
  const [first, ...others] = stretches.toSorted((a, b) => a.input - b.input || a.offset - b.offset);
  assert(first !== undefined, "a session has a stretch");
  const cursor = newStretch(first.input, first.offset, true, "on", true);
  for (const stretch of [first, ...others]) {
    for (const run of stretch.prefix ?? []) follow(run, cursor, enter, sums);
    if (stretch.prefix !== undefined && stretch.prefixEnd === "none") {
      if (stretch.autocommit !== "unknown") cursor.autocommit = stretch.autocommit;
      continue;
    }
    close(cursor, stretch.prefixEnd === "none" ? "open" : stretch.prefixEnd, sums);
    if (stretch.ifOff !== undefined && cursor.autocommit === "off") sums.merge(stretch.ifOff);
    const undecided = stretch.opening === "undecided";
    if (stretch.open !== undefined && !(undecided && cursor.autocommit === "on")) {
      cursor.open = stretch.open;
      cursor.opening = undecided ? "autocommit-off" : stretch.opening;
    }
    if (stretch.autocommit !== "unknown") cursor.autocommit = stretch.autocommit;
  }
  close(cursor, cursor.opening === "id" ? "committed" : "open", sums);
}

/**
 * Puts the stretches of one session together as far as that can be done without knowing what comes before and behind them: to
 * one stretch, the same for any cut. Undefined when no other log can go on with the session; it is counted then.
 */
export function settledSession(stretches: readonly SessionStretch[], sums: TransactionSums): SessionStretch | undefined {
  const [first, ...others] = stretches.toSorted((a, b) => a.input - b.input || a.offset - b.offset);
  assert(first !== undefined, "a session has a stretch");
  if (first.ofOneInput) {
    resolveSession(stretches, sums);
    return undefined;
  }
  for (const next of others) appendStretch(first, next, sums);
  return first;
}

/** Does to a stretch what the statements of the next one would have done. */
function appendStretch(stretch: SessionStretch, next: SessionStretch, sums: TransactionSums): void {
  for (const run of next.prefix ?? []) follow(run, stretch, transactionOf, sums);
  if (next.prefix === undefined || next.prefixEnd !== "none") {
    const outcome = next.prefixEnd === "none" ? "open" : next.prefixEnd;
    if (stretch.prefix !== undefined && stretch.prefixEnd === "none") stretch.prefixEnd = outcome;
    else close(stretch, outcome, sums);
    if (next.ifOff !== undefined && stretch.autocommit === "off") sums.merge(next.ifOff);
    if (next.ifOff !== undefined && stretch.autocommit === "unknown")
      (stretch.ifOff ??= new TransactionSums(sums.names)).merge(next.ifOff);
    const undecided = next.opening === "undecided";
    if (next.open !== undefined && !(undecided && stretch.autocommit === "on")) {
      stretch.open = next.open;
      stretch.opening = undecided && stretch.autocommit === "off" ? "autocommit-off" : next.opening;
    }
  }
  if (next.autocommit !== "unknown") stretch.autocommit = next.autocommit;
}

export interface StretchState extends Omit<SessionStretch, "ifOff"> {
  readonly ifOff: SumsState | undefined;
}

export const stretchToState = (stretch: SessionStretch): StretchState => ({
  ...stretch,
  spare: undefined,
  ifOff: stretch.ifOff?.toState(),
});

export const stretchFromState = (state: StretchState, sums: TransactionSums): SessionStretch => ({
  ...state,
  ifOff: state.ifOff === undefined ? undefined : TransactionSums.fromState(state.ifOff, sums.names),
});

/** The stretch in the numbers of another part. */
export function renumberedStretch(
  stretch: SessionStretch,
  { templates, shapes }: { readonly templates: readonly number[]; readonly shapes: readonly number[] },
  sums: TransactionSums,
): SessionStretch {
  const again = (open: OpenTransaction): OpenTransaction => renumbered(open, templates, shapes);
  let ifOff: TransactionSums | undefined;
  if (stretch.ifOff !== undefined) {
    ifOff = new TransactionSums(sums.names);
    ifOff.merge(stretch.ifOff);
  }
  return {
    ...stretch,
    spare: undefined,
    prefix: stretch.prefix?.map(again),
    open: stretch.open === undefined ? undefined : again(stretch.open),
    ifOff,
  };
}
