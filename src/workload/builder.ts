import { assert } from "../base/assert.ts";
import type { Failure, LogEntry, Span } from "../ingest/entry.ts";
import type { PlainRecords } from "../ingest/plain-records.ts";
import type { AccessPattern } from "../sql/access.ts";
import { accessesOf, type TableAccess } from "../sql/constraints.ts";
import type { KernelMemory } from "../kernel/kernel.ts";
import { TemplateLearner } from "../sql/learner.ts";
import { CommandLearner } from "../sql/mongodb/command-learner.ts";
import { decodeLiteral, literalForm, type LiteralForm } from "../sql/literal.ts";
import { parseTemplate } from "../sql/parse.ts";
import type { Schema } from "../sql/schema.ts";
import type { Dialect, Template } from "../sql/template.ts";
import { mix32 } from "../stats/mix.ts";
import type { CountedColumns } from "./counted-columns.ts";
import { placeHash, type EventSample } from "./event-sample.ts";
import { emptyPart, leaveOut, newShapeSums, shapeName, skip, templateKey, type WorkloadPart } from "./part.ts";
import { emptySampleGroups, RecordSieve, type RecordFilter } from "./record-filter.ts";
import { FastLane, type LaneAccess, type LanePlan } from "./fast-lane.ts";
import { arrayElementSpans } from "./array-elements.ts";
import { addAccess, type OpenTransaction } from "./open-transaction.ts";
import type { Boundary } from "./session-transactions.ts";
import { isWrite } from "./statement-role.ts";
import { operationWords, structuredAccess } from "./structured-access.ts";
import { TransactionTracker, transactionRole, type TrackedInput, type TransactionRole } from "./transaction-tracker.ts";
import { sampleBytes, setBytes } from "./key-bytes.ts";
import type { TransactionLimits } from "./transaction-part.ts";
import type { ValueCounter } from "./value-counter.ts";
import type { AccessShape } from "./workload.ts";

/** What the builder needs to know about the input whose entries it is given. */
export interface BuilderInput extends TrackedInput {
  /** Names behind `entry.keys`, for structured access logs. */
  readonly keyColumns: readonly string[];
  readonly schema: Schema;
  /** Undefined counts the values of every pinned column: for a first look only. */
  readonly counted: CountedColumns | undefined;
  /** Which entries are wanted. With a filter no record goes past `add`. */
  readonly filter?: RecordFilter | undefined;
  /** How much memory its transactions may take, unless the usual. */
  readonly transactionLimits?: TransactionLimits;
  /** Where the plain records of the input can go through the kernel. */
  readonly lane?: { readonly memory: KernelMemory; readonly plain: PlainRecords } | undefined;
}

/** Where the values of one table access of a template come from. */
interface AccessPlan extends LaneAccess {
  /** Of `sums`, reached often. */
  readonly counter: ValueCounter;
  readonly sample: EventSample;
  /** Several lists belong together value by value (rows, pairs), instead of meeting in every combination. */
  readonly paired: boolean;
  /** Its lists are the rows of an insert, not IN-lists. */
  readonly ofRows: boolean;
  /** Slots of its lists that hold an array. */
  readonly arrays: readonly number[];
}

interface TemplatePlan extends LanePlan {
  readonly accesses: readonly AccessPlan[];
  readonly transaction: TransactionRole;
  /** No slot holds a list: then literal i is the one at slot i. */
  readonly plain: boolean;
  /** Slots that hold an array, as in `= ANY($1)`, whose elements are the values. */
  readonly arrays: readonly number[];
}

/** Literals of a statement by slot: the first of a slot, the next one of the same slot (-1: none), and how many. */
interface Chains {
  readonly head: Int32Array;
  readonly tail: Int32Array;
  readonly next: Int32Array;
  readonly lengths: Int32Array;
}

const newChains = (length: number): Chains => ({
  head: new Int32Array(length),
  tail: new Int32Array(length),
  next: new Int32Array(length),
  lengths: new Int32Array(length),
});

