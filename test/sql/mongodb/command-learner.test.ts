import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeLiteral, literalForm, type LiteralForm } from "../../../src/sql/literal.ts";
import { CommandLearner } from "../../../src/sql/mongodb/command-learner.ts";
import { parseTemplate } from "../../../src/sql/parse.ts";
import { emptySchema } from "../../../src/sql/schema.ts";
import { showAccess } from "../show-access.ts";

interface Learned {
  /** The template's text, or why there is none. */
  readonly text: string;
  /** Values by slot; undefined is one that the log does not have. */
  readonly values: readonly (readonly (string | null | undefined)[])[];
  readonly access: string;
}

/** Learns one command as a log has it: in the middle of other text, with its operation and namespace apart. */
function learn(command: unknown, operation = "command", rows = NaN, learner = new CommandLearner()): Learned {
  const json = typeof command === "string" ? command : JSON.stringify(command);
  const bytes = Buffer.from(`${operation} shop.orders ${json} "`);
  const namespace = operation.length + 1;
  const start = namespace + "shop.orders ".length;
  const index = learner.match({
    bytes,
    sql: { start, end: bytes.length - 2 },
    operation: { start: 0, end: operation.length },
    database: { start: namespace, end: namespace + 4 },
    table: { start: namespace + 5, end: namespace + 11 },
    rows,
  });
  if (index < 0) return { text: learner.failure, values: [], access: "" };
  const template = learner.templates[index]!;
  const values: (string | null | undefined)[][] = template.slots.map(() => []);
  for (let i = 0; i < learner.literalCount; i++) {
    const form = learner.literalForm[i] as LiteralForm;
    const slot = values[learner.literalSlot[i]!]!;
    if (form === literalForm.parameter) slot.push(undefined);
    else if (form === literalForm.integer) slot.push(`${learner.literalInteger[i]}`);
    else {
      const literal = decodeLiteral(bytes, learner.literalStart[i]!, learner.literalEnd[i]!, form, "mongodb");
      slot.push(literal.kind === "null" ? null : literal.text);
    }
  }
  return { text: template.text, values, access: showAccess(parseTemplate(template, emptySchema)) };
}

