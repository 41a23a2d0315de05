import { assert } from "../base/assert.ts";
import { newEntry, type LogEntry } from "../ingest/entry.ts";
import type { PlainRecords } from "../ingest/plain-records.ts";
import { Kernel, type KernelMemory } from "../kernel/kernel.ts";
import { learnerLimits, TemplateLearner } from "../sql/learner.ts";
import type { LiteralArrays } from "../sql/literal-spans.ts";
import type { TransactionRole } from "./transaction-tracker.ts";
import type { Dialect } from "../sql/template.ts";
import { addKernelSample } from "./kernel-sample.ts";
import { kernelCounter, toKernel, type KernelCounter } from "./kernel-counter.ts";
import { addAccess, addStatement, newOpenTransaction, type OpenTransaction } from "./open-transaction.ts";
import type { SessionStretch } from "./session-transactions.ts";
import { TransactionKinds } from "./transaction-kinds.ts";
import { transactionOutcomes } from "./transactions.ts";
import { shapeName, type ShapeSums, type TemplateSums, type WorkloadPart } from "./part.ts";

/** What the lane has to know of a template. */
export interface LanePlan {
  readonly sums: TemplateSums;
  readonly accesses: readonly LaneAccess[];
  readonly write: boolean;
  readonly transaction: TransactionRole;
  /** No slot holds a list. */
  readonly plain: boolean;
}

export interface LaneAccess {
  readonly sums: ShapeSums;
  /** The shape's number among the part's transactions. */
  readonly shapeNumber: number;
  /** Slots of the `equal` columns, then of the range bounds. */
  readonly slots: Int32Array;
  readonly equalCount: number;
  /** Positions among `slots` whose slot holds a list. */
  readonly lists: readonly number[];
  readonly paired: boolean;
}

/** Whom the lane adds for: what it leaves to the builder. */
export interface LaneOwner {
  readonly dialect: Dialect;
  readonly part: WorkloadPart;
  /** 32 bits that tell the input from others: see `placeHash`. */
  readonly place: number;
  readonly input: number;
  sampleAccess(plan: LanePlan, access: LaneAccess, entry: LogEntry, micros: number): void;
  countAccess(plan: LanePlan, access: LaneAccess, entry: LogEntry, micros: number, inTransaction: boolean): void;
  /**
   * Puts a statement where it belongs among its session's: whether it is part of a transaction (`open`), and whether the
   * session's next statement, if it has no id and ends or begins nothing, is one of its own (`quiet`; `stretch`, if there is
   * one, can then begin a transaction) or part of a known transaction (`next`).
   */
  joinTransaction(
    plan: LanePlan,
    entry: LogEntry,
    micros: number,
    session: { readonly high: number; readonly low: number } | undefined,
  ): {
    readonly open: boolean;
    readonly quiet: boolean;
    readonly next: OpenTransaction | undefined;
    readonly stretch: SessionStretch | undefined;
  };
  /** A session that was outside of a transaction has begun one. */
  beginTransaction(stretch: SessionStretch, offset: number): OpenTransaction;
  /** Accesses are added to this transaction from now on. */
  resumeTransaction(open: OpenTransaction): void;
  /** Adds an access with `count` value codes to the transaction of the statement that joined last. */
  addToTransaction(shapeNumber: number, codes: Float64Array, start: number, count: number): void;
}

interface KnownAccess {
  readonly plan: LanePlan;
  readonly access: LaneAccess;
  /** The shape's address in the kernel. */
  readonly shape: number;
}

/** More slots than this in one template are for the builder. */
const mostSlots = 4096;
/** Tuples are counted when so many bytes of them have gathered. */
const gatheredLimitBytes = 48e6;

/**
 * The way of plain records through the kernel. It adds to the same workload part as the builder would, with the same
 * result, and leaves to the builder whatever is out of the ordinary: new templates, odd records, values that are written
 * in a rare way.
 */