/** Every slot has one literal, the one of its own number. */
const linedUpChains = (length: number): Chains => ({
  head: Int32Array.from({ length }, (_, slot) => slot),
  tail: new Int32Array(length),
  next: new Int32Array(length).fill(-1),
  lengths: new Int32Array(length).fill(1),
});

/** Combinations of independent lists are counted up to this many an execution; a longer one is counted pair by pair. */
const combinationLimit = 256;

/**
 * Adds entries to a workload part. One builder serves one range of one input on one thread; the grammars must be loaded.
 * A statement costs one walk over its bytes and one counter update per table access; only new templates cost more.
 */
export class WorkloadBuilder {
  readonly #part: WorkloadPart;
  readonly #input: BuilderInput;
  readonly #place: number;
  readonly #learner: TemplateLearner | CommandLearner;
  readonly #plans: TemplatePlan[] = [];
  readonly #structured = new Map<string, TemplatePlan | string>();
  /** The present statement's literals by slot: one of the two below. */
  #chains = newChains(64);
  #chained = this.#chains;
  #linedUp = linedUpChains(64);
  #cursors = new Int32Array(16);
  /** Starts and ends of the present statement's array elements, numbered behind its literals. */
  readonly #elements: number[] = [];
  readonly #tracker: TransactionTracker;
  /** Hash of the present statement's session. */
  readonly #session = { high: 0, low: 0 };
  /** The transaction of the present statement, unless it is one of its own. */
  #open: OpenTransaction | undefined;
  readonly #sieve: RecordSieve | undefined;
  /** Reads plain records past `add`. */
  readonly lane: FastLane | undefined;

  constructor(input: BuilderInput) {
    this.#input = input;
    this.#part = emptyPart(input.transactionLimits);
    this.#place = input.place ?? input.input;
    const { transactions } = this.#part;
    this.#tracker = new TransactionTracker(transactions, input);
    if (input.filter !== undefined) {
      const { sample } = input.filter;
      this.#part.sample = sample === undefined ? undefined : emptySampleGroups(sample);
      this.#sieve = new RecordSieve(input.filter, this.#place, this.#part.sample);
    }
    if (input.dialect === "mongodb") this.#learner = new CommandLearner();
    else if (input.lane === undefined) this.#learner = new TemplateLearner(input.dialect);
    else {
      this.lane = this.#newLane(input.lane.memory, input.lane.plain, input.dialect);
      this.#learner = this.lane.learner;
    }
  }

  #newLane(memory: KernelMemory, plain: PlainRecords, dialect: Dialect): FastLane {
    return new FastLane(memory, plain, {
      dialect,
      part: this.#part,
      place: this.#place,
      input: this.#input.input,
      sampleAccess: (plan, access, entry, micros) => {
        this.#prepareValues(plan as TemplatePlan, entry);
        this.#addToSample(access as AccessPlan, entry, micros);
      },
      countAccess: (plan, access, entry, micros, inTransaction) => {
        if (!inTransaction) this.#open = undefined;
        this.#prepareValues(plan as TemplatePlan, entry);
        this.#count(access as AccessPlan, entry, micros);
      },
      joinTransaction: (plan, entry, micros, session) => {
        const { transaction, write } = plan as TemplatePlan;
        this.#open = this.#tracker.add(
          entry,
          transaction,
          this.#boundaryOf(transaction, entry),
          micros,
          write,
          session,
        );
        const open = this.#open !== undefined;
        if (session === undefined) return { open, quiet: false, next: undefined, stretch: undefined };
        const { high, low } = session;
        const quiet = this.#tracker.isQuiet(high, low);
        return {
          open,
          quiet,
          next: this.#tracker.openOf(high, low),
          stretch: quiet ? this.#tracker.stretchOf(high, low) : undefined,
        };
      },
      beginTransaction: (stretch, offset) => this.#tracker.begin(stretch, offset),
      resumeTransaction: (open) => (this.#open = open),
      addToTransaction: (shapeNumber, codes, start, count) => addAccess(this.#open!, shapeNumber, codes, start, count),
    });
  }

