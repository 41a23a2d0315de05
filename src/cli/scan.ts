import { createHash } from "node:crypto";
import { basename } from "node:path";
import { InputError } from "../base/input-error.ts";
import { byName } from "../base/order.ts";
import { RecordFeed } from "../ingest/feed.ts";
import { detectFormat } from "../ingest/detect.ts";
import { agreeOnDatabase } from "../ingest/mongodb/mongodb.ts";
import type { Detection, FormatName, Head, ReaderOptions } from "../ingest/format.ts";
import { newKernelMemory } from "../kernel/kernel.ts";
import type { AccessPattern } from "../sql/access.ts";
import { wholeText } from "../report/number-text.ts";
import { detectDialect } from "../sql/detect-dialect.ts";
import type { Schema } from "../sql/schema.ts";
import type { Dialect, Language } from "../sql/template.ts";
import { mix32 } from "../stats/mix.ts";
import { countedColumnsOf } from "../workload/counted-columns.ts";
import { rowKeysOf } from "../workload/row-keys.ts";
import { emptyPart, mergePart, workloadOf, type WorkloadPart } from "../workload/part.ts";
import { addCounted, countJobs, doCountJobs } from "../workload/kernel-counter.ts";
import { isWorkloadFile, readWorkloadFile, type KnownLine, type StoredWorkload } from "./workload-file/workload-file.ts";
import { checkTogether, countedAlike, noRecordsLeft, schemaWith, type NamedWorkload } from "./workload-file/together.ts";
import type { InputSummary, Workload } from "../workload/workload.ts";
import { expandArguments, openInput, readHead, readStream, readWindow, type Input, type StreamInput } from "./inputs.ts";
import { parquetDialect } from "./parquet.ts";
import { loadParser, withPlainParsers } from "./parser-loading.ts";
import type { AskedFilter } from "./filter-options.ts";
import { filterInTime } from "./last-entry.ts";
import { Progress } from "./progress.ts";
import { scanFile, threadsFor } from "./scan-file.ts";
import { readerAndBuilder, type RangeTask, type ScanTask } from "./scan-range.ts";
import { ScanThreads, type RunningRange } from "./scan-threads.ts";
import type { Surroundings } from "./surroundings.ts";

export interface ScanOptions {
  readonly reader: ReaderOptions;
  /** Which records are counted; undefined: all. */
  readonly filter: AskedFilter | undefined;
  readonly dialect: Dialect | undefined;
  /** The dialect of the schema's DDL: decides where the statements don't. */
  readonly schemaDialect: Dialect | undefined;
  readonly schema: Schema;
  readonly workers: number;
  /** For a summary: other logs may be merged with it, in which sessions of these have begun. */
  readonly continues?: boolean;
  /** Files that hold rows of a table, each with the table's name. Other files with rows are named after their table. */
  readonly data?: readonly { readonly table: string; readonly name: string }[];
  /** Inputs that are no files, such as the statement statistics of a live database; read behind the files. */
  readonly streams?: readonly StreamInput[];
  /** Key columns that the user named: their values are counted whatever the statements look like. */
  readonly named: readonly { readonly table: string; readonly columns: readonly string[] }[];
}

/** What logs and summaries come to, before it is put in order. */
export interface Gathered {
  readonly stored: StoredWorkload;
  readonly dataSets: readonly DataSet[];
  /** By the number of the workload's inputs; undefined for those of a summary, which can't be read again. */
  readonly inputs: readonly (Input | undefined)[];
  readonly warnings: readonly string[];
}

export interface Scanned {
  readonly workload: Workload;
  /** Rows, by table, in the order of the tables' names. */
  readonly dataSets: readonly DataSet[];
  /** In the order of the workload's inputs: to find lines in again. */
  readonly inputs: readonly (Input | undefined)[];
  /** Lines that a summary knows of its inputs. */
  readonly lines: readonly KnownLine[];
  /** The schema that was given, with what the summaries were made with. */
  readonly schema: Schema;
  readonly warnings: readonly string[];
}

