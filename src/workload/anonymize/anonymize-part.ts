import { assert } from "../../base/assert.ts";
import type { ColumnDefinition, Schema, TableDefinition } from "../../sql/schema.ts";
import { KeyedChance } from "../../stats/keyed-chance.ts";
import type { CountedColumns } from "../counted-columns.ts";
import { EventSample, type SampleState } from "../event-sample.ts";
import { addAccess, newOpenTransaction, type OpenTransaction } from "../open-transaction.ts";
import { shapeName, templateKey, type ShapeSums, type TemplateSums, type WorkloadPart } from "../part.ts";
import { TextPool, type TextPoolState } from "../text-pool.ts";
import { isNullCode, isTextCode, textCodeOf } from "../value-code.ts";
import { ValueCounter, type CounterState } from "../value-counter.ts";
import type { AccessShape } from "../workload.ts";
import { anonymizePattern, anonymizeTemplate, withoutQuotes } from "./anonymize-template.ts";
import { StandInNames } from "./stand-in-names.ts";
import { StandInValues } from "./stand-in-values.ts";

const labels = { session: 64, transaction: 65, type: 66, unknownText: 67 };

/** Puts stand-ins for the names and values of a log, always the same under one key: see `StandInNames`, `StandInValues`. */
export class Anonymizer {
  readonly #chance: KeyedChance;
  readonly #names: StandInNames;
  readonly #values: StandInValues;

  /** `key` has 16 bytes. */
  constructor(key: Uint8Array) {
    this.#chance = new KeyedChance(key);
    this.#names = new StandInNames(this.#chance);
    this.#values = new StandInValues(this.#chance);
  }

  name(name: string): string {
    return this.#names.of(name);
  }

  columns(counted: CountedColumns): CountedColumns {
    return new Map(
      [...counted].map(([table, columns]) => [this.name(table), new Set([...columns].map((column) => this.name(column)))]),
    );
  }

