import type { AccessPattern } from "../sql/access.ts";
import { FootprintStore } from "./footprint-store.ts";
import { IdTransactions, type IdState } from "./id-transactions.ts";
import { renumbered, type OpenTransaction } from "./open-transaction.ts";
import {
  renumberedStretch,
  resolveSession,
  settledSession,
  stretchFromState,
  stretchToState,
  type SessionStretch,
  type StretchState,
} from "./session-transactions.ts";
import { isAboutRows, isWrite } from "./statement-role.ts";
import { PartNames, TransactionSums, typeKey, type SumsState, type TypeHash, type TypeSums } from "./transaction-sums.ts";
import type { ReadsAndWrites, TransactionGrouping, TransactionOutcome, TransactionSummary } from "./transactions.ts";

/** How much memory the transactions of a workload may take. */
export interface TransactionLimits {
  readonly footprintBytes: number;
  /** Ids, in a log without sessions. */
  readonly ids: number;
}

/** Other names for what transactions are known by. */
export interface Renaming {
  readonly template: (key: string) => string;
  /** Sessions and ids are hashes of 53 bits. */
  readonly session: (hash: number) => number;
  readonly id: (hash: number) => number;
  /** Of a type whose templates were not kept. */
  readonly unknownType: (high: number, low: number) => TypeHash;
}

/** The transactions of a part of the input: finished ones as sums, the others as stretches of their sessions. */
export class TransactionPart {
  names: PartNames;
  sums: TransactionSums;
  /** By session; one stretch per part that it occurs in. */
  sessions = new Map<number, SessionStretch[]>();
  ids: IdTransactions;
  /** Statements with an id; with a session but no id. */
  withId = 0;
  inSession = 0;
  /** By template: executions with neither. */
  ungrouped: number[] = [];

  constructor(limits?: TransactionLimits) {
    this.names = new PartNames();
    this.sums = new TransactionSums(this.names, new FootprintStore(limits?.footprintBytes));
    this.ids = new IdTransactions(limits?.ids);
  }

  addUngrouped(template: number, executions: number): void {
    while (this.ungrouped.length <= template) this.ungrouped.push(0);
    this.ungrouped[template]! += executions;
  }

  /** Adds what `other` has, which is spent. */
  merge(other: TransactionPart): void {
    if (this.names.templates.length === 0 && this.sessions.size === 0) {
      Object.assign(this, other);
      return;
    }
    const numbers = this.names.numbersOf(other.names);
    this.sums.merge(other.sums, numbers);
    for (const [session, stretches] of other.sessions) {
      const mine = this.sessions.get(session) ?? [];
      this.sessions.set(session, mine);
      mine.push(...stretches.map((stretch) => renumberedStretch(stretch, numbers, this.sums)));
    }
    const renumber = (open: OpenTransaction): OpenTransaction => renumbered(open, numbers.templates, numbers.shapes);
    this.ids.merge(other.ids, renumber);
    this.withId += other.withId;
    this.inSession += other.inSession;
    other.ungrouped.forEach((executions, template) => this.addUngrouped(numbers.templates[template]!, executions));
  }

  /** Counts what no other log can add to, and puts the stretches of each session and id together: the same for any cut. */
  settle(): void {
    for (const [session, stretches] of this.sessions) {
      const settled = settledSession(stretches, this.sums);
      if (settled === undefined) this.sessions.delete(session);
      else this.sessions.set(session, [settled]);
    }
    this.ids.settle();
  }