/** The counted rows of one table: its shapes are its keys. */
export interface DataSet {
  readonly table: string;
  readonly counted: Workload;
}

/** What the beginning of an input was understood as. */
export interface Look {
  readonly name: string;
  readonly format: string;
  readonly dialect: Language;
  readonly because: string;
  /** What each column of the log is used as. */
  readonly roles: Detection["roles"];
  readonly notes: readonly string[];
  readonly columns: readonly string[];
  /** Whether the beginning is all of it. */
  readonly whole: boolean;
  /** Of the beginning. */
  readonly part: Workload;
}

interface Opened {
  readonly input: Input;
  readonly head: Head;
  readonly task: ScanTask;
  /** Told for a data set by the user. */
  readonly table?: string;
}

const isOfRows = ({ detection }: ScanTask): boolean => detection.format === "data-set";

/** Formats whose records stand for many executions each. */
const sumsOfExecutions: ReadonlySet<FormatName> = new Set(["pg-stat-statements", "mysql-digests"]);

/** Statements of the head that are looked at to tell the dialect. */
const dialectSampleLimit = 300;
const dialectPieceBytes = 65_536;
/**
 * Inputs up to this size are digested whole; larger ones by their size and both ends, which costs no second reading.
 */
const wholeDigestBytes = 16e6;
const digestEndBytes = 1 << 20;

/**
 * Reads all inputs and sums them up. The result depends on the inputs and options alone, not on the number of workers.
 */
export async function scan(args: readonly string[], options: ScanOptions, around: Surroundings): Promise<Scanned> {
  const { stored, dataSets, inputs, warnings } = await gather(args, options, around);
  const workload = workloadOf(stored.part, stored.inputs);
  if (dataSets.length === 0 || workload.inputs.length > 0) checkUsable(workload);
  return { workload, dataSets, inputs, lines: stored.lines, schema: stored.schema, warnings };
}

/** What tells whether something can be said of a workload. */
interface Readable extends Pick<Workload, "records" | "entries" | "executions" | "leftOut"> {
  readonly inputs: readonly { readonly name: string; readonly warnings: readonly string[] }[];
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly templates: readonly Pick<Workload["templates"][number], "pattern" | "executions">[];
}

/** The same of what is not put in order yet. */
export function checkGathered({ part, inputs }: StoredWorkload): void {
  const { records, entries, executions, skipped, leftOut, templates } = part;
  checkUsable({
    ...{ records, entries, executions, inputs },
    skipped: [...skipped].map(([reason, { count }]) => ({ reason, count })),
    leftOut: [...leftOut].map(([reason, count]) => ({ reason, count })),
    templates: [...templates.values()],
  });
}

/** Throws when no statement reaches a table, with the reason. */
function checkUsable(workload: Readable): void {
  if (!workload.templates.some(({ pattern }) => reachesTable(pattern)))
    throw nothingToAnalyse(workload, workload.inputs.map(({ name }) => name));
}

/** Reads logs and summaries, in their order. */
export async function gather(args: readonly string[], given: ScanOptions, around: Surroundings): Promise<Gathered> {
  const threads = new ScanThreads();
  try {
    return await gatherWith(threads, args, given, around);
  } finally {
    threads.close();
  }
}

