import { beforeAll, describe, expect, test } from "vitest";
import { parseDesign } from "../../src/placement/design-file.ts";
import { routingContext } from "../../src/routing/context.ts";
import { explainCommand, explainStatement } from "../../src/routing/explain.ts";
import { route } from "../../src/routing/judge.ts";
import { loadGrammar, parseTemplate } from "../../src/sql/parse.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { parseSchema } from "../../src/sql/schema-ddl.ts";
import { templateOf } from "../../src/sql/template-of.ts";

beforeAll(() => loadGrammar("postgres"));

const tables = {
  customer: { shardKey: ["id"], type: "int64" },
  orders: { shardKey: ["customer_id"], type: "int64" },
  country: { kind: "reference" },
  settings: { kind: "unsharded" },
};

function explain(
  sql: string,
  more: { target?: string; parameters?: readonly (number | string | null)[]; tables?: object } = {},
) {
  const design = parseDesign(
    JSON.stringify({
      version: 1,
      target: more.target ?? "generic",
      shards: 4,
      tables: { ...tables, ...more.tables },
    }),
    "design",
  );
  const parameters = more.parameters?.map((value) =>
    value === null
      ? { kind: "null" as const }
      : { kind: typeof value === "number" ? ("number" as const) : ("string" as const), text: String(value) },
  );
  return explainStatement({ sql, dialect: "postgres", parameters }, routingContext(design, emptySchema));
}

/** `single-shard equal`. */
function say(sql: string, more: Parameters<typeof explain>[1] = {}): string {
  const { class: reach, because } = explain(sql, more);
  return `${reach} ${because}`;
}

describe("one table", () => {
  test.each([
    ["SELECT * FROM customer WHERE id = 1", "single-shard equal"],
    ["SELECT * FROM customer WHERE id = 1 + 1 AND name LIKE 'x%'", "single-shard equal"],
    ["SELECT * FROM customer WHERE id IN (7)", "single-shard equal"],
    ["SELECT * FROM customer WHERE id IN (7, 8)", "multi-shard in-list"],
    ["SELECT * FROM customer WHERE id = ANY('{7,8}')", "multi-shard in-list"],
    ["SELECT * FROM customer WHERE id = 7 OR id = 8", "multi-shard in-list"],
    ["SELECT * FROM customer WHERE (id = 7 AND x = 1) OR (id = 7 AND x = 2)", "single-shard equal"],
    ["SELECT * FROM customer WHERE id = 7 OR name = 'x'", "scatter-gather no-key"],
    ["SELECT * FROM customer WHERE id > 7", "scatter-gather inequality"],
    ["SELECT * FROM customer WHERE id + 0 = 7", "scatter-gather function-of-key"],
    ["SELECT * FROM customer WHERE id = random()", "scatter-gather inequality"],
    ["SELECT * FROM customer WHERE id::text = '7'", "single-shard equal"],
    // 70 and 71 are cut off to 7, too.
    ["SELECT * FROM customer WHERE id::varchar(1) = '7'", "scatter-gather function-of-key"],
    ["SELECT * FROM customer WHERE NOT (id <> 7)", "single-shard equal"],
    ["SELECT * FROM customer WHERE id = 7 AND id = 8", "none contradiction"],
    ["SELECT * FROM customer WHERE id BETWEEN 8 AND 8 AND id = 7", "none contradiction"],
    ["SELECT * FROM customer WHERE id = NULL", "none contradiction"],
    ["SELECT * FROM customer WHERE id NOT IN (7, NULL)", "none contradiction"],
    ["SELECT * FROM customer WHERE id IS NULL", "single-shard null-key"],
    ["SELECT 1", "reference no-table"],
    ["SELECT * FROM country", "reference reference-table"],
    ["SELECT * FROM settings", "unsharded unsharded-table"],
    ["SELECT * FROM country k LEFT JOIN customer c ON c.id = k.x AND c.id = 1 AND c.id = 2", "reference reference-table"],
    ["SELECT * FROM (VALUES (1), (1)) v(x) LEFT JOIN customer c ON c.id = x AND c.id = 2", "reference no-table"],
    ["SELECT * FROM nowhere", "unknown unresolved"],
    ["SELECT FROM WHERE", "unknown unparsed"],
    ["BEGIN", "none no-table"],
  ])("%s: %s", (sql, said) => {
    expect(say(sql)).toBe(said);
  });

  test("an unseen parameter is one value all the same, its shard is not logged", () => {
    expect(explain("SELECT * FROM customer WHERE id = $1")).toMatchObject({
      class: "single-shard",
      shards: "not-logged",
    });
    expect(explain("SELECT * FROM customer WHERE id = $1", { parameters: [1] })).toMatchObject({
      class: "single-shard",
      shards: [expect.any(Number)],
    });
    expect(explain("SELECT * FROM customer WHERE id = $1", { parameters: [null] }).class).toBe("none");
  });

  test("a value that the key can't have is not placed, and it is said which type was guessed", () => {
    expect(explain("SELECT * FROM customer WHERE id = 'x'")).toMatchObject({
      class: "single-shard",
      shards: "not-placeable",
    });
    const untyped = { log: { shardKey: ["id"] } };
    expect(explain("SELECT * FROM log WHERE id = 1", { tables: untyped }).note).toBe(
      "the type of log's shard key is not known; taken for int64",
    );
  });

  test("ranges narrow where the strategy keeps order", () => {
    const ranged = { customer: { shardKey: ["id"], type: "int64", strategy: "range", splits: [100, 200, 300] } };
    expect(explain("SELECT * FROM customer WHERE id BETWEEN 150 AND 250", { tables: ranged })).toMatchObject({
      class: "multi-shard",
      because: "range",
      shards: [1, 2],
    });
    expect(explain("SELECT * FROM customer WHERE id BETWEEN 150 AND 250")).toMatchObject({
      class: "scatter-gather",
      because: "inequality",
    });
  });

  test("the leading columns of an ordered compound key narrow, the others do not", () => {
    const compound = {
      events: { shardKey: ["tenant", "at"], type: "int64", strategy: "range", splits: [[10], [20], [20, 500]] },
    };
    expect(explain("SELECT * FROM events WHERE tenant = 20", { tables: compound })).toMatchObject({
      class: "multi-shard",
      because: "partial-key",
      shards: [2, 3],
    });
    expect(explain("SELECT * FROM events WHERE tenant = 20 AND at > 600", { tables: compound })).toMatchObject({
      because: "range",
      shards: [3],
    });
    expect(say("SELECT * FROM events WHERE (tenant, at) IN ((20, 1), (20, 2))", { tables: compound })).toBe(
      "multi-shard in-list",
    );
    expect(say("SELECT * FROM events WHERE at = 5", { tables: compound })).toBe("scatter-gather no-key");
  });
});

