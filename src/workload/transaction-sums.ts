import { mix32 } from "../stats/mix.ts";
import { FootprintStore, skeletonHash, skeletonOf, type FootprintState } from "./footprint-store.ts";
import { textCodeOf } from "./value-code.ts";
import { addAccess, newOpenTransaction, type OpenTransaction } from "./open-transaction.ts";
import { transactionOutcomes, type TransactionOutcome } from "./transactions.ts";

/** The numbers that a part gives to its templates and shapes, in the order in which it met them. */
export class PartNames {
  readonly templates: string[] = [];
  readonly shapes: string[] = [];
  /** Values that an access of the shape pins. */
  readonly codeLengths: number[] = [];
  readonly templateHashes: { readonly high: number; readonly low: number }[] = [];
  readonly shapeHashes: number[] = [];
  readonly #templateNumbers = new Map<string, number>();
  readonly #shapeNumbers = new Map<string, number>();

  template(key: string): number {
    let number = this.#templateNumbers.get(key);
    if (number !== undefined) return number;
    number = this.templates.push(key) - 1;
    this.#templateNumbers.set(key, number);
    this.templateHashes.push(hashOfName(key));
    return number;
  }

  shape(name: string, codeLength: number): number {
    let number = this.#shapeNumbers.get(name);
    if (number !== undefined) return number;
    number = this.shapes.push(name) - 1;
    this.#shapeNumbers.set(name, number);
    this.shapeHashes.push(hashOfName(name).low);
    this.codeLengths.push(codeLength);
    return number;
  }

  /** The numbers here of what has numbers in `other`. */
  numbersOf(other: PartNames): { readonly templates: readonly number[]; readonly shapes: readonly number[] } {
    return {
      templates: other.templates.map((key) => this.template(key)),
      shapes: other.shapes.map((name, i) => this.shape(name, other.codeLengths[i]!)),
    };
  }
}

const encoder = new TextEncoder();
const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

function hashOfName(name: string): { readonly high: number; readonly low: number } {
  const bytes = encoder.encode(name);
  double[0] = textCodeOf(bytes, 0, bytes.length);
  return { high: mix32(words[1]!) | 0, low: words[0]! };
}

/** Of a set of templates. */
export interface TypeHash {
  readonly high: number;
  readonly low: number;
}

/** Transactions of one set of templates, while they are counted. */
export interface TypeSums extends TypeHash {
  /** Part's numbers. */
  readonly templates: readonly number[];
  readonly writes: boolean;
  /** By outcome. */
  readonly counts: Record<TransactionOutcome, number>;
  timeMicros: number;
}

/** Types that are kept apart. */
export const typeLimit = 4096;

/** Statements per transaction from here on are counted in powers of 2. */
const exactStatements = 1024;

const noCounts = (): Record<TransactionOutcome, number> => ({ committed: 0, "rolled-back": 0, open: 0 });

/** Finished transactions, summed up. */
export class TransactionSums {
  readonly names: PartNames;
  /** Of several statements or one, with a BEGIN or an id: by outcome. */
  readonly reading = noCounts();
  readonly writing = noCounts();
  /** Of these, the ones of several statements, whatever their type. */
  readonly severalReading = noCounts();
  readonly severalWriting = noCounts();
  readonly severalMicros = { reading: 0, writing: 0 };
  readonly statements = new Map<number, number>();
  /** By template: executions inside transactions of several statements, and alone in one that is in `reading` or `writing`. */
  readonly within: number[] = [];
  readonly aloneIn: number[] = [];
  /** Of `aloneIn`, those that were rolled back. */
  readonly undone: number[] = [];
  footprints: FootprintStore;
  #types = new Map<number, TypeSums>();
  #typeLevel = 0;

  constructor(names: PartNames, footprints = new FootprintStore()) {
    this.names = names;
    this.footprints = footprints;
  }