async function gatherWith(
  threads: ScanThreads,
  args: readonly string[],
  given: ScanOptions,
  around: Surroundings,
): Promise<Gathered> {
  const { names, warnings } = expandArguments(args);
  // All are looked at before the first is read: a wrong name should not have to wait for a pipe.
  const inputs: (Input | undefined)[] = [];
  const summaries: NamedWorkload[] = [];
  const numbers: number[] = [];
  for (const name of names) {
    if (!isWorkloadFile(name)) inputs.push(await openInput(name, around.stdin, given.reader.columns ?? {}));
    else {
      if (given.filter !== undefined) throw noRecordsLeft(name);
      const summary = await readWorkloadFile(name, inputs.length);
      summaries.push({ ...summary, name, inputs: summary.inputs.map((input) => ({ ...input, summary: name })) });
      numbers.push(inputs.length);
      inputs.push(...summary.inputs.map(() => undefined));
    }
  }
  inputs.push(...(given.streams ?? []));
  const largest = inputs.reduce((most, input) => (input?.kind === "file" ? Math.max(most, input.bytes) : most), 0);
  threads.start(threadsFor(largest, given.workers));
  checkTogether(summaries, summaries.length > 0 && inputs.some((input) => input !== undefined));
  const options = { ...given, schema: schemaWith(given.schema, summaries) };
  const looked: Opened[] = [];
  for (const [number, input] of inputs.entries())
    if (input !== undefined) looked.push(await open(input, number, options));
  const detections = agreeOnDatabase(looked.map(({ task }) => task.detection));
  const places = distinctPlaces(looked.map(({ head }) => placeOf(head)));
  const logs = looked.filter(({ input, task }) => !isOfRows(task) && !(given.streams ?? []).some((stream) => stream === input));
  const filter = await filterInTime(given.filter, logs);
  const opened = looked.map((one, number): Opened => ({
    ...one,
    task: { ...one.task, detection: detections[number]!, place: places[number]!, filter },
  }));
  for (const { table, name } of options.data ?? []) {
    const input = await openInput(name, around.stdin, {});
    const data = await open(input, inputs.length, { ...options, reader: { ...options.reader, format: "data-set" } });
    inputs.push(input);
    opened.push({ ...data, table });
  }
  const statements = opened.filter(({ task }) => !isOfRows(task));
  if (filter !== undefined && statements.length === 0 && opened.length > 0)
    throw new InputError(`${opened[0]!.head.name}: rows of a table can't be filtered by time, database, user or session`, {
      hint: "leave --since, --until, --database, --user and --sample out",
    });
  for (const dialect of new Set(statements.map(({ task }) => task.dialect))) {
    void withPlainParsers(() => threads.prepare(dialect));
    await loadParser(dialect);
  }

  const chosen = countedColumnsOf(firstLook(statements).templates.values(), options.schema, options.named);
  const { counted, alike, warnings: lost } = countedAlike(summaries, chosen);
  const totalBytes = opened.reduce((sum, { input }) => sum + input.bytes, 0);
  const progress = new Progress(totalBytes, around.now, around.progress ? around.stderr : undefined);
  const log = new Sums();
  const rows = new Map<string, Sums>();
  const keysOf = new Map<string, readonly (readonly string[])[]>();
  let doneBytes = 0;
  const runRange = (task: RangeTask): RunningRange => threads.run(task);
  for (const one of opened) {
    const { input, task } = one;
    const onBytes = (done: number): void => progress.update(doneBytes + done);
    const table = task.detection.format === "data-set" ? (one.table ?? tableNameOf(input)) : undefined;
    const scanTask =
      table === undefined ? { ...task, counted } : { ...task, rows: rowsOf(one, table, keysOf, options) };
    const read =
      input.kind === "file"
        ? { part: await scanFile(input, scanTask, { workers: options.workers, onBytes, runRange }), warning: undefined }
        : await scanStream(input, scanTask, onBytes);
    doneBytes += input.kind === "stream" ? input.source.storedBytes : input.bytes;
    const into = table === undefined ? log : (rows.get(table) ?? new Sums());
    if (table !== undefined) rows.set(table, into);
    into.add(one, read.part, read.warning);
  }
  progress.end();
  // Data sets have no number among the inputs of the log.
  for (const [nth, { part, inputs: known }] of alike.entries()) {
    mergePart(log.part, part);
    for (const [at, input] of known.entries()) log.inputs[numbers[nth]! + at] = input;
  }
  const numbered = log.inputs.filter((input) => input !== undefined);
  const dataSets = [...rows]
    .map(([table, { part, inputs: read }]) => ({ table, counted: workloadOf(part, read.filter((one) => one !== undefined)) }))
    .sort((a, b) => byName(a.table, b.table));
  for (const { table, counted: set } of dataSets) if (set.entries === 0) throw noRows(table, set);
  const lines = summaries.flatMap((summary) => summary.lines);
  const { anonymized } = summaries[0] ?? {};
  const stored = { part: log.part, inputs: numbered, counted, schema: options.schema, lines, anonymized };
  return { stored, dataSets, inputs, warnings: [...warnings, ...lost] };
}