describe("several tables", () => {
  test.each([
    ["SELECT * FROM customer c JOIN orders o ON o.customer_id = c.id WHERE c.id = 1", "single-shard equal"],
    ["SELECT * FROM customer c JOIN orders o ON o.customer_id = c.id", "scatter-gather no-key"],
    ["SELECT * FROM customer c LEFT JOIN orders o USING (id) WHERE c.id = 1", "cross-shard-join not-colocated"],
    ["SELECT * FROM customer c, orders o WHERE c.id = 1 AND o.customer_id = 1", "single-shard equal"],
    ["SELECT * FROM customer c, orders o WHERE c.id = 1 AND o.customer_id = 2", "cross-shard-join not-colocated"],
    ["SELECT * FROM orders o JOIN country n ON n.code = o.country WHERE o.customer_id = 1", "single-shard equal"],
    ["SELECT * FROM orders o JOIN settings s ON s.name = o.state WHERE o.customer_id = 1", "cross-shard-join mixed"],
    ["SELECT * FROM country n LEFT JOIN orders o ON o.country = n.code", "cross-shard-join not-colocated"],
    ["SELECT * FROM customer c LEFT JOIN orders o ON o.customer_id = c.id AND c.id = 1", "scatter-gather no-key"],
    [
      "WITH o AS (SELECT * FROM orders) SELECT * FROM customer c JOIN o ON o.customer_id = c.id WHERE o.customer_id = 1",
      "single-shard equal",
    ],
    [
      "SELECT * FROM customer c JOIN (SELECT customer_id, count(*) FROM orders GROUP BY customer_id) o ON o.customer_id = c.id",
      "scatter-gather no-key",
    ],
    [
      "SELECT * FROM customer c JOIN (SELECT customer_id FROM orders LIMIT 5) o ON o.customer_id = c.id",
      "cross-shard-join not-colocated",
    ],
    [
      "SELECT * FROM customer c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)",
      "scatter-gather no-key",
    ],
    ["SELECT * FROM customer c WHERE c.id IN (SELECT customer_id FROM orders)", "scatter-gather inequality"],
    [
      "SELECT * FROM customer c WHERE c.id = 1 AND c.zone IN (SELECT zone FROM orders WHERE customer_id = 2)",
      "multi-shard subquery",
    ],
    [
      "SELECT * FROM country n WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = 1 AND o.country = n.code)",
      "single-shard equal",
    ],
    [
      "SELECT * FROM country n WHERE EXISTS (SELECT 1 FROM orders o WHERE o.country = n.code)",
      "cross-shard-join not-colocated",
    ],
    ["SELECT * FROM customer WHERE id = 1 UNION SELECT * FROM customer WHERE id = 1", "single-shard equal"],
    ["SELECT * FROM customer WHERE id = 1 UNION SELECT * FROM customer WHERE id = 2", "multi-shard subquery"],
  ])("%s: %s", (sql, said) => {
    expect(say(sql)).toBe(said);
  });

  test("a request that the others' rows bind reaches one shard for each of them", () => {
    expect(explain("SELECT * FROM settings s JOIN customer c ON c.id = s.owner")).toMatchObject({
      class: "cross-shard-join",
      worstRequest: "single-shard",
    });
    expect(explain("SELECT * FROM customer c JOIN orders o ON o.x = c.x")).toMatchObject({
      class: "cross-shard-join",
      worstRequest: "scatter-gather",
    });
  });

  test("a derived table above several shards is put together first", () => {
    expect(explain("SELECT * FROM (SELECT * FROM orders LIMIT 5) o")).toMatchObject({
      class: "scatter-gather",
      gathers: true,
    });
    expect(explain("SELECT * FROM (SELECT * FROM orders WHERE customer_id = 1 LIMIT 5) o").gathers).toBeUndefined();
  });
});

