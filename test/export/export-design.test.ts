import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, parseDocument } from "yaml";
import { exportDesign } from "../../src/export/export-design.ts";
import { gapText } from "../../src/export/sql-script.ts";
import { parseDesign } from "../../src/placement/design-file.ts";
import { targetNames } from "../../src/placement/targets.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { parseSchema } from "../../src/sql/schema-ddl.ts";
import {
  cloudFormationSchema,
  cosmosContainersSchema,
  elasticsearchIndicesSchema,
  shardingSphereSchema,
} from "./configuration-schemas.ts";
import { vschemaSchema } from "./vschema.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const shop = parseDesign(read("samples/shop-design.yaml"), "shop-design.yaml");
const { schema: shopSchema } = parseSchema(read("samples/shop.sql"), "postgres");
const designOf = (text: string) => parseDesign(`version: 1\n${text}`, "design.yaml");
const schemaOf = (ddl: string) => (ddl === "" ? emptySchema : parseSchema(ddl, "postgres").schema);
const exported = (text: string, ddl = "") => exportDesign(designOf(text), schemaOf(ddl), "postgres");
const gapsOf = (text: string, ddl = "") => exported(text, ddl).gaps.map(gapText);

describe("the shop's design", () => {
  const update = process.env["UPDATE_GOLDEN"] === "1";

  it.each(targetNames)("in the words of %s", (target) => {
    const { files, gaps } = exportDesign(shop, shopSchema, "postgres", target);
    const page = [
      ...files.map(({ name, text }) => `==> ${name} <==\n${text}`),
      "==> left open <==",
      ...gaps.map(gapText),
    ];
    const path = join(import.meta.dirname, "golden", `${target}.txt`);
    const text = `${page.join("\n")}\n`;
    if (update) {
      mkdirSync(join(path, ".."), { recursive: true });
      writeFileSync(path, text);
    }
    expect(existsSync(path), `${path} is missing: run with UPDATE_GOLDEN=1 and review it`).toBe(true);
    expect(text).toBe(readFileSync(path, "utf8"));
  });

  it.each(targetNames)("leaves no table out in silence (%s)", (target) => {
    const { files, gaps } = exportDesign(shop, shopSchema, "postgres", target);
    const said = [...files.map(({ text }) => text), ...gaps.map(gapText)].join("\n");
    for (const table of shop.tables.keys()) expect(said).toContain(table);
  });
});

describe("names that are not in lower case", () => {
  const design = designOf(
    "target: mongodb\nshards: 2\ntables:\n  userData: { shardKey: [customerId, Day], type: [int32, date] }\n  Orders: { shardKey: customerId, type: int32 }",
  );
  const written = (target: string, ddl = "", dialect: "postgres" | "mysql" = "postgres") => {
    const schema = ddl === "" ? emptySchema : parseSchema(ddl, dialect).schema;
    const { files } = exportDesign(design, schema, ddl === "" ? undefined : dialect, target);
    return files.map(({ text }) => text).join("\n");
  };

  it("go as the design writes them to systems that keep the case", () => {
    expect(written("mongodb")).toContain('db.getCollection("userData").createIndex({ "customerId": "hashed", "Day": 1 });');
    expect(written("dynamodb")).toContain('"TableName": "Orders"');
  });

  it("go in lower case to systems that fold names without quotes", () => {
    expect(written("citus")).toContain(`create_distributed_table('"orders"', 'customerid'`);
  });

  it("go as the DDL quotes them", () => {
    const ddl = `CREATE TABLE "userData" ("customerId" int, Day date, "B" text, PRIMARY KEY ("customerId", Day)); CREATE TABLE Orders (customerId int)`;
    expect(written("postgres", ddl)).toContain(`CREATE TABLE "userData" (\n  "customerId" int NOT NULL,\n  "day" date NOT NULL,\n  "B" text,`);
    expect(written("postgres", ddl)).toContain(`PARTITION BY HASH ("customerId", "day")`);
    expect(written("postgres", ddl)).toContain(`CREATE TABLE "orders" (`);
  });

  it("that a system refuses are said", () => {
    const named = designOf('shards: 2\ntables:\n  "user data": { kind: unsharded }\n  userData: { kind: unsharded }\n  fine: { kind: unsharded }');
    const refused = (target: string) =>
      exportDesign(named, emptySchema, undefined, target).gaps.filter(({ what }) => what.startsWith("rename it: ")).map(({ table }) => table);
    expect(refused("dynamodb")).toEqual(["user data"]);
    expect(refused("elasticsearch")).toEqual(["user data", "userData"]);
    expect(refused("bigtable")).toEqual(["user data"]);
    expect(refused("cosmosdb")).toEqual([]);
    expect(refused("mongodb")).toEqual([]);
  });

  it("go as MySQL's DDL has them to MySQL's kin, and in lower case to PostgreSQL's", () => {
    const ddl = "CREATE TABLE userData (customerId int, Day date); CREATE TABLE Orders (CustomerID int)";
    expect(written("vitess", ddl, "mysql")).toContain('"customerId"');
    expect(written("vitess", ddl, "mysql")).toContain('"CustomerID"');
    expect(written("postgres", ddl, "mysql")).toContain('CREATE TABLE "userdata" (');
  });
});