export class FastLane {
  /** The owner's too: its trie lies where the kernel can walk it. */
  readonly learner: TemplateLearner;
  readonly #kernel: Kernel;
  readonly #owner: LaneOwner;
  readonly #literals: LiteralArrays;
  readonly #accesses: KnownAccess[] = [];
  readonly #plans: { readonly plan: LanePlan; readonly address: number }[] = [];
  readonly #shapes = new Map<ShapeSums, number>();
  readonly #entry = newEntry("statement");
  readonly #session = { high: 0, low: 0 };
  /** Transactions of which the kernel gathers the statements, by the place of their session. */
  readonly #opens: (OpenTransaction | undefined)[] = [];
  /** Sessions whose transactions begin and end in the kernel, in the same way. */
  readonly #stretches: (SessionStretch | undefined)[] = [];
  readonly #kinds: TransactionKinds;
  readonly #window: Float64Array;
  #nodes: Int32Array | undefined;
  #tables: Int32Array | undefined;
  #buffer: Uint8Array | undefined;
  #done = false;

  constructor(memory: KernelMemory, plain: PlainRecords, owner: LaneOwner) {
    this.#owner = owner;
    const entry = this.#entry;
    const kernel: Kernel = new Kernel(memory, {
      time: (start, end) => plain.parseTime(kernel.bytesTo(end + 16), start, end),
      duration: (start, end) => plain.parseDuration(kernel.bytesTo(end), start, end),
      rows: (start, end) => plain.parseRows(kernel.bytesTo(end), start, end),
      session: (high, low) => owner.part.sessions.add(high, low),
      window: (timeMicros) => this.#moveWindow(timeMicros),
      sample: (number, offset, timeMicros, micros) => {
        const { plan, access, shape } = this.#showEntry(number, offset, timeMicros);
        owner.sampleAccess(plan, access, entry, micros);
        kernel.exports.lowerThreshold(shape, access.sums.sample.threshold);
      },
      count: (number, offset, timeMicros, micros, inTransaction) => {
        const { plan, access } = this.#showEntry(number, offset, timeMicros);
        owner.countAccess(plan, access, entry, micros, inTransaction !== 0);
      },
      join: (number, offset, micros, sessionStart, sessionEnd, idStart, idEnd, slot, high, low) => {
        this.#showStatement(offset);
        const { plan } = this.#plans[number]!;
        entry.bytes = kernel.bytesTo(Math.max(sessionEnd, idEnd, entry.bytes.length));
        entry.session.start = sessionStart === 0 ? -1 : sessionStart;
        entry.session.end = sessionEnd;
        entry.transaction.start = idStart === 0 ? -1 : idStart;
        entry.transaction.end = idEnd;
        this.#session.high = high >>> 0;
        this.#session.low = low >>> 0;
        const joined = owner.joinTransaction(plan, entry, micros, sessionStart === 0 ? undefined : this.#session);
        if (joined.next !== undefined) this.#opens[slot] = joined.next;
        if (joined.stretch !== undefined) this.#stretches[slot] = joined.stretch;
        return (
          Number(joined.quiet) +
          2 * Number(joined.open) +
          4 * Number(joined.next !== undefined) +
          8 * Number(joined.stretch !== undefined)
        );
      },
      begin: (slot, offset) => {
        this.#opens[slot] = owner.beginTransaction(this.#stretches[slot]!, offset);
      },
      kind: (start, end, outcome) => {
        const open = newOpenTransaction(0, 0, 0);
        this.#replay(open, start, end);
        return this.#kinds.add(open, transactionOutcomes[outcome]!);
      },
      footprints: () => this.#kinds.takeFootprints(),
      replay: (slot, start, end) => {
        const open = this.#opens[slot]!;
        this.#replay(open, start, end);
        owner.resumeTransaction(open);
      },
      add: (shapeNumber, tuple, codes) =>
        owner.addToTransaction(shapeNumber, kernel.codesTo(tuple + 8 * codes), tuple / 8, codes),
    });
    const { exports } = kernel;
    this.#kernel = kernel;
    this.#kinds = new TransactionKinds(kernel, owner.part.transactions.sums);
    exports.setCsv(plain.delimiter, plain.newline, plain.fieldCount);
    exports.setLane(
      plain.sql,
      plain.time,
      plain.duration,
      plain.rows,
      plain.session,
      plain.transaction,
      Number(plain.timesAreDates),
      plain.millisPerDuration,
      plain.headerLength,
      owner.place,
      longestRecordBytes,
    );
    this.learner = new TemplateLearner(owner.dialect, learnerLimits, (length) =>
      kernel.int32(exports.allocateZeros(length * 4), length),
    );
    this.#showTrie();
    const room = exports.literalRoom.value;
    this.#literals = {
      slot: kernel.int32(exports.literalSlots.value, room),
      start: kernel.int32(exports.literalStarts.value, room),
      end: kernel.int32(exports.literalEnds.value, room),
      form: kernel.bytes(exports.literalForms.value, room),
      integer: kernel.float64(exports.literalIntegers.value, room),
    };
    this.#window = kernel.float64(exports.loadWindow.value, 6);
  }