  /** Tables and columns by their other names. Integers of all widths are those of 64 bits: their stand-ins need the room. */
  schema({ tables }: Schema): Schema {
    return { tables: new Map([...tables.values()].map((table) => [this.name(table.name), this.#table(table)])) };
  }

  #table(table: TableDefinition): TableDefinition {
    const all = (columns: readonly string[]): string[] => columns.map((column) => this.name(column));
    return {
      name: this.name(table.name),
      columns: new Map([...table.columns.values()].map((column) => [this.name(column.name), this.#column(column)])),
      primaryKey: table.primaryKey === undefined ? undefined : all(table.primaryKey),
      uniqueKeys: table.uniqueKeys.map(all),
      foreignKeys: table.foreignKeys.map(({ columns, table: other, references }) => ({
        columns: all(columns),
        table: this.name(other),
        references: all(references),
      })),
      provenance: table.provenance,
      ...(table.partitionOf === undefined ? {} : { partitionOf: this.name(table.partitionOf) }),
    };
  }

  /** The type as written may name a type of the user's own, or list the words of an enumeration. */
  #column({ name, type, declared, nullable }: ColumnDefinition): ColumnDefinition {
    const widest = type === "int16" || type === "int32" ? "int64" : type;
    return { name: this.name(name), type: widest, declared: declared === "inferred" ? declared : widest, nullable };
  }

  /**
   * The part with other names, values, sessions and transaction ids. Counts, times, offsets and what statements do stay. Text of
   * which only a hash is left gets another hash. The given part is spent.
   */
  part(part: WorkloadPart): WorkloadPart {
    const codes = new CodeNames(this.#chance, this.#values);
    const states = [...part.shapes].map(([name, sums]) => {
      const [counter, sample] = [sums.counter.toState(), sums.sample.toState()];
      codes.learn(counter.texts);
      codes.learn(sample.texts);
      return { name, sums, counter, sample };
    });
    const shapeNames = new Map<string, string>();
    const shapes = new Map<string, ShapeSums>();
    for (const { name, sums, counter, sample } of states) {
      const renamed = this.#shape(sums, counter, sample, codes);
      shapeNames.set(name, shapeName(renamed.shape));
      shapes.set(shapeName(renamed.shape), renamed);
    }
    const templateKeys = new Map<string, string>();
    const templates = new Map<string, TemplateSums>();
    for (const [key, sums] of part.templates) {
      const template = anonymizeTemplate(sums.template, sums.pattern, this.#names);
      const pattern = anonymizePattern(sums.pattern, this.#names);
      templateKeys.set(key, templateKey(template));
      templates.set(templateKey(template), {
        ...sums,
        template,
        pattern,
        shapeNames: sums.shapeNames.map((name) => shapeNames.get(name)!),
      });
    }
    assert(shapes.size === part.shapes.size && templates.size === part.templates.size, "what differs stays apart");
    const rename = (label: number) => (hash: number) => this.#chance.integerOfHash(label, hash);
    const transactionId = rename(labels.transaction);
    const transactions = part.transactions.projected(
      (shape) => ({ name: shapeNames.get(shape)!, kept: [...part.shapes.get(shape)!.shape.equal.keys()] }),
      (open, shapeOf) => renameOpen(open, (shape) => shapeOf(shape).number, codes, transactionId),
      {
        template: (key) => templateKeys.get(key)!,
        session: rename(labels.session),
        id: transactionId,
        unknownType: (high, low) => {
          const hash = this.#chance.integerOfHash(labels.type, (high >>> 0) * 2 ** 21 + (low >>> 11));
          return { high: Math.floor(hash / 2 ** 21) | 0, low: hash | 0 };
        },
      },
    );
    return {
      ...part,
      skipped: new Map([...part.skipped].map(([reason, records]) => [withoutQuotes(reason), records])),
      sessions: part.sessions.renamed(rename(labels.session)),
      templates,
      shapes,
      transactions,
    };
  }

  #shape(sums: ShapeSums, counter: CounterState, sample: SampleState, codes: CodeNames): ShapeSums {
    const { shape, executions, timeMicros, unvalued, listLengths } = sums;
    const column = <T extends { readonly column: string }>(one: T): T => ({ ...one, column: this.name(one.column) });
    const renamed: AccessShape = {
      table: this.name(shape.table),
      use: shape.use,
      equal: shape.equal.map(column),
      ranges: shape.ranges.map(column),
    };
    return {
      ...{ shape: renamed, executions, timeMicros, unvalued, listLengths },
      counter: ValueCounter.fromState(renameCounter(counter, renamed.equal.map((one) => one.column), codes)),
      sample: EventSample.fromState(renameSample(sample, codes)),
    };
  }
}

/** Value codes for value codes. */
class CodeNames {
  readonly #chance: KeyedChance;
  readonly #values: StandInValues;
  readonly #known = new Map<number, number>();
  /** The texts behind the new codes. */
  readonly texts = new TextPool();

  constructor(chance: KeyedChance, values: StandInValues) {
    this.#chance = chance;
    this.#values = values;
  }

  learn({ codes, ends, bytes }: TextPoolState): void {
    codes.forEach((code, id) => {
      if (this.#known.has(code)) return;
      this.#known.set(code, this.#keep(this.#values.text(bytes.subarray(id === 0 ? 0 : ends[id - 1], ends[id]))));
    });
  }

  #keep(text: string): number {
    const bytes = Buffer.from(text, "latin1");
    const code = textCodeOf(bytes, 0, bytes.length);
    this.texts.add(code, bytes, 0, bytes.length);
    return code;
  }

  codeOf(code: number): number {
    if (isNullCode(code)) return code;
    let known = this.#known.get(code);
    if (known !== undefined) return known;
    if (isTextCode(code)) known = this.#unknownText(code);
    else {
      const integer = this.#values.integer(code);
      known = typeof integer === "number" ? integer : this.#keep(integer);
    }
    this.#known.set(code, known);
    return known;
  }

  /** Of a value that the counter has not kept, there is a hash in transactions. */
  #unknownText(code: number): number {
    const bytes = new Uint8Array(Float64Array.of(code).buffer);
    const other = new TextEncoder().encode(`${this.#chance.integerOf(labels.unknownText, bytes)}`);
    return textCodeOf(other, 0, other.length);
  }
}

function renameCounter(state: CounterState, columns: readonly string[], codes: CodeNames): CounterState {
  const stride = columns.length + 2;
  const texts = new TextPool();
  const records = state.records.map((field, at) => {
    if (at % stride >= columns.length) return field;
    const code = codes.codeOf(field);
    if (isTextCode(code)) texts.addFrom(codes.texts, code);
    return code;
  });
  return { ...state, columns, records, texts: texts.toState() };
}

/** Codes are what its events hold beside numbers of values, which stand before them. */
function renameSample(state: SampleState, codes: CodeNames): SampleState {
  const renamed = state.codes.slice(0, state.codesEnd);
  const texts = new TextPool();
  for (let at = 0; at < state.codesEnd; ) {
    const count = state.codes[at++]!;
    if (Number.isNaN(count)) continue;
    for (const end = at + count; at < end; at++) {
      renamed[at] = codes.codeOf(state.codes[at]!);
      if (isTextCode(renamed[at]!)) texts.addFrom(codes.texts, renamed[at]!);
    }
  }
  return { ...state, codes: renamed, texts: texts.toState() };
}

function renameOpen(
  open: OpenTransaction,
  numberOf: (shape: number) => number,
  codes: CodeNames,
  rename: (id: number) => number,
): OpenTransaction {
  const result = newOpenTransaction(open.input, open.offset, open.id === 0 ? 0 : rename(open.id));
  for (let access = 0; access < open.accessCount; access++) {
    const own = open.codes.slice(open.starts[access], open.starts[access + 1]).map((code) => codes.codeOf(code));
    addAccess(result, numberOf(open.shapes[access]!), own, 0, own.length);
  }
  const { id, accessCount, shapes, hashes, starts, codes: all } = result;
  return { ...open, id, accessCount, shapes, hashes, starts, codes: all };
}
