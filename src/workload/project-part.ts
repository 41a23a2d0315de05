import { assert } from "../base/assert.ts";
import { byName } from "../base/order.ts";
import type { CountedColumns } from "./counted-columns.ts";
import { EventSample, type SampleState } from "./event-sample.ts";
import { addAccess, newOpenTransaction, type OpenTransaction } from "./open-transaction.ts";
import { shapeName, newShapeSums, type ShapeSums, type WorkloadPart } from "./part.ts";
import { isNullCode, isTextCode } from "./value-code.ts";
import type { ValueCounter } from "./value-counter.ts";

/** A part, and the columns that were counted in it; a table that is not in `counted` has all of them counted. */
interface CountedPart {
  readonly part: WorkloadPart;
  readonly counted: CountedColumns;
}

/** By table, the columns that every part that knows it has counted. Associative, whatever the order. */
export function agreedColumns(parts: readonly CountedPart[]): CountedColumns {
  const agreed = new Map<string, ReadonlySet<string>>();
  for (const { counted } of parts) {
    for (const [table, columns] of counted) {
      const others = agreed.get(table);
      agreed.set(table, others === undefined ? columns : new Set([...columns].filter((column) => others.has(column))));
    }
  }
  return agreed;
}

/** What a shape becomes when only some of its columns are counted. */
interface Projection {
  readonly name: string;
  /** Positions of the columns that stay. */
  readonly kept: readonly number[];
}

/**
 * The part as it would be, had only these columns been counted; `lost` names what it had of others. Undefined when that can't
 * be told any more: when transactions were thinned out. Values that were thinned out, and lists whose combinations can't be
 * told from what is left, become values that are not known. The given part is spent.
 */
export function projectPart(
  part: WorkloadPart,
  counted: CountedColumns,
): { readonly part: WorkloadPart; readonly lost: readonly string[] } | undefined {
  const lost = new Set<string>();
  const projections = new Map<string, Projection>();
  for (const [name, { shape }] of part.shapes) {
    const columns = counted.get(shape.table);
    const kept = [...shape.equal.keys()].filter((at) => columns?.has(shape.equal[at]!.column) ?? true);
    if (kept.length < shape.equal.length) {
      for (const { column } of shape.equal) if (columns?.has(column) === false) lost.add(`${shape.table}.${column}`);
      projections.set(name, { name: shapeName({ ...shape, equal: kept.map((at) => shape.equal[at]!) }), kept });
    }
  }
  if (projections.size === 0) return { part, lost: [] };
  const { transactions } = part;
  if (transactions.sums.footprints.keptShare < 1) return undefined;
  const shapes = new Map<string, ShapeSums>();
  for (const [name, sums] of part.shapes) {
    const projection = projections.get(name);
    addShape(shapes, projection?.name ?? name, projection === undefined ? sums : projected(sums, projection.kept));
  }
  const templates = new Map(
    [...part.templates].map(([key, sums]) => [
      key,
      { ...sums, shapeNames: sums.shapeNames.map((name) => projections.get(name)?.name ?? name) },
    ]),
  );
  const keptOf = (name: string): Projection =>
    projections.get(name) ?? { name, kept: [...part.shapes.get(name)!.shape.equal.keys()] };
  return {
    part: { ...part, templates, shapes, transactions: transactions.projected((name) => keptOf(name), projectOpen) },
    lost: [...lost].sort(byName),
  };
}

function addShape(shapes: Map<string, ShapeSums>, name: string, sums: ShapeSums): void {
  const known = shapes.get(name);
  if (known === undefined) {
    shapes.set(name, sums);
    return;
  }
  // Two ways to reach a table are one now: a template that has both counts twice, as before.
  known.executions += sums.executions;
  known.timeMicros += sums.timeMicros;
  known.unvalued += sums.unvalued;
  for (const [length, count] of sums.listLengths) known.listLengths.set(length, (known.listLengths.get(length) ?? 0) + count);
  known.counter.merge(sums.counter);
  known.sample.merge(sums.sample);
}

function projected(sums: ShapeSums, kept: readonly number[]): ShapeSums {
  const { shape, counter } = sums;
  const result = newShapeSums({ ...shape, equal: kept.map((at) => shape.equal[at]!) });
  const dropped = [...shape.equal.keys()].filter((at) => !kept.includes(at));
  const keepsRows = shape.use === "insert" && kept.some((at) => shape.equal[at]!.list);
  const tells = counter.keptShare === 1 && (keepsRows || dropped.every((at) => !shape.equal[at]!.list));
  if (tells && kept.length > 0) addTuples(result.counter, counter, kept);
  const hasLists = kept.some((at) => shape.equal[at]!.list);
  return Object.assign(result, {
    executions: sums.executions,
    timeMicros: sums.timeMicros,
    unvalued: kept.length === 0 ? 0 : tells ? sums.unvalued : sums.executions,
    listLengths: hasLists ? sums.listLengths : new Map<number, number>(),
    sample: EventSample.fromState(projectSample(sums.sample.toState(), shape.equal.length, new Set(dropped))),
  });
}

function addTuples(into: ValueCounter, from: ValueCounter, kept: readonly number[]): void {
  for (let entry = 0; entry < from.size; entry++) {
    kept.forEach((at, column) => {
      const code = from.codeAt(entry, at);
      const span = from.textSpanOfCode(code);
      if (isNullCode(code)) into.setNull(column);
      else if (!isTextCode(code)) into.setInteger(column, code);
      else into.setText(column, span!.bytes, span!.start, span!.end);
    });
    into.add(from.countAt(entry), from.microsAt(entry));
  }
}

/** Events without the values of the dropped ones of the first `columns`. */
function projectSample(state: SampleState, columns: number, dropped: ReadonlySet<number>): SampleState {
  const fields = 6;
  const codes: number[] = [];
  const events = state.events.slice(0, state.size * fields);
  for (let event = 0; event < state.size; event++) {
    const end = event + 1 < state.size ? state.events[(event + 1) * fields + 5]! : state.codesEnd;
    let at = state.events[event * fields + 5]!;
    events[event * fields + 5] = codes.length;
    for (let column = 0; at < end; column++) {
      const count = state.codes[at]!;
      const next = at + 1 + (Number.isNaN(count) ? 0 : count);
      if (column >= columns || !dropped.has(column)) codes.push(...state.codes.subarray(at, next));
      at = next;
    }
  }
  return { ...state, events, codes: Float64Array.from(codes), codesEnd: codes.length };
}

/** A transaction with fewer values, its shapes by their new numbers. */
function projectOpen(
  open: OpenTransaction,
  shapeOf: (shape: number) => { readonly number: number; readonly kept: readonly number[] },
): OpenTransaction {
  const result = newOpenTransaction(open.input, open.offset, open.id);
  for (let access = 0; access < open.accessCount; access++) {
    const start = open.starts[access]!;
    const { number, kept } = shapeOf(open.shapes[access]!);
    const codes = Float64Array.from(
      open.starts[access + 1] === start ? [] : kept.map((at) => open.codes[start + at]!),
    );
    addAccess(result, number, codes, 0, codes.length);
  }
  assert(result.accessCount <= open.accessCount, "a projection adds no access");
  const { accessCount, shapes, hashes, starts, codes } = result;
  return { ...open, accessCount, shapes, hashes, starts, codes };
}