  /** Makes a buffer whose records the lane can read. */
  newBuffer(length: number): Uint8Array {
    return (this.#buffer = this.#kernel.newBytes(length));
  }

  /** From now on the lane adds the executions of a template, by its index in the learner. */
  addPlan(template: number, plan: LanePlan): void {
    const { exports } = this.#kernel;
    const slots = plan.sums.template.slots.length;
    if (slots > mostSlots || plan.accesses.some(({ equalCount }) => equalCount > mostSlots)) return;
    const address = exports.newPlan(
      template,
      this.#plans.length,
      Number(plan.write),
      Number(plan.plain),
      roleNumber(plan.transaction),
      slots,
      plan.accesses.length,
    );
    plan.accesses.forEach((access, index) => {
      let shape = this.#shapes.get(access.sums);
      if (shape === undefined) {
        const { counter, sample } = access.sums;
        shape = exports.newShape(counter.columns.length, counter.limit, access.shapeNumber, sample.limit);
        exports.lowerThreshold(shape, sample.threshold);
        this.#shapes.set(access.sums, shape);
      }
      const { slots: sampled, equalCount, lists, paired } = access;
      const ranges = sampled.length - equalCount;
      const number = this.#accesses.push({ plan, access, shape }) - 1;
      const at = exports.setAccess(address, index, number, shape, equalCount, ranges, lists.length, Number(paired));
      const positions = this.#kernel.int32(at, sampled.length + lists.length);
      positions.set(sampled);
      positions.set(lists, sampled.length);
    });
    this.#plans.push({ plan, address });
  }

  /**
   * Reads plain records from `bytes`, a buffer of the lane's, as long as they start before `stopAt`. Returns where the
   * first record starts that it did not read, and why it stopped there.
   */
  run(
    bytes: Uint8Array,
    from: number,
    stopAt: number,
    to: number,
    baseOffset: number,
  ): { readonly position: number; readonly stopped: "at the limit" | "needs bytes" | "needs the builder" } {
    assert(!this.#done && bytes === this.#buffer, "a lane reads the buffer that it made, until it is drained");
    const { exports } = this.#kernel;
    this.#showTrie();
    const base = bytes.byteOffset;
    const position = exports.run(base + from, base + stopAt, base + to, baseOffset - base) - base;
    if (exports.gatheredBytes.value > gatheredLimitBytes) {
      for (const shape of this.#shapes.values()) exports.count(exports.shapeCounter(shape), 0);
    }
    const stopped = exports.stopped.value;
    if (stopped === exports.atLimit.value) return { position, stopped: "at the limit" };
    return { position, stopped: stopped === exports.needsBytes.value ? "needs bytes" : "needs the builder" };
  }

  /**
   * Adds what was read to the part, except for the counters: those are handed out, by the names of their shapes. Samples can be
   * left out, for those who only ask which templates there are.
   */
  drain({ samples = true } = {}): readonly KernelCounter[] {
    if (this.#done) return [];
    this.#done = true;
    this.#kernel.exports.replayAll();
    this.#kinds.drain();
    const kernel = this.#kernel;
    const { exports } = kernel;
    const { part } = this.#owner;
    const records = exports.recordCount.value;
    part.records += records;
    part.entries += records;
    part.executions += records;
    part.fromMicros = Math.min(part.fromMicros, exports.earliest.value);
    part.toMicros = Math.max(part.toMicros, exports.latest.value);
    this.#flushWindow();
    for (const { plan, address } of this.#plans) {
      const { sums, transaction } = plan;
      const [executions, timed, timeMicros, maxMicros, rows, alone, ungrouped] = kernel.float64(address, 7);
      part.transactions.inSession += alone!;
      if (ungrouped! > 0) part.transactions.addUngrouped(transaction.template, ungrouped!);
      sums.executions += executions!;
      sums.timed += timed!;
      sums.timeMicros += timeMicros!;
      sums.maxMicros = Math.max(sums.maxMicros, maxMicros!);
      sums.rows += rows!;
    }
    for (const [{ listLengths, sample }, shape] of this.#shapes) {
      if (samples) addKernelSample(kernel, exports.shapeSample(shape), this.#owner.input, sample);
      kernel.float64(exports.shapeListLengths(shape), exports.longList.value).forEach((executions, length) => {
        if (executions > 0) listLengths.set(length, (listLengths.get(length) ?? 0) + executions);
      });
    }
    return [...this.#shapes].flatMap(([{ shape, counter }, address]) => {
      const addresses = [exports.shapeCounter(address)];
      if (counter.total > 0) addresses.push(toKernel(kernel, counter.takeState()));
      return addresses.map((counted) => kernelCounter(kernel, shapeName(shape), counted));
    });
  }

  #showTrie(): void {
    const { nodes, tables } = this.learner.trieArrays;
    if (nodes === this.#nodes && tables === this.#tables) return;
    this.#nodes = nodes;
    this.#tables = tables;
    this.#kernel.exports.setTrie(nodes.byteOffset, tables.byteOffset, Number(this.#owner.dialect === "mysql"));
  }

  /** Of a session that the builder read a statement of, the lane does not know the state any more. */
  forgetSession(high: number, low: number): void {
    this.#kernel.exports.forgetSession(high, low);
  }

  /** Adds statements that the kernel has gathered to their transaction. */
  #replay(open: OpenTransaction, start: number, end: number): void {
    const codes = this.#kernel.codesTo(end);
    const words = this.#kernel.wordsTo(end);
    for (let at = start; at < end; ) {
      const { write, transaction } = this.#plans[words[at >>> 2]!]!.plan;
      const accesses = words[(at >>> 2) + 1]!;
      addStatement(open, transaction.template, write, codes[(at >>> 3) + 1]!);
      if (!transaction.isParsed) open.complete = false;
      at += 16;
      for (let nth = 0; nth < accesses; nth++) {
        const count = words[(at >>> 2) + 1]!;
        addAccess(open, words[at >>> 2]!, codes, (at >>> 3) + 1, count);
        at += 8 + 8 * count;
      }
    }
  }

  #showStatement(offset: number): void {
    const { exports } = this.#kernel;
    const entry = this.#entry;
    const count = exports.literalCount.value;
    this.learner.showMatch(this.#literals, count);
    entry.bytes = this.#kernel.bytesTo(count === 0 ? 0 : this.#literals.end[count - 1]!);
    entry.offset = offset;
  }

  /** Shows the present record to the builder as if that had read it. */
  #showEntry(number: number, offset: number, timeMicros: number): KnownAccess {
    this.#showStatement(offset);
    this.#entry.timeMicros = timeMicros;
    return this.#accesses[number]!;
  }

  #moveWindow(timeMicros: number): void {
    this.#flushWindow();
    const window = this.#window;
    const [from, to] = this.#owner.part.load.boundsOf(timeMicros);
    window.fill(0);
    window[0] = from;
    window[1] = to;
  }

  #flushWindow(): void {
    const [from, to] = this.#window;
    if (from! < to!) this.#owner.part.load.addSums(from!, this.#window.subarray(2));
  }
}

/** The roles of `kernel/assembly/plans.ts`. */
function roleNumber({ isAboutRows, boundary, slot }: TransactionRole): number {
  const crosses = boundary !== undefined || slot !== undefined;
  const plainly = boundary === undefined || slot !== undefined || ("chain" in boundary && boundary.chain) ? undefined : boundary.kind;
  return (
    Number(isAboutRows) +
    2 * Number(crosses) +
    4 * Number(plainly === "begin") +
    8 * Number(plainly === "commit") +
    16 * Number(plainly === "rollback")
  );
}

/** As `maxRecordBytes` of ingest, and every length fits 32 bits anyway. */
const longestRecordBytes = 64 * 1024 * 1024;