  /** Counts a finished transaction; one without a statement is none. `weight`: how many like it it stands for. */
  add(open: OpenTransaction, outcome: TransactionOutcome, weight = 1): void {
    this.addAlike(open, outcome, weight, open.timeMicros * weight);
    if (open.statements < 2) return;
    const { codeLengths, shapeHashes } = this.names;
    this.footprints.add(open, this.#typeOf(open.templates), outcome, weight, codeLengths, shapeHashes);
  }

  /** What all footprints of transactions like this one begin with. */
  skeletonOf(open: OpenTransaction, outcome: TransactionOutcome): { readonly numbers: Int32Array; readonly hash: number } {
    const numbers = skeletonOf(open, this.#typeOf(open.templates), outcome, this.names.codeLengths);
    return { numbers, hash: skeletonHash(numbers, this.names.shapeHashes) };
  }

  /** Counts `weight` transactions like this one, which took `timeMicros` together, but for their footprints. */
  addAlike(
    open: Pick<OpenTransaction, "statements" | "writes" | "templates" | "executions">,
    outcome: TransactionOutcome,
    weight: number,
    timeMicros: number,
  ): void {
    if (open.statements === 0) return;
    (open.writes ? this.writing : this.reading)[outcome] += weight;
    addTo(this.statements, bucketOf(open.statements), weight);
    if (open.statements === 1) {
      const template = open.templates[0]!;
      addAt(this.aloneIn, template, weight);
      if (outcome === "rolled-back") addAt(this.undone, template, weight);
      return;
    }
    for (let i = 0; i < open.templates.length; i++) addAt(this.within, open.templates[i]!, open.executions[i]! * weight);
    (open.writes ? this.severalWriting : this.severalReading)[outcome] += weight;
    this.severalMicros[open.writes ? "writing" : "reading"] += timeMicros;
    const type = this.#typeOf(open.templates);
    const sums = this.#typeSums(type, open.templates, open.writes);
    if (sums !== undefined) {
      sums.counts[outcome] += weight;
      sums.timeMicros += timeMicros;
      this.#keepToLimit();
    }
  }

  /** A hash of the set, whatever the order of its members. */
  #typeOf(templates: readonly number[]): TypeHash {
    let high = 0;
    let low = 0;
    for (const template of templates) {
      const hash = this.names.templateHashes[template]!;
      high = (high + mix32(hash.high)) | 0;
      low = (low + mix32(hash.low ^ 0x9e3779b1)) | 0;
    }
    return { high: mix32(high) | 0, low: mix32(low) | 0 };
  }

  /** The sums of a type, new ones if need be; undefined when it is not kept. */
  #typeSums(
    { high, low }: TypeHash,
    templates: readonly number[],
    writes: boolean,
  ): TypeSums | undefined {
    if (!this.#isKept(high)) return undefined;
    const key = typeKey(high, low);
    let sums = this.#types.get(key);
    if (sums === undefined) {
      sums = { high, low, templates: [...templates], writes, counts: noCounts(), timeMicros: 0 };
      this.#types.set(key, sums);
    }
    return sums;
  }

  #keepToLimit(): void {
    while (this.#types.size > typeLimit) this.#raiseTypeLevel(this.#typeLevel + 1);
  }

  #isKept(high: number): boolean {
    return this.#typeLevel === 0 || high >>> (32 - this.#typeLevel) === 0;
  }

