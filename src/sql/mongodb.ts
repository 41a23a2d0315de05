import type {
  AccessPattern,
  Assignment,
  Expr,
  Output,
  Relation,
  RelationId,
  RowStatement,
  Select,
} from "./access.ts";
import type { Literal, Slot } from "./template.ts";

/** A command as a driver sends it or the log prints it: the first key names the command, its value the collection. */
export type MongoDocument = Readonly<Record<string, unknown>>;

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

/** Variables of `let`, as expressions. */
type Variables = ReadonlyMap<string, Expr>;

class Reader {
  readonly #command: MongoDocument;
  readonly #keyFields: (collection: string) => readonly string[];
  readonly #relations: Relation[] = [];
  readonly #slots: Slot[] = [];
  readonly #values: (readonly Literal[] | undefined)[] = [];
  /** Strings don't compare as the shard key's order does. */
  readonly #collated: boolean;

  constructor(command: MongoDocument, keyFields: (collection: string) => readonly string[]) {
    this.#command = command;
    this.#keyFields = keyFields;
    const locale = documentOf(command["collation"])?.["locale"];
    this.#collated = typeof locale === "string" && locale !== "simple";
  }

  read(): MongoAccess {
    return { pattern: this.#pattern(), slots: this.#slots, values: this.#values };
  }

  #pattern(): AccessPattern {
    const [name, collection] = Object.entries(this.#command)[0] ?? ["", undefined];
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
    return this.#selectOf(relation, this.#filter(filter, relation, variables), [], limit);
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
        const where = leading ? this.#filter(argument, relation, variables) : undefined;
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
    for (const [name, value] of Object.entries(given ?? {})) variables.set(name, this.#operand(value, outer, known));
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
    const where =
      isReplacement && update["upsert"] !== true
        ? this.#keyOf(replacement, relation, collection)
        : this.#filter(update["q"], relation, variables);
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

  /** A document that replaces another is sent where its own key says; a field that it lacks is null. */
  #keyOf(document: MongoDocument, relation: RelationId, collection: string): Expr | undefined {
    return conjunction(
      this.#keyFields(collection).map((field) => {
        const value = valueAt(document, field.split("."));
        return { kind: "compare", op: "<=>", left: column(relation, field), right: this.#slot(value ?? null) };
      }),
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
      where: this.#filter(entry["q"], relation, variables),
      limit: entry["limit"] === 1,
      outputs: [],
      with: [],
    };
  }

  #insert(collection: string, documents: readonly MongoDocument[]): RowStatement {
    const relation = this.#relation(collection, "insert");
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

  // Filters

  #filter(filter: unknown, relation: RelationId, variables: Variables): Expr | undefined {
    const document = documentOf(filter);
    if (document === undefined) return undefined;
    const conditions = Object.entries(document).map(([field, condition]) =>
      this.#condition(field, condition, relation, variables),
    );
    const nested = this.#wholeKey(document, relation);
    return conjunction([...conditions, ...(nested === undefined ? [] : [nested])]);
  }