  /**
   * The same with other names for its shapes, of whose values only those at some positions are kept. `project` does that to a
   * transaction. With a `renaming` templates, sessions and ids have other names too. The part is spent.
   */
  projected(
    keptOf: (shape: string) => { readonly name: string; readonly kept: readonly number[] },
    project: (
      open: OpenTransaction,
      shapeOf: (shape: number) => { readonly number: number; readonly kept: readonly number[] },
    ) => OpenTransaction,
    renaming?: Renaming,
  ): TransactionPart {
    const result = new TransactionPart();
    const { names } = result;
    for (const key of this.names.templates) names.template(renaming?.template(key) ?? key);
    const shapes = this.names.shapes.map((shape) => {
      const { name, kept } = keptOf(shape);
      return { number: names.shape(name, kept.length), kept };
    });
    const again = (open: OpenTransaction): OpenTransaction => project(open, (shape) => shapes[shape]!);
    result.sums = this.sums.projected(names, again, renaming?.unknownType);
    for (const [session, stretches] of this.sessions)
      result.sessions.set(
        renaming?.session(session) ?? session,
        stretches.map((stretch) => ({
          ...stretch,
          spare: undefined,
          prefix: stretch.prefix?.map(again),
          open: stretch.open === undefined ? undefined : again(stretch.open),
          ifOff: stretch.ifOff?.projected(names, again, renaming?.unknownType),
        })),
      );
    if (renaming === undefined) result.ids.merge(this.ids, again);
    else result.ids = this.ids.renamed(again, renaming.id);
    const { withId, inSession, ungrouped } = this;
    return Object.assign(result, { withId, inSession, ungrouped });
  }

  toState(): TransactionState {
    const { names, sums, sessions, ids, withId, inSession, ungrouped } = this;
    return {
      templates: names.templates,
      shapes: names.shapes,
      codeLengths: names.codeLengths,
      sums: sums.toState(),
      sessions: [...sessions].map(([session, stretches]) => [session, stretches.map(stretchToState)]),
      ids: ids.toState(),
      withId,
      inSession,
      ungrouped,
    };
  }

  static fromState(state: TransactionState): TransactionPart {
    const part = new TransactionPart();
    for (const key of state.templates) part.names.template(key);
    state.shapes.forEach((name, i) => part.names.shape(name, state.codeLengths[i]!));
    part.sums = TransactionSums.fromState(state.sums, part.names);
    part.ids = IdTransactions.fromState(state.ids);
    part.withId = state.withId;
    part.inSession = state.inSession;
    for (const [session, stretches] of state.sessions)
      part.sessions.set(
        session,
        stretches.map((stretch) => stretchFromState(stretch, part.sums)),
      );
    part.ungrouped = [...state.ungrouped];
    return part;
  }
}

export interface TransactionState {
  readonly templates: readonly string[];
  readonly shapes: readonly string[];
  readonly codeLengths: readonly number[];
  readonly sums: SumsState;
  readonly sessions: readonly (readonly [number, readonly StretchState[]])[];
  readonly ids: IdState;
  readonly withId: number;
  readonly inSession: number;
  readonly ungrouped: readonly number[];
}

/** What the summary says of a template, in its order. */
interface SummedTemplate {
  readonly key: string;
  readonly executions: number;
  readonly pattern: AccessPattern;
}

/**
 * Puts together what was cut and gives the finished summary, with templates and shapes in the workload's order. What the
 * sessions left open is counted as open from then on.
 */
export function transactionsOf(
  part: TransactionPart,
  templates: readonly SummedTemplate[],
  shapeNames: readonly string[],
): TransactionSummary {
  const { names, sums, sessions, ids } = part;
  for (const stretches of sessions.values()) resolveSession(stretches, sums);
  sessions.clear();
  ids.resolve(sums);
  const templateIndex = indexesIn(
    names.templates,
    templates.map(({ key }) => key),
  );
  const types = [...sums.types]
    .map((type) => ({ ...type, templates: type.templates.map((number) => templateIndex[number]!).sort(byNumber) }))
    .sort((a, b) => byNumbers(a.templates, b.templates));
  const typeIndex = new Map(types.map(({ high, low }, index) => [typeKey(high, low), index]));
  const alone = aloneByTemplate(part, templates, templateIndex);
  return {
    grouping: groupingOf(part),
    counts: {
      autocommit: autocommitCounts(alone, part, templates, templateIndex),
      committed: readsAndWrites(sums, "committed"),
      rolledBack: readsAndWrites(sums, "rolled-back"),
      open: readsAndWrites(sums, "open"),
    },
    types: types.map(({ templates: own, writes, counts, timeMicros }) => ({
      templates: own,
      writes,
      committed: counts.committed,
      rolledBack: counts["rolled-back"],
      open: counts.open,
      timeMicros,
    })),
    otherTypes: otherTypes(sums),
    several: {
      committed: { reading: sums.severalReading.committed, writing: sums.severalWriting.committed },
      rolledBack: { reading: sums.severalReading["rolled-back"], writing: sums.severalWriting["rolled-back"] },
      open: { reading: sums.severalReading.open, writing: sums.severalWriting.open },
    },
    statements: new Map([...sums.statements].sort(([a], [b]) => a - b)),
    alone,
    footprints: sums.footprints.footprints(
      (high, low) => typeIndex.get(typeKey(high, low)) ?? -1,
      indexesIn(names.shapes, shapeNames),
      names.codeLengths,
      ids.keptShare,
    ),
  };
}