describe("Vitess", () => {
  const vschema = (text: string, ddl = "") => {
    const [sharded] = exported(text, ddl).files;
    return vschemaSchema.parse(JSON.parse(sharded!.text));
  };

  it("names each vindex once, and reference tables", () => {
    const keyspace = vschema(
      "target: vitess\nshards: 2\ntables:\n  a: { shardKey: id, type: int64 }\n  b: { shardKey: a_id, colocatedWith: a }\n  c: { kind: reference }",
    );
    expect(keyspace).toEqual({
      sharded: true,
      vindexes: { hash: { type: "hash" } },
      tables: {
        a: { column_vindexes: [{ column: "id", name: "hash" }] },
        b: { column_vindexes: [{ column: "a_id", name: "hash" }] },
        c: { type: "reference" },
      },
    });
  });

  it("says the parameters of a vindex over several columns", () => {
    const keyspace = vschema(
      "target: vitess\nshards: 2\ntables:\n  a: { shardKey: [x, y], type: int64, columnBytes: [2, 6] }",
    );
    expect(keyspace.vindexes).toEqual({
      multicol_2_2_6_hash_hash: {
        type: "multicol",
        params: { column_count: "2", column_bytes: "2,6", column_vindex: "hash,hash" },
      },
    });
  });

  it("puts unsharded tables into a keyspace of their own", () => {
    const { files } = exported(
      "target: vitess\nshards: 2\ntables:\n  a: { shardKey: id, type: int64 }\n  s: { kind: unsharded }",
    );
    expect(files.map(({ name }) => name)).toEqual(["vschema.json", "vschema-unsharded.json"]);
    expect(vschemaSchema.parse(JSON.parse(files[1]!.text))).toEqual({ sharded: false, tables: { s: {} } });
  });
});

describe("configuration in JSON or YAML", () => {
  const design =
    "shards: 4\ntables:\n  c: { shardKey: id, type: int64 }\n  o: { shardKey: c_id, colocatedWith: c }\n  r: { kind: reference }";
  const written = (target: string) => exported(`target: ${target}\n${design}`).files[0]!.text;

  it("of DynamoDB is a CloudFormation template", () => {
    const { Resources } = cloudFormationSchema.parse(JSON.parse(written("dynamodb")));
    expect(Object.keys(Resources)).toEqual(["C", "O"]);
    for (const { Properties } of Object.values(Resources)) {
      // Each attribute that is defined is in the key, and the other way round.
      const keyed = Properties.KeySchema.map(({ AttributeName }) => AttributeName);
      expect(Properties.AttributeDefinitions.map(({ AttributeName }) => AttributeName)).toEqual(keyed);
      expect(Properties.KeySchema.map(({ KeyType }) => KeyType)).toEqual(["HASH", "RANGE"].slice(0, keyed.length));
    }
  });

  it("of Cosmos DB are containers of the REST API", () => {
    const containers = cosmosContainersSchema.parse(JSON.parse(written("cosmosdb")));
    expect(containers.map(({ id, partitionKey }) => [id, partitionKey.paths])).toEqual([
      ["c", ["/id"]],
      ["o", ["/c_id"]],
      ["r", ["/id"]],
    ]);
  });

  it("of Elasticsearch are bodies of index creation", () => {
    const indices = elasticsearchIndicesSchema.parse(JSON.parse(written("elasticsearch")));
    expect(indices["o"]!.settings.index.number_of_shards).toBe(4);
    expect(indices["r"]!.settings.index.auto_expand_replicas).toBe("0-all");
  });

  it("of ShardingSphere are tagged rules, and bind the tables that live together", () => {
    const tag = (name: string) => ({ tag: name, collection: "map" as const, resolve: (map: unknown) => map });
    const document = parseDocument(written("shardingsphere"), {
      customTags: ["!SHARDING", "!BROADCAST", "!SINGLE"].map(tag),
    });
    const { rules } = shardingSphereSchema.parse(document.toJS());
    expect(rules[0]).toMatchObject({ bindingTables: ["c,o"] });
    expect(rules[1]).toEqual({ tables: ["r"] });
  });
});