  /** `{a: {x: 1}, "b.y": 2}` pins a whole key of `a.x` and `b.y`. */
  #wholeKey(document: MongoDocument, relation: RelationId): Expr | undefined {
    const table = this.#relations[relation];
    const fields = table?.kind === "table" ? this.#keyFields(table.table) : [];
    const values = fields.map((field) => equalityAt(document, field.toLowerCase()));
    if (fields.length === 0 || !values.every((value) => value !== undefined)) return undefined;
    if (this.#collated && values.some(({ value }) => typeof value === "string")) return undefined;
    return conjunction(fields.map((field, index) => this.#equal(field, values[index]!.value, relation)));
  }

  #condition(field: string, condition: unknown, relation: RelationId, variables: Variables): Expr {
    switch (field) {
      case "$and":
      case "$or":
      case "$nor": {
        const args = listOf(condition).map(
          (part) => this.#filter(part, relation, variables) ?? { kind: "constant" as const, value: true },
        );
        const combined: Expr = { kind: field === "$and" ? "and" : "or", args };
        return field === "$nor" ? { kind: "not", arg: combined } : combined;
      }
      case "$expr":
        return this.#expression(condition, relation, variables);
      default:
        break;
    }
    if (field.startsWith("$")) return { kind: "constant", value: true };
    const operators = documentOf(condition);
    if (
      operators === undefined ||
      !Object.keys(operators).some((key) => key.startsWith("$")) ||
      isExtendedValue(operators)
    )
      return this.#equal(field, condition, relation);
    const conditions = Object.entries(operators).map(([operator, value]) =>
      this.#operator(field, operator, value, relation),
    );
    return conjunction(conditions) ?? { kind: "constant", value: true };
  }

  #operator(field: string, operator: string, value: unknown, relation: RelationId): Expr {
    const left = column(relation, field);
    const other: Expr = { kind: "other", name: operator, args: [left] };
    if (operator === "$eq") return this.#equal(field, value, relation);
    if (operator === "$not") {
      const inner = Object.entries(documentOf(value) ?? {}).map(([name, argument]) =>
        this.#operator(field, name, argument, relation),
      );
      return { kind: "not", arg: conjunction(inner) ?? other };
    }
    if (operator === "$in" && Array.isArray(value)) {
      if (
        value.some((item) => !isPlainValue(item)) ||
        (this.#collated && value.some((item) => typeof item === "string"))
      )
        return other;
      const list = value.map((item) => this.#slot(item));
      const withNull = value.includes(null);
      return withNull
        ? { kind: "or", args: value.map((item): Expr => this.#equal(field, item, relation)) }
        : { kind: "in", left, list, negated: false };
    }
    const comparison = ({ $gt: ">", $gte: ">=", $lt: "<", $lte: "<=", $ne: "<>" } as const)[operator];
    if (comparison === undefined || !isPlainValue(value) || (this.#collated && typeof value === "string"))
      return other;
    if (value === null && comparison !== "<>") return other;
    return { kind: "compare", op: comparison, left, right: this.#slot(value) };
  }

  #equal(field: string, value: unknown, relation: RelationId): Expr {
    const left = column(relation, field);
    // A pattern or an array is looked for in the field's values: no one value.
    if (
      value instanceof RegExp ||
      Array.isArray(value) ||
      isPattern(value) ||
      (this.#collated && typeof value === "string")
    )
      return { kind: "other", name: "$eq", args: [left] };
    return { kind: "compare", op: "<=>", left, right: this.#slot(value) };
  }

  /** `{$eq: ["$field", value]}` and its like. */
  #expression(expression: unknown, relation: RelationId, variables: Variables): Expr {
    const [operator, argument] = Object.entries(documentOf(expression) ?? {})[0] ?? ["", undefined];
    const args = Array.isArray(argument) ? (argument as unknown[]) : [argument];
    if (operator === "$and" || operator === "$or")
      return {
        kind: operator === "$and" ? "and" : "or",
        args: args.map((arg) => this.#expression(arg, relation, variables)),
      };
    if (operator === "$not") return { kind: "not", arg: this.#expression(args[0], relation, variables) };
    const op = ({ $eq: "=", $gt: ">", $gte: ">=", $lt: "<", $lte: "<=", $ne: "<>" } as const)[operator];
    const [left, right] = args.map((arg) => this.#operand(arg, relation, variables));
    if (op === undefined || left === undefined || right === undefined)
      return { kind: "other", name: operator, args: args.map((arg) => this.#operand(arg, relation, variables)) };
    return { kind: "compare", op, left, right };
  }

  #operand(value: unknown, relation: RelationId | undefined, variables: Variables): Expr {
    if (typeof value === "string" && value.startsWith("$$")) {
      const [name, ...path] = value.slice(2).split(".");
      const variable = variables.get(name!);
      return variable !== undefined && path.length === 0 ? variable : { kind: "other", name: value, args: [] };
    }
    if (typeof value === "string" && value.startsWith("$"))
      return relation === undefined ? { kind: "other", name: value, args: [] } : column(relation, value.slice(1));
    const document = documentOf(value);
    if (document !== undefined && "$literal" in document) return this.#slot(document["$literal"]);
    return isPlainValue(value)
      ? this.#slot(value)
      : {
          kind: "other",
          name: "expression",
          args: Object.values(document ?? {}).map((inner) => this.#operand(inner, relation, variables)),
        };
  }

  #relation(collection: string, use: "read" | "insert" | "update" | "delete"): RelationId {
    this.#relations.push({ kind: "table", table: collection, schema: undefined, alias: collection, use });
    return this.#relations.length - 1;
  }

  #slot(value: unknown): Expr {
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

const utilityCommands: ReadonlySet<string> = new Set([
  "abortTransaction",
  "commitTransaction",
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

const column = (relation: RelationId, path: string): Expr => ({
  kind: "column",
  relation,
  column: path.toLowerCase(),
});

const subqueryOutput = (query: Select): Output => ({ kind: "column", name: "", expr: { kind: "subquery", query } });

function conjunction(conditions: readonly Expr[]): Expr | undefined {
  return conditions.length > 1 ? { kind: "and", args: conditions } : conditions[0];
}

function documentOf(value: unknown): MongoDocument | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RegExp)
    ? (value as MongoDocument)
    : undefined;
}

function listOf(value: unknown): MongoDocument[] {
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).flatMap((item) => {
    const document = documentOf(item);
    return document === undefined ? [] : [document];
  });
}

/** Extended JSON for one value, such as `{"$numberLong": "5"}`. */
const extendedKeys = [
  "$numberInt",
  "$numberLong",
  "$numberDouble",
  "$numberDecimal",
  "$oid",
  "$uuid",
  "$date",
  "$binary",
  "$timestamp",
  "$minKey",
  "$maxKey",
  "$symbol",
];

const isExtendedValue = (document: MongoDocument): boolean => extendedKeys.includes(Object.keys(document)[0] ?? "");

function isPattern(value: unknown): boolean {
  const first = Object.keys(documentOf(value) ?? {})[0];
  return first === "$regex" || first === "$regularExpression";
}

function isPlainValue(value: unknown): boolean {
  const document = documentOf(value);
  return (
    value === null ||
    ["string", "number", "boolean", "bigint"].includes(typeof value) ||
    (document !== undefined && isExtendedValue(document))
  );
}

function literalOf(value: unknown): Literal | undefined {
  if (value === null || value === undefined) return { kind: "null" };
  if (typeof value === "number" || typeof value === "bigint") return { kind: "number", text: String(value) };
  if (typeof value === "string" || typeof value === "boolean") return { kind: "string", text: String(value) };
  const [key, inner] = Object.entries(documentOf(value) ?? {})[0] ?? ["", undefined];
  if (/^\$number/.test(key)) return { kind: "number", text: String(inner) };
  if (key === "$oid" || key === "$uuid" || key === "$symbol") return { kind: "string", text: String(inner) };
  if (key === "$date" && typeof inner === "string") return { kind: "string", text: inner };
  return undefined;
}

/** The value at a path in a document that is stored. */
function valueAt(document: MongoDocument, path: readonly string[]): unknown {
  let value: unknown = document;
  for (const step of path) {
    const inner = documentOf(value);
    const key =
      inner === undefined ? undefined : Object.keys(inner).find((name) => name.toLowerCase() === step.toLowerCase());
    if (inner === undefined || key === undefined) return undefined;
    value = inner[key];
  }
  return value;
}

/**
 * The value that a filter's equalities give a path: by the dotted name, or from inside an object that a prefix
 * equals.
 */
function equalityAt(filter: MongoDocument, path: string): { readonly value: unknown } | undefined {
  for (const [field, condition] of Object.entries(filter)) {
    if (field === "$and") {
      const found = listOf(condition)
        .map((part) => equalityAt(part, path))
        .find((value) => value !== undefined);
      if (found !== undefined) return found;
      continue;
    }
    const name = field.toLowerCase();
    if (name !== path && !path.startsWith(`${name}.`)) continue;
    const operators = documentOf(condition);
    const hasOperators =
      operators !== undefined &&
      !isExtendedValue(operators) &&
      Object.keys(operators).some((key) => key.startsWith("$"));
    const equal = !hasOperators ? condition : "$eq" in operators ? operators["$eq"] : undefined;
    if (equal === undefined || Array.isArray(equal) || isPattern(equal)) continue;
    if (name === path) return { value: equal };
    const inner = documentOf(equal);
    if (inner !== undefined) return { value: valueAt(inner, path.slice(name.length + 1).split(".")) ?? null };
  }
  return undefined;
}