/** Looks at the beginning of each input, as `scan` does before it reads them. */
export async function look(args: readonly string[], options: ScanOptions, around: Surroundings): Promise<readonly Look[]> {
  const looks: Look[] = [];
  for (const [number, name] of expandArguments(args).names.entries()) {
    // Nothing of a summary is guessed.
    if (isWorkloadFile(name)) continue;
    const input = await openInput(name, around.stdin, options.reader.columns ?? {});
    const { head, task } = await open(input, number, options);
    const { detection, dialect } = task;
    const isData = detection.format === "data-set";
    if (!isData) await loadParser(dialect);
    const part = isData ? emptyPart() : lookAt(head, task);
    looks.push({
      name,
      format: detection.format,
      dialect,
      because: detection.because,
      roles: detection.roles,
      notes: detection.notes,
      columns: detection.keyColumns,
      whole: head.atEnd,
      part: workloadOf(part, []),
    });
  }
  return looks;
}

/** What several inputs come to. */
class Sums {
  readonly part = emptyPart();
  /** By their numbers. */
  readonly inputs: InputSummary[] = [];

  add({ input, head, task }: Opened, part: WorkloadPart, warning: string | undefined): void {
    const { records, entries, executions } = this.part;
    mergePart(this.part, part);
    this.inputs[task.input] = {
      name: input.name === "-" ? "stdin" : input.name,
      format: (input.kind === "stream" ? input.source.container : undefined) ?? task.detection.format,
      dialect: task.dialect,
      bytes: input.kind === "stream" ? input.source.storedBytes : input.bytes,
      digest: digestOf(input, head),
      records: this.part.records - records,
      entries: this.part.entries - entries,
      executions: this.part.executions - executions,
      warnings: [...task.detection.notes, ...(warning === undefined ? [] : [warning])],
    };
  }
}

/** `dumps/orders.2026.csv.gz` holds rows of orders. */
function tableNameOf({ name }: Input): string {
  if (name === "-") return "stdin";
  return basename(name).replace(/\..*$/, "").toLowerCase() || "rows";
}

/** The keys of a table are chosen from its first file, and counted in all of them. */
function rowsOf(
  { head, task }: Opened,
  table: string,
  keysOf: Map<string, readonly (readonly string[])[]>,
  { schema, named }: ScanOptions,
): NonNullable<ScanTask["rows"]> {
  let keys = keysOf.get(table);
  if (keys === undefined) {
    const columns = task.detection.keyColumns;
    const singles = [...new Set(columns.map((column) => column.toLowerCase()))].map((column) => [column]);
    const look = lookAt(head, { ...task, rows: { table, keys: singles } });
    keysOf.set(table, (keys = rowKeysOf(table, columns, look, schema, named)));
  }
  const there = new Set(task.detection.keyColumns.map((column) => column.toLowerCase()));
  return { table, keys: keys.filter((key) => key.every((column) => there.has(column))) };
}

function noRows(table: string, { records, skipped }: Workload): InputError {
  const why =
    skipped[0] === undefined ? "it holds no rows" : `all ${records} records were skipped: ${skipped[0].reason}`;
  return new InputError(`data set ${table}: ${why}`, { hint: "check that it is the right file", exitCode: 3 });
}