describe("what a query keeps of the key", () => {
  const tree = "SELECT o.id, o.customer_id FROM orders o JOIN t ON";
  test.each([
    // The row that DISTINCT ON keeps of a status may be another customer's.
    ["SELECT * FROM (SELECT DISTINCT ON (status) customer_id FROM orders) o WHERE customer_id = 1", "scatter-gather no-key"],
    ["SELECT * FROM (SELECT DISTINCT ON (customer_id) customer_id FROM orders) o WHERE customer_id = 1", "single-shard equal"],
    ["SELECT * FROM customer WHERE id = ANY (SELECT customer_id FROM orders WHERE customer_id = 1)", "single-shard equal"],
    ["SELECT * FROM customer WHERE id IN (SELECT customer_id FROM orders WHERE customer_id = 1 LIMIT 5)", "single-shard equal"],
    ["SELECT * FROM customer WHERE id IN (SELECT customer_id FROM orders LIMIT 5)", "scatter-gather subquery"],
    ["SELECT * FROM customer WHERE (id, zone) IN (SELECT customer_id, zone FROM orders)", "scatter-gather inequality"],
    ["SELECT * FROM customer WHERE (id, zone) IN (SELECT zone, customer_id FROM orders)", "scatter-gather subquery"],
    ["SELECT * FROM (SELECT id FROM customer WHERE id = 1 LIMIT 1) c JOIN orders o ON o.customer_id = c.id", "single-shard equal"],
    [
      "SELECT * FROM customer c, LATERAL (SELECT * FROM orders o WHERE o.customer_id = c.id ORDER BY at LIMIT 1) l",
      "scatter-gather no-key",
    ],
    [
      "SELECT * FROM customer c, LATERAL (SELECT * FROM orders o WHERE o.customer_id = c.zone ORDER BY at LIMIT 1) l",
      "cross-shard-join not-colocated",
    ],
    [
      `WITH RECURSIVE t AS (SELECT id, customer_id FROM orders WHERE customer_id = 1 UNION ${tree} o.customer_id = t.customer_id) SELECT * FROM t`,
      "single-shard equal",
    ],
    [
      `WITH RECURSIVE t AS (SELECT id, customer_id FROM orders WHERE customer_id = 1 UNION ${tree} o.customer_id = t.id) SELECT * FROM t`,
      "cross-shard-join not-colocated",
    ],
  ])("%s: %s", (sql, said) => {
    expect(say(sql)).toBe(said);
  });
});

