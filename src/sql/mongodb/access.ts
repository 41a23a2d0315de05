import type {
  AccessPattern,
  Assignment,
  Expr,
  Output,
  Relation,
  RelationId,
  RowStatement,
  Select,
  TransactionControl,
} from "../access.ts";
import type { Literal, Slot } from "../template.ts";
import { column, conjunction, FilterReader, isCollated, type Variables } from "./filter-reader.ts";
import {
  documentOf,
  isPlainValue,
  listOf,
  literalOf,
  type MongoDocument,
  SlotValue,
  valueAt,
} from "./document.ts";

export interface MongoAccess {
  readonly pattern: AccessPattern;
  readonly slots: readonly Slot[];
  /** Per slot the value; undefined for an object, an array or another type that we don't keep. */
  readonly values: readonly (readonly Literal[] | undefined)[];
}

/**
 * A MongoDB command as an access pattern: find, aggregate (with $lookup and $unionWith), count, distinct, update,
 * delete, findAndModify and insert. A field is a column by its dotted path, in lower case as design files are.
 * `keyFields` are the fields of a collection's shard key: `{a: {x: 1}}` pins `a`, and counts for `a.x` only where it
 * helps to pin the whole key (a prefix of the key is found by dotted paths alone). Rules as of
 * https://www.mongodb.com/docs/manual/core/sharded-cluster-query-router/ and the query analyzer's tests.
 */
export function mongoAccess(
  command: MongoDocument,
  keyFields: (collection: string) => readonly string[],
): MongoAccess {
  return new Reader(command, keyFields).read();
}

/**
 * The command of a template, with a `SlotValue` wherever executions differ, as an access pattern: as `mongoAccess`, but
 * any field may become a key. So all fields of inserted and replacing documents are named, and a value that has no slot
 * (an embedded document, null in a comparison) pins nothing.
 */
export function commandPattern(command: MongoDocument): AccessPattern {
  return new Reader(command, undefined).read().pattern;
}

class Reader {
  readonly #command: MongoDocument;
  /** Undefined for a template: every field may be one. */
  readonly #knownKeyFields: ((collection: string) => readonly string[]) | undefined;
  readonly #relations: Relation[] = [];
  readonly #slots: Slot[] = [];
  readonly #values: (readonly Literal[] | undefined)[] = [];
  readonly #filters: FilterReader;