async function open(input: Input, number: number, options: ScanOptions): Promise<Opened> {
  const head = await readHead(input);
  const isRows = input.kind === "stream" && input.source.container === "parquet";
  const detection = detectFormat(head, isRows ? { ...options.reader, ...parquetDialect } : options.reader);
  const dialect =
    detection.dialect === "mongodb"
      ? "mongodb"
      : (options.dialect ?? dialectOf(head, detection, options.schemaDialect));
  const { filter, schema } = options;
  if (filter?.sample !== undefined && sumsOfExecutions.has(detection.format))
    throw new InputError(`${head.name}: --sample draws executions, and each of its records is a sum of many`, {
      hint: "leave --sample out: statistics are small",
    });
  return { input, head, task: { input: number, detection, dialect, schema, counted: undefined, filter, continues: options.continues === true } };
}

/** From the content of an input, whatever its number among others: summaries of parts are to draw what the whole would. */
const placeOf = ({ bytes }: Head): number =>
  createHash("sha256").update(bytes.subarray(0, digestEndBytes)).digest().readUInt32LE(0);

/** Inputs that begin alike are told from each other by their order. */
function distinctPlaces(places: readonly number[]): readonly number[] {
  const seen = new Set<number>();
  return places.map((place) => {
    let own = place;
    while (seen.has(own)) own = mix32(own + 1);
    seen.add(own);
    return own;
  });
}

function dialectOf(head: Head, detection: Detection, schemaDialect: Dialect | undefined): Language {
  if (detection.dialect !== undefined) return detection.dialect;
  const statements: string[] = [];
  const { reader } = readerAndBuilder({
    input: 0,
    detection,
    dialect: "postgres",
    schema: { tables: new Map() },
    counted: undefined,
  });
  const decoder = new TextDecoder();
  // The reader resolves escapes in place; the head is read again later.
  const bytes = head.bytes.slice();
  const takeSql = (entry: { bytes: Uint8Array; sql: { start: number; end: number }; kind: string }): void => {
    if (entry.kind !== "statement" || statements.length >= dialectSampleLimit) return;
    statements.push(decoder.decode(entry.bytes.subarray(entry.sql.start, entry.sql.end)));
  };
  // Only as much as it takes: a piece at a time, and a longer one where a record is longer.
  let position = detection.dataStart;
  for (let to = position; to < bytes.length && statements.length < dialectSampleLimit; ) {
    to = Math.min(bytes.length, to + dialectPieceBytes);
    position = reader.read(bytes, position, to, head.atEnd && to === bytes.length, 0, takeSql, () => {});
  }
  const detected = detectDialect(statements);
  return detected.certain ? detected.dialect : (schemaDialect ?? detected.dialect);
}

/** What the heads of the inputs hold, to choose the columns whose values are counted. */
function firstLook(opened: readonly Opened[]): WorkloadPart {
  const look = emptyPart();
  for (const { head, task } of opened) mergePart(look, lookAt(head, task, { samples: false }));
  return look;
}

function lookAt(head: Head, task: ScanTask, { samples } = { samples: true }): WorkloadPart {
  const { reader, builder } = readerAndBuilder(task, { memory: newKernelMemory() });
  const { dataStart } = task.detection;
  const feed = new RecordFeed(
    reader,
    dataStart,
    (entry) => builder.add(entry),
    () => {},
  );
  feed.push(head.bytes.subarray(dataStart));
  if (head.atEnd) feed.end();
  // Which values there are is not asked yet: the counters are left where they are.
  builder.lane?.drain({ samples });
  return builder.part;
}