// https://dev.mysql.com/doc/refman/8.4/en/type-conversion.html: '5', '05' and '5.0' are equal to 5.
test("a text that is compared as a number is not one key", async () => {
  await loadGrammar("mysql");
  const { schema } = parseSchema("CREATE TABLE shop (code varchar(20)); CREATE TABLE customer (id bigint)", "mysql");
  const said = (where: string, target = "generic"): string => {
    const design = { version: 1, target, shards: 4, tables: { shop: { shardKey: ["code"], ...(target === "vitess" && { vindex: "xxhash" }) }, customer: { shardKey: ["id"] } } };
    const sql = `SELECT * FROM shop s JOIN customer c ON c.id = s.owner WHERE ${where}`;
    const context = routingContext(parseDesign(JSON.stringify(design), "design"), schema);
    return explainStatement({ sql, dialect: "mysql" }, context).tables.find(({ table }) => table === "shop")!.class;
  };
  expect(said("s.code = '5'")).toBe("single-shard");
  for (const where of ["s.code = 5", "s.code IN (5)", "s.code = TRUE", "s.code = 2 + 3", "s.code = c.id AND c.id = 5"])
    expect(said(where), where).toBe("scatter-gather");
  expect(said("s.code = 5", "vitess")).toBe("single-shard");
});

describe("changes", () => {
  test.each([
    ["INSERT INTO customer (id, name) VALUES (1, 'a')", "single-shard equal"],
    ["INSERT INTO customer (id, name) VALUES (1, 'a'), (2, 'b')", "multi-shard rows"],
    ["INSERT INTO customer (name) VALUES ('a')", "single-shard missing-key"],
    ["INSERT INTO customer (name) VALUES ($1)", "single-shard missing-key"],
    ["INSERT INTO customer (id, name) VALUES ($1, $2)", "single-shard equal"],
    ["INSERT INTO customer (id, name) VALUES ($1, $2), ($3, $4)", "multi-shard rows"],
    ["INSERT INTO orders (customer_id, x) SELECT id, 1 FROM customer", "scatter-gather no-key"],
    ["INSERT INTO orders (customer_id, x) SELECT zone, 1 FROM customer WHERE id = 1", "multi-shard subquery"],
    ["INSERT INTO country VALUES ('x')", "reference reference-write"],
    ["UPDATE customer SET name = 'b' WHERE id = 1", "single-shard equal"],
    ["UPDATE customer SET id = 2 WHERE id = 1", "multi-shard key-update"],
    ["UPDATE customer SET id = 1 WHERE id = 1", "single-shard equal"],
    ["INSERT INTO customer (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = excluded.id", "single-shard equal"],
    ["DELETE FROM orders USING customer c WHERE c.id = orders.customer_id AND c.id = 1", "single-shard equal"],
    ["WITH gone AS (DELETE FROM orders WHERE customer_id = 1 RETURNING *) SELECT * FROM gone", "single-shard equal"],
    [
      "WITH gone AS (DELETE FROM orders WHERE customer_id = 1 RETURNING *) SELECT * FROM customer WHERE id = 2",
      "multi-shard subquery",
    ],
    [
      "MERGE INTO orders o USING customer c ON o.customer_id = c.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (customer_id) VALUES (c.id)",
      "scatter-gather no-key",
    ],
  ])("%s: %s", (sql, said) => {
    expect(say(sql)).toBe(said);
  });
});

describe("targets differ", () => {
  test("PostgreSQL prunes by plain equality only, and converts integers to compare them with decimals", () => {
    for (const condition of [
      "id BETWEEN 3 AND 3",
      "id = 3.0",
      "id::bigint = 3",
      "(id = 3) IS TRUE",
      "id IS NOT DISTINCT FROM 3",
    ]) {
      expect(explain(`SELECT * FROM customer WHERE ${condition}`).class, condition).toBe("single-shard");
      expect(explain(`SELECT * FROM customer WHERE ${condition}`, { target: "postgres" }).class, condition).toBe(
        "scatter-gather",
      );
    }
  });

  test("an update of the key moves rows, which a router that looks at the predicate does not see", () => {
    expect(say("UPDATE customer SET id = 2 WHERE id = 1", { target: "postgres" })).toBe("single-shard equal");
  });

  test("VTGate takes the best of several conditions, and no values from a derived table without tables", () => {
    expect(say("SELECT * FROM customer WHERE id IN (1, 2) AND id IN (2, 3)")).toBe("single-shard equal");
    expect(say("SELECT * FROM customer WHERE id IN (1, 2) AND id IN (2, 3)", { target: "vitess" })).toBe(
      "multi-shard in-list",
    );
    expect(explain("SELECT * FROM (SELECT 1 AS x) t JOIN customer c ON c.id = t.x").class).toBe("single-shard");
    expect(explain("SELECT * FROM (SELECT 1 AS x) t JOIN customer c ON c.id = t.x", { target: "vitess" }).class).toBe(
      "scatter-gather",
    );
  });

  test("SPQR sends INSERT ... SELECT where the query reads", () => {
    const sql = "INSERT INTO customer (id) SELECT id + 1 FROM customer WHERE id = 1";
    expect(explain(sql).class).toBe("multi-shard");
    expect(explain(sql, { target: "spqr" }).class).toBe("single-shard");
  });
});