describe("a template has what decides where a command goes, and nothing else", () => {
  test.each([
    [
      "find",
      { find: "orders", filter: { id: 5, "a.b": "x" }, sort: { at: -1 }, projection: { _id: 0 }, lsid: {}, $db: "shop" },
      '{"find":"orders","filter":{"id":?,"a.b":"?"}}',
      [["5"], ["x"]],
    ],
    ["a limit", { find: "orders", filter: {}, limit: 20 }, '{"find":"orders","filter":{},"limit":?}', [["20"]]],
    [
      "operators",
      { find: "orders", filter: { id: { $gte: 1, $lt: 9 }, at: { $exists: true }, tags: { $all: ["a", "b"] } } },
      '{"find":"orders","filter":{"id":{"$gte":?,"$lt":?},"at":{"$exists":{}},"tags":{"$all":{}}}}',
      [["1"], ["9"]],
    ],
    [
      "a list, of whatever length",
      { find: "orders", filter: { id: { $in: [1, 2, 3] } } },
      '{"find":"orders","filter":{"id":{"$in":[?+]}}}',
      [["1", "2", "3"]],
    ],
    [
      "null in a list, which also finds what lacks the field",
      { find: "orders", filter: { id: { $in: ["a", null, "b"] } } },
      '{"find":"orders","filter":{"id":{"$in":["?"+,null]}}}',
      [["a", "b"]],
    ],
    [
      "or",
      { find: "orders", filter: { $or: [{ id: 1 }, { id: 2, b: { $ne: 3 } }] } },
      '{"find":"orders","filter":{"$or":[{"id":?},{"id":?,"b":{"$ne":?}}]}}',
      [["1"], ["2"], ["3"]],
    ],
    [
      "a pattern, an array and a document, which pin nothing",
      { find: "orders", filter: { a: { $regex: "^x" }, b: [1, 2], c: { d: 1 } } },
      '{"find":"orders","filter":{"a":{"$regex":{}},"b":[],"c":{}}}',
      [],
    ],
    [
      "an expression",
      { find: "orders", filter: { $expr: { $and: [{ $eq: ["$id", 5] }, { $gt: ["$a", "$b"] }] } } },
      '{"find":"orders","filter":{"$expr":{"$and":[{"$eq":["$id",?]},{"$gt":["$a","$b"]}]}}}',
      [["5"]],
    ],
    [
      "a pipeline",
      {
        aggregate: "orders",
        pipeline: [
          { $match: { id: 5 } },
          { $lookup: { from: "items", localField: "_id", foreignField: "order", as: "items" } },
          { $project: { a: 1 } },
        ],
        cursor: {},
      },
      '{"aggregate":"orders","pipeline":[{"$match":{"id":?}},' +
        '{"$lookup":{"from":"items","localField":"_id","foreignField":"order"}},{"$project":{}}]}',
      [["5"]],
    ],
    ["count", { count: "orders", query: { id: 5 } }, '{"count":"orders","query":{"id":?}}', [["5"]]],
    [
      "findAndModify",
      { findandmodify: "orders", query: { id: 5 }, update: { $set: { s: "x" }, $inc: { n: 1 } }, upsert: false },
      '{"findAndModify":"orders","query":{"id":?},"update":{"$set":{"s":"?"},"$inc":{"n":{}}}}',
      [["5"], ["x"]],
    ],
    [
      "a collation",
      { find: "orders", filter: { id: "a" }, collation: { strength: 2, locale: "fr" } },
      '{"find":"orders","filter":{"id":"?"},"collation":{"locale":"fr"}}',
      [["a"]],
    ],
    ["the end of a transaction", { commitTransaction: 1, txnNumber: 5 }, '{"commitTransaction":1}', []],
    [
      "a redacted value",
      { find: "orders", filter: { id: "###" } },
      '{"find":"orders","filter":{"id":$?}}',
      [[undefined]],
    ],
  ])("%s", (_, command, text, values) => {
    expect(learn(command)).toMatchObject({ text, values });
  });

  test("a write as the server runs it, one of the many that its command may have", () => {
    expect(learn({ q: { _id: 7 }, u: { $set: { a: 1 } }, multi: false, upsert: true }, "update")).toEqual({
      text: '{"update":"orders","updates":[{"q":{"_id":?},"u":{"$set":{"a":?}},"upsert":true}]}',
      values: [["7"], ["1"]],
      access: "update orders from orders set orders.a := #1 where orders._id <=> #0 limit",
    });
    expect(learn({ q: { _id: 7 }, limit: { $numberInt: "1" } }, "remove").text).toBe(
      '{"delete":"orders","deletes":[{"q":{"_id":?},"limit":1}]}',
    );
  });

  test("a thousand updates that are alike are one template, whose slots have a value for each", () => {
    const updates = Array.from({ length: 1000 }, (_, id) => ({ q: { id, region: "eu" }, u: { $inc: { n: 1 } } }));
    const { text, values, access } = learn({ update: "orders", updates });
    expect(text).toBe('{"update":"orders","updates":[{"q":{"id":?+,"region":"?"+},"u":{"$inc":{"n":{}}}}]}');
    expect(values.map(({ length }) => length)).toEqual([1000, 1000]);
    expect(values[0]!.slice(0, 3)).toEqual(["0", "1", "2"]);
    expect(access).toContain("orders.id in (#0)");
  });

  test("a collation compares strings in an order of its own: they pin no key, of the command or of one write", () => {
    const [q, collation] = [{ name: "a", id: 1 }, { locale: "fr" }];
    for (const command of [
      { delete: "orders", deletes: [{ q, collation }] },
      { find: "orders", filter: q, collation },
    ])
      expect(learn(command).access).toContain("(<$eq>(orders.name) and orders.id <=> #1)");
    const mixed = { delete: "orders", deletes: [{ q, collation }, { q }] };
    expect(learn(mixed).access).toContain("orders.name <=> #2");
  });

  test("writes that differ are written out", () => {
    const deletes = [{ q: { a: 1 }, limit: 0 }, { q: { a: 2 }, limit: 0 }, { q: { b: 3 }, limit: 0 }];
    expect(learn({ delete: "orders", deletes })).toMatchObject({
      text: '{"delete":"orders","deletes":[{"q":{"a":?+}},{"q":{"b":?}}]}',
      values: [["1", "2"], ["3"]],
    });
  });

  test("inserted documents have all their fields by dotted path; what one lacks is null there", () => {
    const documents = [
      { _id: 1, who: { name: "a" }, tags: ["x"] },
      { _id: 2, extra: true },
    ];
    expect(learn({ insert: "orders", documents: documents.slice(0, 1) })).toMatchObject({
      text: '{"insert":"orders","documents":[{"_id":?,"who.name":"?"}]}',
      values: [["1"], ["a"]],
      access: "insert orders(_id, who.name) from values (#0, #1)",
    });
    expect(learn({ insert: "orders", documents })).toMatchObject({
      text: '{"insert":"orders","documents":[{"_id":?+,"who.name":"?"+,"extra":"?"+}]}',
      values: [
        ["1", "2"],
        ["a", null],
        [null, "true"],
      ],
    });
  });

  test("of documents that the log leaves out it says so, and only of one that it is one", () => {
    expect(learn({ insert: "orders" }, "command", 1).text).toBe('{"insert":"orders","documents":[{}]}');
    expect(learn({ insert: "orders" }, "command", 20).text).toBe('{"insert":"orders"}');
  });

  test("a getMore reads on where the command that opened the cursor read", () => {
    const { text, access } = learn({ find: "orders", filter: { id: 5 } }, "getMore");
    expect(text).toBe('{"getMore":{"find":"orders","filter":{"id":?}}}');
    expect(access).toBe(learn({ find: "orders", filter: { id: 5 } }).access);
  });

  test("a shape of $queryStats has types for values", () => {
    const shape = {
      cmdNs: { db: "shop", coll: "orders" },
      command: "find",
      filter: { id: { $eq: "?number" }, s: { $in: "?array<?string>" }, d: { $eq: "?object" } },
    };
    expect(learn(shape, "find")).toMatchObject({
      text: '{"find":"orders","filter":{"id":{"$eq":$?},"s":{"$in":[$?+]},"d":{"$eq":{}}}}',
      values: [[undefined], [undefined]],
    });
  });

  test.each([
    [{ hello: 1 }, "MongoDB command of a kind that is not known"],
    [{ update: "orders", ordered: true }, "write command without its writes, which have lines of their own"],
    ['{"find":"orders","filter":{"a":', "MongoDB command that can't be read"],
    [`{"find":"orders","filter":${'{"$and":['.repeat(200)}${"]}".repeat(200)}}`, "nested too deeply"],
  ] as const)("%#: %s", (command, reason) => {
    expect(learn(command).text).toBe(reason);
  });
});