  /** What was added so far. Of what went through the lane the counters are missing: see `FastLane.drain`. */
  get part(): WorkloadPart {
    // A shape is reached whenever one of its templates is executed: counting that too would be the same sums again.
    for (const sums of this.#part.shapes.values()) {
      sums.executions = 0;
      sums.timeMicros = 0;
    }
    for (const { shapeNames, executions, timeMicros } of this.#part.templates.values()) {
      for (const name of shapeNames) {
        const sums = this.#part.shapes.get(name)!;
        sums.executions += executions;
        sums.timeMicros += timeMicros;
      }
    }
    for (const { sample, executions } of this.#part.shapes.values()) sample.seen = executions;
    return this.#part;
  }

  /** Counts a record that no entry could be made of. */
  skip(offset: number, reason: string, failure?: Failure): void {
    skip(this.#part, reason, { input: this.#input.input, offset });
    if (failure === undefined) return;
    const { bytes, session } = failure.entry;
    this.#hashSession(bytes, session);
    this.lane?.forgetSession(this.#session.high, this.#session.low);
    this.#tracker.fail(failure, this.#session);
  }

  add(entry: LogEntry): void {
    const unwanted = this.#sieve?.reasonToLeave(entry);
    if (unwanted !== undefined) {
      leaveOut(this.#part, unwanted);
      return;
    }
    const plan = entry.kind === "access" ? this.#structuredPlan(entry) : this.#statementPlan(entry);
    if (typeof plan === "string") {
      this.skip(entry.offset, plan);
      return;
    }
    const part = this.#part;
    part.records++;
    part.entries++;
    const { executions } = entry;
    part.executions += executions;
    const { sums } = plan;
    const timed = entry.durationMs >= 0;
    const micros = timed ? Math.round(entry.durationMs * 1000) : 0;
    // Entries that are put together from several records come late.
    if (sums.executions === 0 || entry.offset < sums.first.offset)
      sums.first = { input: this.#input.input, offset: entry.offset };
    sums.executions += executions;
    if (timed) {
      sums.timed += executions;
      sums.timeMicros += micros;
      const longest = executions === 1 ? micros : Math.round(micros / executions);
      if (longest > sums.maxMicros) sums.maxMicros = longest;
    }
    if (entry.rows >= 0) sums.rows += Math.round(entry.rows);
    const time = entry.timeMicros;
    if (time === time && executions === 1) {
      if (time < part.fromMicros) part.fromMicros = time;
      if (time > part.toMicros) part.toMicros = time;
      part.load.add(time, plan.write, micros);
    }
    const hasSession = entry.session.start >= 0;
    if (hasSession) this.#addSession(entry.bytes, entry.session);
    const { transaction, accesses } = plan;
    const session = hasSession ? this.#session : undefined;
    // What the lane has gathered of its transaction comes first.
    if (session !== undefined) this.lane?.forgetSession(session.high, session.low);
    this.#open = this.#tracker.add(
      entry,
      transaction,
      this.#boundaryOf(transaction, entry),
      micros,
      plan.write,
      session,
    );
    if (accesses.length === 0) return;
    if (entry.kind !== "access") this.#prepareValues(plan, entry);
    const hash = placeHash(this.#place, entry.offset);
    for (let i = 0; i < accesses.length; i++) {
      const access = accesses[i]!;
      // What stands for many executions is no event: it has neither a time nor values of its own.
      if (executions === 1 && hash <= access.sample.threshold) this.#addToSample(access, entry, micros);
      if (access.equalCount > 0) this.#count(access, entry, micros);
      else if (this.#open !== undefined) addAccess(this.#open, access.shapeNumber, noCodes, 0, 0);
    }
  }

  #prepareValues({ plain, arrays, sums }: TemplatePlan, entry: LogEntry): void {
    this.#elements.length = 0;
    if (plain) this.#lineUp(sums.template.slots.length);
    else this.#chainLiterals(sums.template.slots.length);
    for (const slot of arrays) this.#chainElements(slot, entry);
  }

  /** Puts the elements of an array in the place of its text; where it has none that can be told, the slot has no value. */
  #chainElements(slot: number, entry: LogEntry): void {
    const literal = this.#chains.head[slot]!;
    const span = literal < 0 || this.#chains.lengths[slot] !== 1 ? undefined : this.#spanOf(literal, entry);
    if (span === undefined || entry.bytes[span.start] !== openBrace) return;
    const spans = arrayElementSpans(entry.bytes, span) ?? [];
    const first = this.#learner.literalCount + this.#elements.length / 2;
    const count = spans.length / 2;
    this.#elements.push(...spans);
    if (first + count > this.#chained.next.length) {
      const next = new Int32Array((first + count) * 2);
      next.set(this.#chained.next);
      this.#chains = this.#chained = { ...this.#chained, next };
    }
    const { head, next, lengths } = this.#chains;
    for (let element = 0; element < count; element++) next[first + element] = element === count - 1 ? -1 : first + element + 1;
    head[slot] = count === 0 ? -1 : first;
    lengths[slot] = count;
  }

  /** Whether the log has the elements of the array at a slot. */
  #isUnfolded(slot: number): boolean {
    return this.#elementAt(this.#chains.head[slot]!) !== undefined;
  }

  /** Where a text stands as it is: in the statement or among the logged parameters. */
  #spanOf(literal: number, entry: LogEntry): Span | undefined {
    const learner = this.#learner;
    const form = learner.literalForm[literal]! as LiteralForm;
    if (form === literalForm.parameter) {
      const bounds = parameterBounds(learner.literalInteger[literal]!, entry);
      return bounds === undefined || bounds.start < 0 ? undefined : bounds;
    }
    if (form !== literalForm.string) return undefined;
    return { start: learner.literalStart[literal]!, end: learner.literalEnd[literal]! };
  }

  /** Where an array element stands; undefined for a literal of the statement. */
  #elementAt(literal: number): Span | undefined {
    const element = literal - this.#learner.literalCount;
    return element < 0 ? undefined : { start: this.#elements[2 * element]!, end: this.#elements[2 * element + 1]! };
  }

  #statementPlan(entry: LogEntry): TemplatePlan | string {
    const learner = this.#learner;
    const index =
      learner instanceof CommandLearner
        ? learner.match(entry)
        : learner.match(entry.bytes, entry.sql.start, entry.sql.end);
    if (index < 0) return learner.failure;
    const known = this.#plans[index];
    if (known !== undefined) return known;
    const template = learner.templates[index]!;
    const plan = this.#planOf(template, patternOf(template, this.#input.schema));
    this.#plans[index] = plan;
    // The kernel does not look into arrays.
    if (plan.arrays.length === 0) this.lane?.addPlan(index, plan);
    return plan;
  }

  #structuredPlan(entry: LogEntry): TemplatePlan | string {
    const { bytes, keys } = entry;
    let key = `${latin1(bytes, entry.operation)}\0${latin1(bytes, entry.table)}`;
    for (let i = 0; i < keys.count; i++) key += keys.bounds[2 * i]! < 0 ? "0" : "1";
    let plan = this.#structured.get(key);
    if (plan === undefined) {
      const columns = this.#input.keyColumns.filter((_, i) => i < keys.count && keys.bounds[2 * i]! >= 0);
      const operation = utf8(bytes, entry.operation);
      const access = structuredAccess(operation, utf8(bytes, entry.table), columns);
      plan =
        access === undefined
          ? `operation ${JSON.stringify(operation.slice(0, 40))} is none of ${operationWords.join(", ")}`
          : this.#planOf(access.template, access.pattern);
      this.#structured.set(key, plan);
    }
    return plan;
  }

  #planOf(template: Template, pattern: AccessPattern): TemplatePlan {
    const accesses = accessesOf(pattern, template.slots)
      .filter(({ relation }) => !isSystemTable(pattern, relation))
      .map((access) => this.#withCountedColumns(access));
    const shapes = accesses.map(shapeOf);
    const shapeNames = shapes.map(shapeName);
    const key = templateKey(template);
    let sums = this.#part.templates.get(key);
    if (sums === undefined) {
      sums = {
        template,
        pattern,
        shapeNames,
        executions: 0,
        timed: 0,
        timeMicros: 0,
        maxMicros: 0,
        rows: 0,
        first: { input: 0, offset: 0 },
      };
      this.#part.templates.set(key, sums);
    }
    const plans = accesses.map((access, i) => this.#accessPlan(access, shapes[i]!, template));
    const arrays = [...new Set(plans.flatMap((plan) => plan.arrays))];
    return {
      sums,
      accesses: plans,
      write: isWrite(pattern),
      transaction: transactionRole(pattern, this.#part.transactions.names.template(key)),
      plain: arrays.length === 0 && template.slots.every(({ repeat }) => repeat === "one"),
      arrays,
    };
  }

  #withCountedColumns(access: TableAccess): TableAccess {
    const counted = this.#input.counted?.get(access.table);
    return counted === undefined
      ? access
      : { ...access, equal: access.equal.filter(({ column }) => counted.has(column)) };
  }

  #accessPlan(access: TableAccess, shape: AccessShape, template: Template): AccessPlan {
    const name = shapeName(shape);
    let sums = this.#part.shapes.get(name);
    if (sums === undefined) this.#part.shapes.set(name, (sums = newShapeSums(shape)));
    const slots = [
      ...access.equal.map(({ slot }) => slot),
      ...access.ranges.flatMap(({ from, to }) => [...(from ? [from.slot] : []), ...(to ? [to.slot] : [])]),
    ];
    const lists = access.equal.flatMap(({ list }, position) => (list ? [position] : []));
    const { counter, sample } = sums;
    return {
      sums,
      shapeNumber: this.#part.transactions.names.shape(name, access.equal.length),
      counter,
      sample,
      slots: Int32Array.from(slots),
      equalCount: access.equal.length,
      lists,
      paired: arePaired(
        lists.map((i) => slots[i]!),
        template,
      ),
      arrays: access.equal.flatMap(({ slot, array }) => (array ? [slot] : [])),
      ofRows: lists.every((i) => template.slots[slots[i]!]!.repeat === "rows"),
    };
  }

  #addSession(bytes: Uint8Array, span: Span): void {
    this.#hashSession(bytes, span);
    this.#part.sessions.add(this.#session.high, this.#session.low);
  }