test("without values, the number of inserted rows tells one row from many", () => {
  const design = parseDesign(JSON.stringify({ version: 1, shards: 4, tables }), "design");
  const context = routingContext(design, emptySchema);
  const { template } = templateOf("INSERT INTO customer (id, name) VALUES (1, 'a')", "postgres");
  const pattern = parseTemplate(template, context.schema);
  expect(route(pattern, design, { ...context, slots: template.slots }).class).toBe("multi-shard");
  expect(route(pattern, design, { ...context, slots: template.slots, counts: () => 1 })).toMatchObject({
    class: "single-shard",
    shards: "not-logged",
  });
});

test("why, in a sentence, and the tables one by one", () => {
  const { why, tables: found } = explain(
    "SELECT * FROM customer c JOIN country n ON n.code = c.country WHERE c.id = 1",
  );
  expect(why).toBe("c.id is pinned to one value");
  expect(found.map(({ table, class: reach }) => `${table} ${reach}`)).toEqual([
    "customer single-shard",
    "country reference",
  ]);
});

test("nested derived tables and alternatives don't multiply without end", () => {
  let sql = "SELECT * FROM orders WHERE customer_id = 1";
  for (let level = 0; level < 30; level++)
    sql = `SELECT * FROM (${sql} LIMIT 5) d${level} WHERE d${level}.a = 1 OR d${level}.b = 2 OR d${level}.c = 3`;
  expect(explain(sql)).toMatchObject({ class: "single-shard" });
});

test("EXPLAIN is explained as what it explains", () => {
  expect(say("EXPLAIN (ANALYZE, COSTS OFF) SELECT * FROM customer WHERE id = 1")).toBe("single-shard equal");
});

test("a MongoDB command goes by its filter", () => {
  const design = parseDesign(
    JSON.stringify({
      version: 1,
      target: "mongodb",
      shards: 3,
      tables: { c: { shardKey: ["a.x", "b"], strategy: "range", type: ["int64", "text"], splits: [[0], [100]] } },
    }),
    "design",
  );
  const context = routingContext(design, emptySchema);
  const said = (command: Record<string, unknown>) => {
    const { class: reach, because } = explainCommand(command, context);
    return `${reach} ${because}`;
  };
  expect(said({ find: "c", filter: { "a.x": 5, b: "k" } })).toBe("single-shard equal");
  expect(said({ find: "c", filter: { a: { x: 5 }, b: "k" } })).toBe("single-shard equal");
  expect(said({ find: "c", filter: { a: { x: 5 } } })).toBe("scatter-gather no-key");
  expect(said({ find: "c", filter: { "a.x": { $in: [5, 6] } } })).toBe("multi-shard partial-key");
  expect(said({ find: "c", filter: { "a.x": { $gt: 5 } } })).toBe("multi-shard range");
  expect(
    said({
      find: "c",
      filter: {
        $or: [
          { "a.x": 5, b: "k" },
          { "a.x": 6, b: "k" },
        ],
      },
    }),
  ).toBe("multi-shard in-list");
  expect(said({ delete: "c", deletes: [{ q: { b: "k" }, limit: 0 }] })).toBe("scatter-gather no-key");
  expect(said({ insert: "c", documents: [{ a: { x: 5 }, b: "k" }] })).toBe("single-shard equal");
  expect(said({ ping: 1 })).toBe("none no-table");
  expect(said({ mapReduce: "c" })).toBe("unknown unparsed");
});