describe("names and types of other systems", () => {
  const text = (target: string, tables: string, ddl = "") => exported(`target: ${target}\nshards: 3\ntables:\n${tables}`, ddl);

  // https://clickhouse.com/docs/sql-reference/syntax#identifiers: quoted identifiers escape as strings do.
  it("of ClickHouse escape backslashes; its sharding expressions are whole numbers and never NULL", () => {
    const ddl = 'CREATE TABLE t ("a\\b" bigint, "c`d" text); CREATE TABLE u (mail text, "at" date);';
    const { files, gaps } = text("clickhouse", '  t: { shardKey: ["a\\\\b"] }\n  u: { shardKey: [mail, at] }', ddl);
    expect(files[0]!.text).toContain("`a\\\\b` Int64,\n  `c\\`d` Nullable(String)");
    expect(files[0]!.text).toContain("'t_local', `a\\\\b`);");
    expect(files[0]!.text).toContain("`mail` String,\n  `at` Date\n");
    expect(files[0]!.text).toContain("'u_local', sipHash64(`mail`, `at`));");
    expect(gaps).toContainEqual({ table: "t", what: "a\\b may hold no NULL: a sharding expression has none" });
  });

  it("of ShardingSphere keep their case, and no word of Groovy is a variable", () => {
    const { files, gaps } = text("shardingsphere", "  Orders: { shardKey: ownerId, type: int64 }\n  t: { shardKey: class, type: int64 }");
    expect(files[0]!.text).toContain("actualDataNodes: ds_${0..2}.Orders");
    expect(files[0]!.text).toContain("algorithm-expression: ds_${ownerId % 3}");
    expect(files[0]!.text).not.toContain("${class");
    expect(gaps.map(({ what }) => what)).toContain("an inline expression is Groovy, where class is a word of the language: it is left out");
  });

  it("of Redshift have no time zone where the DDL has none", () => {
    const ddl = "CREATE TABLE t (id bigint NOT NULL, a timestamp(3), b timestamp with time zone, c timestamptz);";
    const { files } = text("redshift", "  t: { shardKey: id }", ddl);
    expect(files[0]!.text).toContain('"a" timestamp,\n  "b" timestamptz,\n  "c" timestamptz\n');
  });
});

describe("ranges", () => {
  const ranges = (target: string, ddl: string) =>
    exported(
      `target: ${target}\nshards: 3\nstrategy: range\ntables:\n  t: { shardKey: [a, b], splits: [[10], [20, "x'y"]] }`,
      ddl,
    ).files[0]!.text;
  const ddl = "CREATE TABLE t (a bigint NOT NULL, b text NOT NULL, PRIMARY KEY (a, b));";

  it("are partitions of PostgreSQL from end to end", () => {
    const text = ranges("postgres", ddl);
    expect(text).toContain(`FOR VALUES FROM (MINVALUE, MINVALUE) TO (10, MINVALUE);`);
    expect(text).toContain(`FOR VALUES FROM (10, MINVALUE) TO (20, 'x''y');`);
    expect(text).toContain(`FOR VALUES FROM (20, 'x''y') TO (MAXVALUE, MAXVALUE);`);
  });

  it.each([
    ["cockroachdb", `ALTER TABLE "t" SPLIT AT VALUES (10), (20, 'x''y');`],
    ["yugabytedb", `SPLIT AT VALUES ((10), (20, 'x''y'))`],
    ["tidb", "SPLIT TABLE `t` BY (10), (20, 'x''y');"],
    ["mongodb", `sh.splitAt(\`\${database}.\${"t"}\`, { "a": NumberLong("10"), "b": MinKey });`],
    ["bigtable", `'splits=10,20#x'\\''y'`],
  ])("are splits of %s", (target, line) => {
    expect(ranges(target, ddl)).toContain(line);
  });
});