async function scanStream(
  input: Input & { kind: "stream" },
  task: ScanTask,
  onStored: (bytes: number) => void,
): Promise<{ part: WorkloadPart; warning: string | undefined }> {
  const memory = newKernelMemory();
  const { reader, builder } = readerAndBuilder(task, { memory });
  const { warning } = await readStream(
    input,
    reader,
    task.detection.dataStart,
    (entry) => builder.add(entry),
    (offset, reason) => builder.skip(offset, reason),
    onStored,
  );
  const jobs = countJobs(builder.lane?.drain() ?? []);
  const { part } = builder;
  doCountJobs(memory, jobs, new Int32Array(new SharedArrayBuffer(4)));
  addCounted(part, memory, jobs);
  return { part, warning };
}

function digestOf(input: Input, head: Head): string {
  if (input.kind === "stream") {
    // Read once: its beginning and its length after unpacking are what is left to tell it by.
    const start = createHash("sha256")
      .update(head.bytes.subarray(0, digestEndBytes))
      .update(`${input.source.storedBytes}`);
    return `sha256-start:${start.digest("hex")}`;
  }
  if (input.bytes <= wholeDigestBytes)
    return `sha256:${createHash("sha256")
      .update(readWindow(input, 0, input.bytes))
      .digest("hex")}`;
  const ends = createHash("sha256")
    .update(readWindow(input, 0, digestEndBytes))
    .update(readWindow(input, input.bytes - digestEndBytes, digestEndBytes));
  return `sha256-ends:${ends.update(`${input.bytes}`).digest("hex")}`;
}

const reachesTable = (pattern: AccessPattern): boolean =>
  pattern.kind === "rows" && pattern.relations.some(({ kind }) => kind === "table");

function nothingToAnalyse(workload: Readable, names: readonly string[]): InputError {
  const { records, skipped, leftOut, entries, executions } = workload;
  const unwanted = leftOut.toSorted((a, b) => b.count - a.count)[0];
  if (entries === 0 && unwanted !== undefined)
    return new InputError(
      `${names.length === 1 ? names[0] : `${names.length} inputs`}: no record is left to count, ` +
        `${wholeText(unwanted.count)} of ${wholeText(records)} are ${unwanted.reason}`,
      { hint: [hintOnFilter(unwanted.reason), ...workload.inputs.flatMap(({ warnings }) => warnings)].join("; "), exitCode: 3 },
    );
  const most = skipped.toSorted((a, b) => b.count - a.count)[0];
  const why =
    records === 0
      ? "it holds no records"
      : entries === 0 && most !== undefined
        ? `all ${wholeText(records)} records were skipped, most (${wholeText(most.count)}) because: ${most.reason}`
        : (notUnderstood(workload) ??
          (executions === 1
            ? "its only statement reads and writes no table"
            : `none of its ${wholeText(executions)} statements reads or writes rows of a table`));
  return new InputError(`${names.length === 1 ? names[0] : `${names.length} inputs`}: no usable statement, ${why}`, {
    hint: "check that it is a log of the application's queries; --format and the column flags say how to read it",
    exitCode: 3,
  });
}

/** What a log does not say can't be filtered by, however wide. */
function hintOnFilter(reason: string): string {
  const lacking = /^without a logged (\w+) \((.*)\)$/.exec(reason);
  if (lacking === null) return "widen --since, --until, --database, --user or --sample";
  return `leave ${lacking[2]!.replace(", ", " and ")} out; if the log has a column of it, name it with --${lacking[1]}-column`;
}

/** When no grammar took most of the statements: that, and the reason for the first. */
function notUnderstood({ templates, executions: all }: Readable): string | undefined {
  const unknown = templates.flatMap(({ pattern, executions }) =>
    pattern.kind === "unknown" ? [{ reason: pattern.reason, executions }] : [],
  );
  const count = unknown.reduce((sum, { executions }) => sum + executions, 0);
  if (count * 2 < all || unknown[0] === undefined) return undefined;
  return `${wholeText(count)} of its ${wholeText(all)} statements were not understood (${unknown[0].reason})`;
}