const byNumber = (a: number, b: number): number => a - b;

function byNumbers(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, i) => number !== b[i]);
  return at < 0 ? a.length - b.length : b[at] === undefined ? 1 : a[at]! - b[at];
}

function indexesIn(names: readonly string[], ordered: readonly string[]): readonly number[] {
  const index = new Map(ordered.map((name, i) => [name, i]));
  return names.map((name) => index.get(name)!);
}

function readsAndWrites({ reading, writing }: TransactionSums, outcome: TransactionOutcome): ReadsAndWrites {
  return { reading: reading[outcome], writing: writing[outcome] };
}

/** Executions that were a transaction each: neither one of several, nor rolled back, nor in nobody's session. */
function aloneByTemplate(
  { sums, ungrouped }: TransactionPart,
  templates: readonly SummedTemplate[],
  templateIndex: readonly number[],
): Float64Array {
  const alone = Float64Array.from(templates, ({ executions, pattern }) =>
    isAboutRows(pattern) ? executions : 0,
  );
  for (const [number, index] of templateIndex.entries()) {
    const others = (sums.within[number] ?? 0) + (sums.undone[number] ?? 0) + (ungrouped[number] ?? 0);
    // Estimates, where only a share of the ids is kept, may be too large.
    alone[index] = Math.max(0, alone[index]! - others);
  }
  return alone;
}

/** Of those alone, the ones without BEGIN. */
function autocommitCounts(
  alone: Float64Array,
  { sums }: TransactionPart,
  templates: readonly SummedTemplate[],
  templateIndex: readonly number[],
): ReadsAndWrites {
  const counts = { reading: 0, writing: 0 };
  alone.forEach((executions, index) => (counts[isWrite(templates[index]!.pattern) ? "writing" : "reading"] += executions));
  for (const [number, index] of templateIndex.entries()) {
    const begun = (sums.aloneIn[number] ?? 0) - (sums.undone[number] ?? 0);
    counts[isWrite(templates[index]!.pattern) ? "writing" : "reading"] -= begun;
  }
  return { reading: Math.max(0, counts.reading), writing: Math.max(0, counts.writing) };
}

function otherTypes(sums: TransactionSums): TransactionSummary["otherTypes"] {
  const { severalReading, severalWriting, severalMicros } = sums;
  const kept: readonly TypeSums[] = [...sums.types];
  const left = (outcome: TransactionOutcome): number =>
    kept.reduce((rest, { counts }) => rest - counts[outcome], severalReading[outcome] + severalWriting[outcome]);
  const micros = severalMicros.reading + severalMicros.writing;
  return {
    committed: left("committed"),
    rolledBack: left("rolled-back"),
    open: left("open"),
    timeMicros: kept.reduce((rest, { timeMicros }) => rest - timeMicros, micros),
  };
}

function groupingOf({ withId, inSession, ungrouped }: TransactionPart): TransactionGrouping {
  const without = ungrouped.reduce((sum, executions) => sum + executions, 0);
  const except = without === 0 ? "" : `, except ${without} that have neither a session nor an id`;
  if (withId > 0)
    return { by: "ids", ungrouped: without, because: `statements are grouped by the log's transaction ids${except}` };
  if (inSession > 0)
    return {
      by: "sessions",
      ungrouped: without,
      because: `statements are grouped by session, from BEGIN to COMMIT or ROLLBACK${except}`,
    };
  return {
    by: "none",
    ungrouped: without,
    because: "the log has neither sessions nor transaction ids, so which statements were one transaction is unknown",
  };
}