describe("what a target can't say", () => {
  it("is said: keys that lack the shard key", () => {
    const gaps = gapsOf(
      "target: postgres\nshards: 2\ntables:\n  t: { shardKey: a }",
      "CREATE TABLE t (id int PRIMARY KEY, a int, email text UNIQUE);",
    );
    expect(gaps).toEqual([
      "t: the primary key (id) does not hold the shard key, so it becomes (id, a): that id alone is unique is no longer checked",
      "t: the unique key (email) does not hold the shard key (a), and is left out",
    ]);
  });

  it("is said: a foreign key to what is no longer unique", () => {
    const ddl =
      "CREATE TABLE o (id int PRIMARY KEY, c int NOT NULL); CREATE TABLE l (o int REFERENCES o (id), c int NOT NULL);";
    expect(
      gapsOf("target: postgres\nshards: 2\ntables:\n  o: { shardKey: c }\n  l: { shardKey: c, colocatedWith: o }", ddl),
    ).toContain("l: the foreign key (o) to o (id) is left out: id alone is unique there no longer");
  });

  it("is said: strategies and options of another target", () => {
    const design = designOf(
      "target: generic\nshards: 4\ntables:\n  t: { shardKey: a, type: int64, strategy: consistent-hash, virtualNodes: 64 }",
    );
    expect(exportDesign(design, emptySchema, undefined, "citus").gaps.map(gapText)).toEqual([
      "t: citus has no strategy consistent-hash: hash is taken",
      "t: citus has no option virtualNodes under strategy hash: it is dropped",
    ]);
  });

  it("is said: several columns where one is taken", () => {
    const design = "shards: 4\ntables:\n  t: { shardKey: [a, b], type: int64 }";
    expect(gapsOf(`target: redshift\n${design}`)).toContain(
      "t: Redshift distributes by one column, not by a, b: it is left out",
    );
  });

  it("is said: a type that the target does not hash", () => {
    expect(gapsOf("target: kafka\nshards: 4\ntables:\n  t: { shardKey: a, type: int64 }")).toContainEqual(
      expect.stringContaining("t: target kafka can't place a key on a of type int64 by hash"),
    );
  });
});

describe("wrong input", () => {
  it("is a column that the schema does not have", () => {
    expect(() =>
      exported("target: citus\nshards: 2\ntables:\n  t: { shardKey: b }", "CREATE TABLE t (a int);"),
    ).toThrow('table "t" has no column b in the schema');
  });

  it("is a table without columns where they are needed", () => {
    expect(() => exported("target: spanner\nshards: 2\nstrategy: range\ntables:\n  t: { shardKey: a }")).toThrow(
      "Spanner creates tables with their columns, and those of t are not known",
    );
  });
});

describe("foreign names", () => {
  const odd = fc.stringMatching(/^[ -~]{1,12}$/);

  it("never end a statement (SQL)", () => {
    fc.assert(
      fc.property(odd, odd, (table, column) => {
        const design = {
          version: 1 as const,
          target: "postgres",
          shards: ["0", "1"],
          tables: new Map([
            [
              table,
              {
                kind: "sharded" as const,
                shardKey: [column],
                strategy: "hash" as const,
                colocatedWith: undefined,
                options: {},
              },
            ],
          ]),
        };
        const sql = exportDesign(design, emptySchema, undefined).files[0]!.text;
        const outside = sql
          .split("\n")
          .filter((line) => !line.startsWith("--"))
          .join("\n")
          .replaceAll(/"(?:[^"]|"")*"/g, "name");
        expect(outside.replaceAll(/[\s\w();,*-]/g, "")).toBe("");
        expect(outside.split(";").length - 1).toBe(5);
      }),
    );
  });

  it("stay one value (YAML)", () => {
    const text =
      'target: shardingsphere\nshards: 2\ntables:\n  "a: b": { kind: reference }\n  t: { shardKey: id, type: int64 }';
    const rules = parse(exported(text).files[0]!.text, { logLevel: "silent" }) as { rules: { tables: unknown }[] };
    expect(rules.rules[1]!.tables).toEqual(["a: b"]);
  });
});