  constructor(command: MongoDocument, keyFields: ((collection: string) => readonly string[]) | undefined) {
    this.#command = command;
    this.#knownKeyFields = keyFields;
    this.#filters = new FilterReader({
      ofTemplate: keyFields === undefined,
      slot: (value) => this.#slot(value),
      keyFieldsOf: (relation) => {
        const table = this.#relations[relation];
        return table?.kind === "table" ? this.#keyFields(table.table) : [];
      },
    });
    this.#filters.collated = isCollated(command);
  }

  read(): MongoAccess {
    return { pattern: this.#pattern(), slots: this.#slots, values: this.#values };
  }

  #pattern(): AccessPattern {
    const [name, collection] = Object.entries(this.#command)[0] ?? ["", undefined];
    // A cursor's next documents come from where its first ones came from.
    const opener = name === "getMore" ? documentOf(collection) : undefined;
    if (opener !== undefined) return new Reader(opener, this.#knownKeyFields).#pattern();
    const control = controls.get(name);
    if (control !== undefined) return { kind: "control", control };
    const statement = this.#statement(name, collection);
    if (typeof statement === "string") return { kind: "unknown", reason: statement };
    if (statement === undefined) return { kind: "utility", command: name, implicitCommit: false };
    return { kind: "rows", statement, relations: this.#relations };
  }

  /** A string says why it is not understood; undefined is a command that touches no documents by key. */
  #statement(name: string, collection: unknown): RowStatement | string | undefined {
    const command = this.#command;
    if (!(name in readers)) return utilityCommands.has(name) ? undefined : `MongoDB command ${JSON.stringify(name)}`;
    if (typeof collection !== "string") return name === "aggregate" ? undefined : `${name} without a collection`;
    const variables = this.#variables(documentOf(command["let"]), undefined, new Map());
    switch (name as keyof typeof readers) {
      case "find":
        return this.#select(collection, command["filter"], variables, command["limit"] !== undefined);
      case "count":
        return { ...this.#select(collection, command["query"], variables, false), aggregate: true };
      case "distinct":
        return { ...this.#select(collection, command["query"], variables, false), distinct: true };
      case "aggregate":
        return this.#pipeline(collection, listOf(command["pipeline"]), variables, undefined);
      case "update":
        return this.#each(listOf(command["updates"]).map((update) => this.#update(collection, update, variables)));
      case "delete":
        return this.#each(listOf(command["deletes"]).map((entry) => this.#delete(collection, entry, variables)));
      case "findAndModify":
      case "findandmodify": {
        if (command["remove"] === true) return this.#delete(collection, { q: command["query"], limit: 1 }, variables);
        return this.#update(
          collection,
          { q: command["query"], u: command["update"], upsert: command["upsert"], multi: false },
          variables,
        );
      }
      case "insert":
        return this.#insert(collection, listOf(command["documents"]));
      default:
        return `MongoDB command ${JSON.stringify(name)}`;
    }
  }

  /** Several updates of one command run one after the other. */
  #each(statements: readonly RowStatement[]): RowStatement | string {
    const [first, ...others] = statements;
    if (first === undefined) return "an update without updates";
    if (others.length === 0) return first;
    return {
      kind: "select",
      from: [],
      where: undefined,
      groupBy: [],
      having: undefined,
      outputs: [],
      distinct: false,
      aggregate: false,
      windows: [],
      orderBy: [],
      limit: false,
      locking: false,
      with: statements,
    };
  }

  #select(collection: string, filter: unknown, variables: Variables, limit: boolean): Select {
    const relation = this.#relation(collection, "read");
    return this.#selectOf(relation, this.#filters.filter(filter, relation, variables), [], limit);
  }

  #selectOf(relation: RelationId, where: Expr | undefined, outputs: readonly Output[], limit: boolean): Select {
    return {
      kind: "select",
      from: [{ kind: "relation", relation }],
      where,
      groupBy: [],
      having: undefined,
      outputs,
      distinct: false,
      aggregate: false,
      windows: [],
      orderBy: [],
      limit,
      locking: false,
      with: [],
    };
  }

  /** The $match stages in front narrow what is read; what other stages read is asked apart. */
  #pipeline(
    collection: string,
    stages: readonly MongoDocument[],
    variables: Variables,
    join: ((relation: RelationId) => Expr) | undefined,
  ): Select {
    const relation = this.#relation(collection, "read");
    const conditions: Expr[] = join === undefined ? [] : [join(relation)];
    const outputs: Output[] = [];
    let leading = true;
    let grouped = false;
    let limited = false;
    for (const stage of stages) {
      const [operator, argument] = Object.entries(stage)[0] ?? ["", undefined];
      if (operator === "$match") {
        const where = leading ? this.#filters.filter(argument, relation, variables) : undefined;
        if (where !== undefined) conditions.push(where);
        continue;
      }
      // Sorting leaves the documents as they are, so that a $match behind it moves in front.
      if (operator !== "$sort") leading = false;
      if (operator === "$group" || operator === "$count" || operator === "$bucket") grouped = true;
      if (operator === "$limit" || operator === "$skip") limited = true;
      const inner = documentOf(argument);
      if (operator === "$lookup" && inner !== undefined) outputs.push(...this.#lookup(inner, relation, variables));
      if (operator === "$unionWith") {
        const other = typeof argument === "string" ? argument : inner?.["coll"];
        if (typeof other === "string")
          outputs.push(subqueryOutput(this.#pipeline(other, listOf(inner?.["pipeline"]), variables, undefined)));
      }
      if (operator === "$graphLookup" && typeof inner?.["from"] === "string") {
        outputs.push(
          subqueryOutput(
            this.#pipeline(inner["from"], [], variables, () => ({ kind: "other", name: "$graphLookup", args: [] })),
          ),
        );
      }
      if (operator === "$facet") {
        for (const facet of Object.values(inner ?? {})) {
          for (const nested of listOf(facet)) {
            const lookup = documentOf(nested["$lookup"]);
            if (lookup !== undefined) outputs.push(...this.#lookup(lookup, relation, variables));
          }
        }
      }
    }
    return { ...this.#selectOf(relation, conjunction(conditions), outputs, limited), aggregate: grouped };
  }

  #lookup(stage: MongoDocument, outer: RelationId, variables: Variables): Output[] {
    const from = stage["from"];
    if (typeof from !== "string") return [];
    const inner = this.#variables(documentOf(stage["let"]), outer, variables);
    const { localField, foreignField } = stage as { localField?: unknown; foreignField?: unknown };
    const join =
      typeof localField === "string" && typeof foreignField === "string"
        ? (relation: RelationId): Expr => ({
            kind: "compare",
            op: "=",
            left: column(relation, foreignField),
            right: column(outer, localField),
          })
        : undefined;
    return [subqueryOutput(this.#pipeline(from, listOf(stage["pipeline"]), inner, join))];
  }

  #variables(given: MongoDocument | undefined, outer: RelationId | undefined, known: Variables): Variables {
    const variables = new Map(known);
    for (const [name, value] of Object.entries(given ?? {})) variables.set(name, this.#filters.operand(value, outer, known));
    return variables;
  }

  #update(collection: string, update: MongoDocument, variables: Variables): RowStatement {
    const relation = this.#relation(collection, "update");
    const change = update["u"];
    const replacement = documentOf(change);
    const isReplacement =
      replacement !== undefined &&
      !Array.isArray(change) &&
      !Object.keys(replacement).some((key) => key.startsWith("$"));
    const filter = this.#filterOf(update, relation, variables);
    const where =
      isReplacement && update["upsert"] !== true
        ? this.#knownKeyFields === undefined
          ? conjunction([...(filter === undefined ? [] : [filter]), ...this.#fieldsOf(replacement, update["q"], relation)])
          : this.#keyOf(replacement, relation, collection)
        : filter;
    return {
      kind: "update",
      targets: [relation],
      from: [{ kind: "relation", relation }],
      set: isReplacement ? [] : this.#assignments(change, relation),
      where,
      limit: update["multi"] !== true,
      outputs: [],
      with: [],
    };
  }

  /** The filter of one write, which may have a collation of its own. */
  #filterOf(write: MongoDocument, relation: RelationId, variables: Variables): Expr | undefined {
    const { collated } = this.#filters;
    this.#filters.collated = isCollated(write) || (collated && write["collation"] === undefined);
    const filter = this.#filters.filter(write["q"], relation, variables);
    this.#filters.collated = collated;
    return filter;
  }

  /** A document that replaces another is sent where its own key says; a field that it lacks is null. */
  #keyOf(document: MongoDocument, relation: RelationId, collection: string): Expr | undefined {
    return conjunction(
      this.#keyFields(collection).map((field) => {
        const value = valueAt(document, field.split("."));
        return { kind: "compare", op: "<=>", left: column(relation, field), right: this.#slot(value ?? null) };
      }),
    );
  }

  /** Whatever field the key will be: where the filter does not name it, the replacing document says where it goes. */
  #fieldsOf(document: MongoDocument, filter: unknown, relation: RelationId): readonly Expr[] {
    const named = new Set(Object.keys(documentOf(filter) ?? {}).map((field) => field.toLowerCase()));
    return Object.entries(document).flatMap(([field, value]) =>
      value instanceof SlotValue && !named.has(field.toLowerCase()) ? [this.#filters.equal(field, value, relation)] : [],
    );
  }

  #assignments(change: unknown, relation: RelationId): Assignment[] {
    const stages = Array.isArray(change) ? (change as unknown[]) : [change];
    return stages
      .flatMap((stage) => Object.entries(documentOf(stage) ?? {}))
      .flatMap(([operator, fields]) => {
        if (!operator.startsWith("$") || operator === "$setOnInsert") return [];
        return Object.entries(documentOf(fields) ?? {}).map(([field, value]): Assignment => ({
          relation,
          column: field.toLowerCase(),
          value:
            operator === "$set" && isPlainValue(value)
              ? this.#slot(value)
              : { kind: "other", name: operator, args: [] },
        }));
      });
  }

  #delete(collection: string, entry: MongoDocument, variables: Variables): RowStatement {
    const relation = this.#relation(collection, "delete");
    return {
      kind: "delete",
      targets: [relation],
      from: [{ kind: "relation", relation }],
      where: this.#filterOf(entry, relation, variables),
      limit: entry["limit"] === 1,
      outputs: [],
      with: [],
    };
  }

  #insert(collection: string, documents: readonly MongoDocument[]): RowStatement {
    const relation = this.#relation(collection, "insert");
    if (this.#knownKeyFields === undefined)
      return this.#insertOfTemplate(relation, "documents" in this.#command ? documents : undefined);
    const fields = this.#keyFields(collection);
    const rows = documents.map((document) =>
      fields.map((field): Expr => this.#slot(valueAt(document, field.split(".")) ?? null)),
    );
    return {
      kind: "insert",
      target: relation,
      replace: false,
      columns: fields,
      source: { kind: "values", rows },
      onConflict: undefined,
      outputs: [],
      with: [],
    };
  }

  /** A template's documents all have the same fields, by dotted path. Without any the log left them out. */
  #insertOfTemplate(relation: RelationId, documents: readonly MongoDocument[] | undefined): RowStatement {
    const fields = Object.keys(documents?.[0] ?? {});
    const rows = documents?.map((document) => fields.map((field): Expr => this.#slot(document[field])));
    return {
      kind: "insert",
      target: relation,
      replace: false,
      columns: fields.length === 0 ? undefined : fields.map((field) => field.toLowerCase()),
      // Of unknown documents it is not known either that they are one.
      source: { kind: "values", rows: rows ?? [[], []] },
      onConflict: undefined,
      outputs: [],
      with: [],
    };
  }

  #keyFields(collection: string): readonly string[] {
    return this.#knownKeyFields?.(collection) ?? [];
  }

  #relation(collection: string, use: "read" | "insert" | "update" | "delete"): RelationId {
    this.#relations.push({ kind: "table", table: collection, schema: undefined, alias: collection, use });
    return this.#relations.length - 1;
  }

  #slot(value: unknown): Expr {
    if (value instanceof SlotValue) return { kind: "slot", slot: value.slot };
    if (this.#knownKeyFields === undefined)
      return value === null ? { kind: "constant", value: null } : { kind: "other", name: "value", args: [] };
    const literal = literalOf(value);
    this.#slots.push({ kind: literal?.kind === "number" ? "number" : "string", repeat: "one" });
    this.#values.push(literal === undefined ? undefined : [literal]);
    return { kind: "slot", slot: this.#slots.length - 1 };
  }
}

const readers = {
  find: 0,
  count: 0,
  distinct: 0,
  aggregate: 0,
  update: 0,
  delete: 0,
  findAndModify: 0,
  findandmodify: 0,
  insert: 0,
} as const;

const controls: ReadonlyMap<string, TransactionControl> = new Map([
  ["commitTransaction", "commit"],
  ["abortTransaction", "rollback"],
]);

const utilityCommands: ReadonlySet<string> = new Set([
  "collStats",
  "create",
  "createIndexes",
  "currentOp",
  "dbStats",
  "drop",
  "dropDatabase",
  "dropIndexes",
  "endSessions",
  "explain",
  "getMore",
  "hello",
  "isMaster",
  "ismaster",
  "killCursors",
  "listCollections",
  "listDatabases",
  "listIndexes",
  "ping",
  "replSetGetStatus",
  "saslContinue",
  "saslStart",
  "serverStatus",
]);


const subqueryOutput = (query: Select): Output => ({ kind: "column", name: "", expr: { kind: "subquery", query } });