  #hashSession(bytes: Uint8Array, { start, end }: Span): void {
    let low = 0x811c9dc5;
    let high = end - start;
    let at = start;
    for (; at + 3 < end; at += 4) {
      const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      low = Math.imul(low ^ word, 0x85ebca6b);
      low ^= low >>> 15;
      high = Math.imul(high ^ word, 0xc2b2ae35);
      high ^= high >>> 13;
    }
    for (; at < end; at++) {
      low = Math.imul(low ^ bytes[at]!, 0x01000193);
      high = Math.imul(high ^ bytes[at]!, 0x85ebca6b);
    }
    this.#session.high = mix32(high);
    this.#session.low = mix32(low);
  }

  #boundaryOf({ slot, boundary }: TransactionRole, entry: LogEntry): Boundary | undefined {
    return slot === undefined ? boundary : this.#autocommitAt(slot, entry);
  }

  /** What `SET autocommit = ...` sets it to; on unless it says otherwise. */
  #autocommitAt(slot: number, { bytes }: LogEntry): Boundary {
    const learner = this.#learner;
    const form = learner.literalForm[slot]! as LiteralForm;
    if (form === literalForm.integer) return { kind: "autocommit", on: learner.literalInteger[slot] !== 0 };
    const text = utf8(bytes, { start: learner.literalStart[slot]!, end: learner.literalEnd[slot]! });
    return { kind: "autocommit", on: !/^(0|off|false)$/i.test(text) };
  }

  /** One literal a slot: the chains are the same for every such statement. */
  #lineUp(slotCount: number): void {
    assert(this.#learner.literalCount === slotCount, "without lists every slot has one literal");
    if (slotCount > this.#linedUp.head.length) this.#linedUp = linedUpChains(slotCount * 2);
    this.#chains = this.#linedUp;
  }

  #chainLiterals(slotCount: number): void {
    const { literalCount, literalSlot } = this.#learner;
    if (slotCount > this.#chained.head.length)
      this.#chained = { ...newChains(slotCount * 2), next: this.#chained.next };
    if (literalCount > this.#chained.next.length)
      this.#chained = { ...this.#chained, next: new Int32Array(literalCount * 2) };
    const { head, tail, next, lengths } = (this.#chains = this.#chained);
    for (let slot = 0; slot < slotCount; slot++) {
      head[slot] = -1;
      lengths[slot] = 0;
    }
    for (let literal = 0; literal < literalCount; literal++) {
      const slot = literalSlot[literal]!;
      if (head[slot]! < 0) head[slot] = literal;
      else next[tail[slot]!] = literal;
      tail[slot] = literal;
      next[literal] = -1;
      lengths[slot]!++;
    }
  }

  #addToSample({ sample, slots }: AccessPlan, entry: LogEntry, micros: number): void {
    const { offset } = entry;
    sample.add(entry.timeMicros, micros, this.#input.input, offset, placeHash(this.#place, offset));
    for (let i = 0; i < slots.length; i++) this.#sampleValues(sample, slots[i]!, entry);
  }

  #count(plan: AccessPlan, entry: LogEntry, micros: number): void {
    const { counter, slots, equalCount } = plan;
    if (plan.lists.length > 0 && entry.kind !== "access") {
      this.#countLists(plan, entry, micros);
      return;
    }
    for (let column = 0; column < equalCount; column++) {
      const slot = slots[column]!;
      const valued =
        entry.kind === "access"
          ? setBytes(counter, column, entry.bytes, this.#keyBounds(slot, entry))
          : this.#setLiteral(counter, column, this.#chains.head[slot]!, entry);
      if (valued) continue;
      counter.drop();
      plan.sums.unvalued += entry.executions;
      if (this.#open !== undefined) addAccess(this.#open, plan.shapeNumber, noCodes, 0, 0);
      return;
    }
    if (this.#open !== undefined) counter.tellTuple(this.#open, plan.shapeNumber);
    counter.add(entry.executions, micros);
  }

  /** Counts each combination of the values of an execution's lists, with an equal part of its time. */
  #countLists(plan: AccessPlan, entry: LogEntry, micros: number): void {
    const { sums, counter, slots, equalCount, lists, paired, ofRows } = plan;
    let product = 1;
    let longest = 0;
    for (let list = 0; list < lists.length; list++) {
      const length = this.#chains.lengths[slots[lists[list]!]!]!;
      product *= length;
      if (length > longest) longest = length;
    }
    const sideBySide = paired || product > combinationLimit;
    const combinations = sideBySide ? longest : product;
    // In a statistics view one placeholder stands for a list of any length: PostgreSQL 18 writes `IN ($1 /*, ... */)`.
    if ((entry.executions === 1 || longest > 1 || ofRows) && plan.arrays.every((slot) => this.#isUnfolded(slot)))
      sums.listLengths.set(combinations, (sums.listLengths.get(combinations) ?? 0) + entry.executions);
    let valued = combinations > 0;
    // Where each column's list is: a walk per value would cost the square of a long list's length.
    const cursors =
      this.#cursors.length < equalCount ? (this.#cursors = new Int32Array(equalCount * 2)) : this.#cursors;
    for (let column = 0; column < equalCount; column++) cursors[column] = this.#chains.head[slots[column]!]!;
    for (let combination = 0, spent = 0; combination < combinations && valued; combination++) {
      // Equal parts in whole microseconds that add up to the statement's time.
      const until = Math.floor((micros * (combination + 1)) / combinations);
      for (let column = 0; column < equalCount && valued; column++)
        valued = this.#setLiteral(counter, column, cursors[column]!, entry);
      if (valued && this.#open !== undefined) counter.tellTuple(this.#open, plan.shapeNumber);
      if (valued) counter.add(entry.executions, until - spent);
      spent = until;
      // Side by side all lists go on together; else like an odometer, the next one when this one starts again.
      for (let list = 0, carry = true; list < lists.length && carry; list++) {
        const column = lists[list]!;
        const next = this.#chains.next[cursors[column]!]!;
        cursors[column] = next < 0 ? this.#chains.head[slots[column]!]! : next;
        carry = sideBySide || next < 0;
      }
    }
    if (valued) return;
    counter.drop();
    sums.unvalued += entry.executions;
    if (this.#open !== undefined) addAccess(this.#open, plan.shapeNumber, noCodes, 0, 0);
  }

  /** Hands a literal of the present statement to the counter; false when the log does not have its value. */
  #setLiteral(counter: ValueCounter, column: number, literal: number, entry: LogEntry): boolean {
    if (literal < 0) return false;
    const element = this.#elementAt(literal);
    if (element !== undefined) return setBytes(counter, column, entry.bytes, element);
    const learner = this.#learner;
    const form = learner.literalForm[literal]! as LiteralForm;
    if (form === literalForm.integer) {
      counter.setInteger(column, learner.literalInteger[literal]!);
      return true;
    }
    const start = learner.literalStart[literal]!;
    const end = learner.literalEnd[literal]!;
    if (form === literalForm.string) return setBytes(counter, column, entry.bytes, { start, end });
    if (form === literalForm.parameter) {
      const bounds = parameterBounds(learner.literalInteger[literal]!, entry);
      if (bounds === undefined) return false;
      if (bounds.start < 0) counter.setNull(column);
      else setBytes(counter, column, entry.bytes, bounds);
      return true;
    }
    const decoded = decodeLiteral(entry.bytes, start, end, form, this.#input.dialect);
    if (decoded.kind === "null") counter.setNull(column);
    else {
      const bytes = encoder.encode(decoded.text);
      setBytes(counter, column, bytes, { start: 0, end: bytes.length });
    }
    return true;
  }

  /** Span of the key column behind a slot: slots are the key columns that have a value, in order. */
  #keyBounds(slot: number, { keys }: LogEntry): Span {
    let present = -1;
    for (let i = 0; i < keys.count; i++) {
      if (keys.bounds[2 * i]! >= 0 && ++present === slot)
        return { start: keys.bounds[2 * i]!, end: keys.bounds[2 * i + 1]! };
    }
    return { start: 0, end: 0 };
  }

  /** All values at a slot, for the sample. */
  #sampleValues(sample: EventSample, slot: number, entry: LogEntry): void {
    if (entry.kind === "access") {
      sample.addColumn(1);
      sampleBytes(sample, entry.bytes, this.#keyBounds(slot, entry));
      return;
    }
    const logged = this.#areLogged(slot, entry);
    sample.addColumn(logged ? this.#chains.lengths[slot]! : NaN);
    if (!logged) return;
    for (let literal = this.#chains.head[slot]!; literal >= 0; literal = this.#chains.next[literal]!)
      this.#sampleLiteral(sample, literal, entry);
  }

  /** A slot holds placeholders or literals; the former have values only where the log gives them apart. */
  #areLogged(slot: number, entry: LogEntry): boolean {
    const { literalForm: forms, literalInteger: integers } = this.#learner;
    if (this.#chains.head[slot]! < 0) return false;
    for (let literal = this.#chains.head[slot]!; literal >= 0; literal = this.#chains.next[literal]!) {
      if (this.#elementAt(literal) !== undefined) continue;
      if (forms[literal] === literalForm.parameter && parameterBounds(integers[literal]!, entry) === undefined)
        return false;
    }
    return true;
  }

  #sampleLiteral(sample: EventSample, literal: number, entry: LogEntry): void {
    const element = this.#elementAt(literal);
    if (element !== undefined) {
      sampleBytes(sample, entry.bytes, element);
      return;
    }
    const learner = this.#learner;
    const form = learner.literalForm[literal]! as LiteralForm;
    if (form === literalForm.integer) {
      sample.addInteger(learner.literalInteger[literal]!);
      return;
    }
    if (form === literalForm.parameter) {
      const bounds = parameterBounds(learner.literalInteger[literal]!, entry)!;
      if (bounds.start < 0) sample.addNull();
      else sampleBytes(sample, entry.bytes, bounds);
      return;
    }
    const start = learner.literalStart[literal]!;
    const end = learner.literalEnd[literal]!;
    if (form === literalForm.string) {
      sampleBytes(sample, entry.bytes, { start, end });
      return;
    }
    const decoded = decodeLiteral(entry.bytes, start, end, form, this.#input.dialect);
    if (decoded.kind === "null") sample.addNull();
    else {
      const bytes = encoder.encode(decoded.text);
      sampleBytes(sample, bytes, { start: 0, end: bytes.length });
    }
  }
}

/** The first look at an input and the scan of it meet the same templates: each is parsed once per thread and schema. */
const patterns = new WeakMap<Schema, Map<string, AccessPattern>>();

function patternOf(template: Template, schema: Schema): AccessPattern {
  let known = patterns.get(schema);
  if (known === undefined) patterns.set(schema, (known = new Map()));
  const key = templateKey(template);
  let pattern = known.get(key);
  if (pattern === undefined) known.set(key, (pattern = parseTemplate(template, schema)));
  return pattern;
}

function shapeOf(access: TableAccess): AccessShape {
  return {
    table: access.table,
    use: access.use,
    equal: access.equal.map(({ column, list }) => ({ column, list: list === true })),
    ranges: access.ranges.map(({ column, from, to }) => ({ column, from: from !== undefined, to: to !== undefined })),
  };
}

/** Lists belong together when they are columns of inserted rows, or stand side by side in `(a, b) IN ((?, ?), ...)`. */
function arePaired(slots: readonly number[], template: Template): boolean {
  const ordered = slots.toSorted((a, b) => a - b);
  return ordered.every((slot, i) => {
    if (template.slots[slot]!.repeat === "rows" || i === 0) return true;
    return ordered[i - 1] === slot - 1 && /^\s*,\s*$/.test(template.parts[slot]!);
  });
}

const systemSchemas: ReadonlySet<string> = new Set([
  "pg_catalog",
  "information_schema",
  "mysql",
  "performance_schema",
  "sys",
]);

/** The server's own tables live on every server: no key of theirs is ours to choose. */
function isSystemTable(pattern: AccessPattern, relation: number): boolean {
  const accessed = pattern.kind === "rows" ? pattern.relations[relation] : undefined;
  return (
    accessed?.kind === "table" &&
    (accessed.schema === undefined
      ? /^pg_/.test(accessed.table)
      : // An extension's view, which stands wherever the extension was put.
        systemSchemas.has(accessed.schema) || /^pg_stat_statements(_info)?$/.test(accessed.table))
  );
}

/** Span of the logged parameter at a position from 1 (0: named); start -1 is NULL, undefined is not logged. */
function parameterBounds(position: number, { parameters }: LogEntry): Span | undefined {
  if (position < 1 || position > parameters.count) return undefined;
  return { start: parameters.bounds[2 * position - 2]!, end: parameters.bounds[2 * position - 1]! };
}

/** Canonical integers that a double holds exactly count as integers, quoted or not; everything else as its bytes. */
const noCodes = new Float64Array(0);
const openBrace = 123;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const utf8 = (bytes: Uint8Array, { start, end }: Span): string => decoder.decode(bytes.subarray(start, end));

function latin1(bytes: Uint8Array, { start, end }: Span): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}