  #raiseTypeLevel(level: number): void {
    if (level <= this.#typeLevel) return;
    this.#typeLevel = level;
    for (const [key, { high }] of this.#types) if (!this.#isKept(high)) this.#types.delete(key);
  }

  get types(): Iterable<TypeSums> {
    return this.#types.values();
  }

  merge(other: TransactionSums, numbers = this.names.numbersOf(other.names)): void {
    for (const field of ["reading", "writing", "severalReading", "severalWriting"] as const)
      for (const outcome of transactionOutcomes) this[field][outcome] += other[field][outcome];
    this.severalMicros.reading += other.severalMicros.reading;
    this.severalMicros.writing += other.severalMicros.writing;
    for (const [length, count] of other.statements) addTo(this.statements, length, count);
    for (const field of ["within", "aloneIn", "undone"] as const)
      other[field].forEach((count, template) => addAt(this[field], numbers.templates[template]!, count));
    this.#raiseTypeLevel(other.#typeLevel);
    for (const theirs of other.#types.values()) {
      const templates = theirs.templates.map((template) => numbers.templates[template]!);
      const sums = this.#typeSums(theirs, templates, theirs.writes);
      if (sums === undefined) continue;
      for (const outcome of transactionOutcomes) sums.counts[outcome] += theirs.counts[outcome];
      sums.timeMicros += theirs.timeMicros;
      this.#keepToLimit();
    }
    this.footprints.merge(other.footprints, numbers.shapes, this.names.shapeHashes);
  }

  /**
   * The same with other accesses in the footprints; `names` have as many templates. With `unknownType` these have other names:
   * types are told by them anew, and by `unknownType` where they were not kept. These sums are spent.
   */
  projected(
    names: PartNames,
    project: (open: OpenTransaction) => OpenTransaction,
    unknownType?: (high: number, low: number) => TypeHash,
  ): TransactionSums {
    const { footprints } = this;
    const result = TransactionSums.fromState({ ...this.toState(), footprints: new FootprintStore().toState() }, names);
    const typeOf = unknownType === undefined ? (high: number, low: number) => ({ high, low }) : result.#tellTypesAnew(unknownType);
    const types: TypeHash[] = [];
    const { shapes, codeLengths } = this.names;
    const numbers = shapes.map((_, shape) => shape);
    const listed = footprints.footprints((high, low) => types.push(typeOf(high, low)) - 1, numbers, codeLengths, 1);
    listed.forEach(({ type, outcome, writes, complete, count, timeMicros, ...accesses }) => {
      const open = { ...newOpenTransaction(0, 0, 0), writes, complete };
      for (let access = 0; access < accesses.accessCount; access++) {
        const start = accesses.starts[access]!;
        addAccess(open, accesses.shapes[access]!, accesses.codes, start, accesses.starts[access + 1]! - start);
      }
      const { codeLengths: lengths, shapeHashes } = names;
      // What was thinned out is stood for by what was kept.
      const weight = 1 / footprints.keptShare;
      result.footprints.add(project(open), types[type]!, outcome, count * weight, lengths, shapeHashes, timeMicros * weight);
    });
    return result;
  }

  /** Gives each type the hash of its templates' present names; returns what tells the new hash by the old one. */
  #tellTypesAnew(unknownType: (high: number, low: number) => TypeHash): (high: number, low: number) => TypeHash {
    const anew = new Map<number, TypeHash>();
    const types = [...this.#types.values()];
    this.#types = new Map();
    this.#typeLevel = 0;
    for (const type of types) {
      const hash = this.#typeOf(type.templates);
      anew.set(typeKey(type.high, type.low), hash);
      this.#types.set(typeKey(hash.high, hash.low), { ...type, ...hash });
    }
    return (high, low) => anew.get(typeKey(high, low)) ?? unknownType(high, low);
  }

  toState(): SumsState {
    const { reading, writing, severalReading, severalWriting, severalMicros, statements, within, aloneIn, undone } = this;
    return {
      reading,
      writing,
      severalReading,
      severalWriting,
      severalMicros,
      statements,
      within,
      aloneIn,
      undone,
      types: this.#types,
      typeLevel: this.#typeLevel,
      footprints: this.footprints.toState(),
    };
  }

  static fromState(state: SumsState, names: PartNames): TransactionSums {
    const sums = new TransactionSums(names, FootprintStore.fromState(state.footprints));
    for (const field of ["reading", "writing", "severalReading", "severalWriting", "severalMicros"] as const)
      Object.assign(sums[field], state[field]);
    for (const [length, count] of state.statements) sums.statements.set(length, count);
    sums.within.push(...state.within);
    sums.aloneIn.push(...state.aloneIn);
    sums.undone.push(...state.undone);
    sums.#types = state.types;
    sums.#typeLevel = state.typeLevel;
    return sums;
  }
}

export interface SumsState extends Pick<
  TransactionSums,
  | "reading"
  | "writing"
  | "severalReading"
  | "severalWriting"
  | "severalMicros"
  | "statements"
  | "within"
  | "aloneIn"
  | "undone"
> {
  readonly types: Map<number, TypeSums>;
  readonly typeLevel: number;
  readonly footprints: FootprintState;
}

/** 53 bits of a type's hash. */
export const typeKey = (high: number, low: number): number => (high >>> 0) * 2_097_152 + (low >>> 11);

const bucketOf = (statements: number): number =>
  statements < exactStatements ? statements : 2 ** Math.floor(Math.log2(statements));

function addTo(sums: Map<number, number>, key: number, count: number): void {
  sums.set(key, (sums.get(key) ?? 0) + count);
}

/** Arrays by number grow as numbers are given. */
function addAt(sums: number[], number: number, count: number): void {
  while (sums.length <= number) sums.push(0);
  sums[number]! += count;
}