describe("values have the type and every digit that BSON gives them", () => {
  test.each([
    ["5.0 is 5, to MongoDB too", "5.0", "5"],
    ["a long", '{"$numberLong":"9007199254740993"}', "9007199254740993"],
    ["an int of extended JSON", '{"$numberInt":"-7"}', "-7"],
    ["a fraction", '{"$numberDouble":"1.5"}', "1.5"],
    ["a Decimal128 that no double holds", '{"$numberDecimal":"1.00000000000000000001"}', "1.00000000000000000001"],
    ["an ObjectId", '{"$oid":"507f1f77bcf86cd799439011"}', "507f1f77bcf86cd799439011"],
    ["a date", '{"$date":"2024-02-29T12:00:00.5Z"}', "2024-02-29T12:00:00.5Z"],
    ["a date of canonical extended JSON", '{"$date":{"$numberLong":"1709208000500"}}', "2024-02-29T12:00:00.500Z"],
    ["a date of version 1", '{"$date":1709208000500}', "2024-02-29T12:00:00.500Z"],
    ["a UUID", '{"$uuid":"00112233-4455-6677-8899-aabbccddeeff"}', "00112233-4455-6677-8899-aabbccddeeff"],
    [
      "a UUID as binary data",
      '{"$binary":{"base64":"ABEiM0RVZneImaq7zN3u/w==","subType":"04"}}',
      "00112233-4455-6677-8899-aabbccddeeff",
    ],
    ["binary data of version 1", '{"$binary":"AQL/","$type":"00"}', "\\x0102ff"],
    ["a text with escapes", String.raw`"a\"\u00e9\n"`, 'a"é\n'],
    ["a boolean", "true", "true"],
    ["null", "null", null],
    ["a key's end", '{"$maxKey":1}', undefined],
  ])("%s", (_, json, value) => {
    expect(learn(`{"find":"orders","filter":{"id":${json}}}`).values).toEqual([[value]]);
  });

  test("whatever the values are, the template is the same and the values come back", () => {
    const learner = new CommandLearner();
    const value = fc.oneof(fc.string(), fc.maxSafeInteger()).filter((one) => !/^(###$|\?)/.test(`${one}`));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), fc.maxSafeInteger(), (list, id) => {
        const found = learn({ find: "orders", filter: { id, n: { $in: [...list, "x"] } } }, "command", NaN, learner);
        expect(found.text).toBe('{"find":"orders","filter":{"id":?,"n":{"$in":["?"+]}}}');
        expect(found.values).toEqual([[`${id}`], [...list.map(String), "x"]]);
      }),
    );
    expect(learner.templates).toHaveLength(1);
  });
});
