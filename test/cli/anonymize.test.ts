import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { DuckDBBlobValue, DuckDBInstance } from "@duckdb/node-api";
import { afterAll, describe, expect, test } from "vitest";
import type { Report } from "../../src/report/schema.ts";
import { textCodeOf } from "../../src/workload/value-code.ts";
import { Anonymizer } from "../../src/workload/anonymize/anonymize-part.ts";
import { Folder } from "./run.ts";

const folder = new Folder();
afterAll(() => folder.remove());

const secret = "the team's secret, in a file";
folder.write("team.key", secret);
const team = new Anonymizer(createHash("sha256").update("secret\0").update(secret).digest().subarray(0, 16));

async function shardplan(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await folder.run(args);
  expect({ stderr: stderr.replace(/^warning: .*\n/gm, ""), exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return stdout;
}

/** Everything that a summary holds: its members' bytes, and what is in the tables when they are unpacked. */
async function contents(name: string): Promise<string> {
  const into = folder.at(`${name}.d`);
  mkdirSync(into);
  execFileSync("tar", ["xf", folder.at(name), "-C", into]);
  const connection = await (await DuckDBInstance.create()).connect();
  const pieces: string[] = [];
  for (const member of readdirSync(into).sort()) {
    pieces.push(readFileSync(`${into}/${member}`).toString("latin1"));
    if (!member.endsWith(".parquet")) continue;
    const rows = await connection.runAndReadAll(`FROM '${into}/${member}'`);
    pieces.push(JSON.stringify(rows.getRowsJson()));
    for (const cell of rows.getRows().flat())
      if (cell instanceof DuckDBBlobValue) pieces.push(Buffer.from(cell.bytes).toString("hex"));
  }
  connection.closeSync();
  return pieces.join("\n");
}

const sqlLog = `time,session,database,user,duration_ms,sql
2026-11-20T08:00:00Z,webshop-host-17:4711,warehouse,alice,1.5,"BEGIN"
2026-11-20T08:00:01Z,webshop-host-17:4711,warehouse,alice,1.5,"SELECT nickname FROM invoices WHERE email = 'bob@example.org' /* asked by reception */"
2026-11-20T08:00:02Z,webshop-host-17:4711,warehouse,alice,1.5,"UPDATE invoices SET amount = 9941733.25 WHERE reference = 881734920 AND vat_id = 'DE99341'"
2026-11-20T08:00:02Z,webshop-host-17:4711,warehouse,alice,1.5,"UPDATE invoices SET amount = 1 WHERE vat_id = 'DE99341'"
2026-11-20T08:00:03Z,webshop-host-17:4711,warehouse,alice,1.5,"COMMIT"
2026-11-20T08:00:04Z,webshop-host-17:4711,warehouse,bob,1.5,"INSERT INTO ""Ledger"" (booked_on, uid, blob) VALUES ('2024-02-29', '6f1b24e7-8a77-4f51-9d0e-0123456789ab', '\\xdeadbeef99')"
2026-11-20T08:00:05Z,65e1d2f0.1a2b,warehouse,bob,1.5,"SELECT secret_function(l.uid) AS shown_as FROM ""Ledger"" l WHERE l.uid > '6f1b24e7-8a77-4f51-9d0e-0123456789aa' AND l.booked_on::my_domain = '2024-03-01'"
2026-11-20T08:00:06Z,65e1d2f0.1a2b,warehouse,bob,1.5,"SET application_name = 'payroll-batch'"
2026-11-20T08:00:07Z,65e1d2f0.1a2b,warehouse,bob,1.5,"SELEC brokenword FROM invoices"
2026-11-20T08:00:08Z,65e1d2f0.1a2b,warehouse,bob,1.5,"CREATE TABLE shipments (parcel_code text)"
2026-11-20T08:00:09Z,65e1d2f0.1a2b,warehouse,bob,1.5,"BEGIN"
2026-11-20T08:00:10Z,65e1d2f0.1a2b,warehouse,bob,1.5,"DELETE FROM invoices WHERE reference IN (881734921, 9007199254740995, 7000712) AND price = 12.75"
`;
const ofSql = `webshop-host 65e1d2f0 warehouse alice bob@example.org bob@ nickname invoices email reception amount 9941733 reference
  881734920 881734921 9007199254740995 7000712 12.75 vat_id DE99341 Ledger booked_on 2024-02-29 2024-03-01 6f1b24e7 0123456789a deadbeef secret_function
  shown_as my_domain application_name payroll brokenword shipments parcel_code shop-log vip_level`.split(/\s+/);

const mongoLine = (seconds: number, command: string): string =>
  `{"t":{"$date":"2026-11-20T08:00:0${seconds}.000+00:00"},"s":"I","c":"COMMAND","id":51803,"ctx":"conn77341","msg":"Slow query","attr":{"type":"command","ns":"bakery.pastries","remote":"10.11.12.13:4141","appName":"oven-control","command":${command},"durationMillis":3}}\n`;
const mongoLog =
  mongoLine(1, '{"find":"pastries","filter":{"flavour":"cinnamon","shelf.row":8817231},"sort":{"baked_at":1},"$db":"bakery"}') +
  mongoLine(2, '{"aggregate":"pastries","pipeline":[{"$match":{"ovenId":{"$oid":"507f1f77bcf86cd799439011"}}},{"$lookup":{"from":"bakers","localField":"bakerName","foreignField":"_id","as":"madeBy"}}],"$db":"bakery"}') +
  mongoLine(3, '{"update":"pastries","updates":[{"q":{"flavour":"almond"},"u":{"$set":{"frosting":"vanilla"}}}],"$db":"bakery"}');
const ofMongo = `bakery pastries flavour cinnamon shelf 8817231 baked_at ovenId 507f1f77bcf86cd799439011 bakers bakerName madeBy almond
  frosting vanilla conn77341 10.11.12.13 oven-control shop-log`.split(/\s+/);

const accessLog = `operation,table,customer_code,region\nread,parcels,ACME-99871,antwerp\ninsert,parcels,ACME-99872,\nfrobnicate,parcels,ACME-99873,\n`;
const ofAccess = ["parcels", "frobnicate", "customer_code", "region", "ACME-9", "antwerp", "shop-log"];

describe("an anonymised summary holds nothing of what its log names and quotes", () => {
  const schema = folder.write("secret.sql", "CREATE TABLE invoices (reference int PRIMARY KEY, email varchar(77), vip_level vip_enum, vat_id text);");
  test.each([
    { name: "SQL", log: sqlLog, args: ["--schema", schema], told: ofSql },
    { name: "MongoDB", log: mongoLog, args: [], told: ofMongo },
    { name: "accesses", log: accessLog, args: [], told: ofAccess },
  ])("$name", async ({ name, log, args, told }) => {
    folder.write(`shop-log-${name}.txt`, log);
    await shardplan("scan", `./shop-log-${name}.txt`, ...args, "-o", `./plain-${name}.workload`);
    const plain = await contents(`plain-${name}.workload`);
    await shardplan("scan", `./shop-log-${name}.txt`, ...args, "--anonymize", "-o", `./${name}.workload`);
    const anonymous = await contents(`${name}.workload`);
    expect(told.filter((word) => plain.toLowerCase().includes(word.toLowerCase())).length).toBeGreaterThan(4);
    expect(told.filter((word) => anonymous.toLowerCase().includes(word.toLowerCase()))).toEqual([]);
    // Text codes are hashes of values, which could be guessed: none of them stays either.
    const hashes = (text: string): string[] => text.match(/-?\b0\.\d{15,}|\b\d{14,16}\b/g) ?? [];
    const left = new Set(hashes(anonymous));
    const codeOf = (text: string): string => {
      const bytes = Buffer.from(text);
      const code = Buffer.alloc(8);
      code.writeDoubleBE(textCodeOf(bytes, 0, bytes.length));
      return code.toString("hex");
    };
    expect(told.filter((word) => anonymous.includes(codeOf(word)))).toEqual([]);
    if (name === "SQL") expect(told.filter((word) => plain.includes(codeOf(word)))).toEqual(["bob@example.org", "DE99341"]);
    const times = /^(1(7|8)\d{14}|20\d+)$/;
    expect(hashes(plain).filter((hash) => left.has(hash) && !times.test(hash))).toEqual([]);
    await shardplan("analyze", `./${name}.workload`);
  });
});

/** A log of names that are given, with keys of skewed frequency, transactions and inserts in order. */
function shopLog(name: (plain: string) => string, from = 0): string {
  const [orders, items, id, customer, order, note] = ["orders", "items", "id", "customer", "order_id", "note"].map(name);
  const lines = Array.from({ length: 400 }, (_, n) => {
    const i = n + from;
    const who = (i * i) % 37;
    const statement = [
      `INSERT INTO ${orders} (${id}, ${customer}, ${note}) VALUES (${i}, ${who}, 'n${i % 11}')`,
      `SELECT * FROM ${orders} WHERE ${customer} = ${who}`,
      `SELECT * FROM ${items} JOIN ${orders} ON ${orders}.${id} = ${items}.${order} WHERE ${orders}.${id} = ${i >> 1}`,
      `UPDATE ${items} SET ${note} = 'x' WHERE ${order} IN (${i}, ${i >> 2}) AND ${customer} = ${who}`,
      "BEGIN",
      `SELECT count(*) FROM ${orders} WHERE ${customer} BETWEEN ${who} AND ${who + 5}`,
      `DELETE FROM ${items} WHERE ${note} = 'n${i % 11}' AND ${customer} = ${who}`,
      "COMMIT",
    ][i % 8];
    return `${new Date(Date.UTC(2026, 0, 1) + i * 1500).toISOString()},${12 + (i >> 3) % 3},${(i % 9) + 0.5},"${statement}"`;
  });
  return `time,session,duration_ms,sql\n${lines.join("\n")}\n`;
}
const shopSchema = (name: (plain: string) => string): string =>
  `CREATE TABLE ${name("orders")} (${name("id")} bigint PRIMARY KEY, ${name("customer")} bigint NOT NULL, ${name("note")} text);
   CREATE TABLE ${name("items")} (${name("order_id")} bigint REFERENCES ${name("orders")} (${name("id")}), ${name("customer")} bigint, ${name("note")} text);`;
const itself = (name: string): string => name;

/** A report without the places in its inputs, and without the values that it shows beside their counts. Hashes place stand-ins otherwise. */
async function figures(...args: readonly string[]): Promise<unknown> {
  const { inputs, ...report } = JSON.parse(await shardplan("analyze", ...args, "--strategy", "range", "--all", "--json")) as Report;
  const places = ["value", "input", "offset"];
  const kept = (field: string, value: unknown): unknown =>
    places.includes(field) ? undefined : typeof value === "string" ? value.replace(/the hottest, \d+,/, "the hottest") : value;
  return JSON.parse(JSON.stringify({ ...report, inputs: inputs.map(({ records }) => records) }, kept));
}

test("a report of it is that of the log with the names replaced: designs, shares and all figures", async () => {
  const name = (plain: string): string => team.name(plain);
  folder.write("shop.csv", shopLog(itself));
  folder.write("shop.sql", shopSchema(itself));
  folder.write("renamed.csv", shopLog(name));
  folder.write("renamed.sql", shopSchema(name));
  await shardplan("scan", "./shop.csv", "--schema", "./shop.sql", "--anonymize-key", "./team.key", "-o", "./shop.workload");
  expect(await figures("./shop.workload")).toEqual(await figures("./renamed.csv", "--schema", "./renamed.sql"));
});

test("the same log and key give the same bytes, other keys others, and --anonymize alone takes the logs for the key", async () => {
  folder.write("same.csv", shopLog(itself));
  folder.write("other.key", "another secret of a team");
  const bytes = async (...args: readonly string[]): Promise<string> => {
    await shardplan("scan", "./same.csv", ...args, "-o", "./same.workload");
    return readFileSync(folder.at("same.workload"), "latin1");
  };
  const withTeamKey = await bytes("--anonymize-key", "./team.key");
  expect(await bytes("--anonymize", "--anonymize-key", "./team.key")).toBe(withTeamKey);
  expect(await bytes("--anonymize-key", "./other.key")).not.toBe(withTeamKey);
  const alone = await bytes("--anonymize");
  expect(await bytes("--anonymize")).toBe(alone);
});

test("summaries of one key merge to the summary of all their logs, byte for byte, and merge anonymises too", async () => {
  folder.write("one.csv", shopLog(itself));
  folder.write("two.csv", shopLog(itself, 400));
  folder.write("two.sql", shopSchema(itself));
  const key = ["--schema", "./two.sql", "--key", "orders.id,customer,note", "--key", "items.order_id,customer,note"];
  const scan = (into: string, args: readonly string[], ...logs: readonly string[]) => shardplan("scan", ...logs, ...key, ...args, "-o", into);
  const secretly = ["--anonymize-key", "./team.key"];
  await scan("./one.anon", secretly, "./one.csv");
  await scan("./two.anon", secretly, "./two.csv");
  await scan("./both.anon", secretly, "./one.csv", "./two.csv");
  await shardplan("merge", "./one.anon", "./two.anon", "-o", "./merged.anon");
  const both = readFileSync(folder.at("both.anon"), "latin1");
  expect(readFileSync(folder.at("merged.anon"), "latin1")).toBe(both);
  await scan("./one.plain", [], "./one.csv");
  await scan("./two.plain", [], "./two.csv");
  await shardplan("merge", "./one.plain", "./two.plain", ...secretly, "-o", "./later.anon");
  expect(readFileSync(folder.at("later.anon"), "latin1")).toBe(both);
});

test.each([
  ["beside a log", ["analyze", "./x.anon", "./x2.csv"], /x\.anon: it is anonymised, and the logs beside it are not/],
  ["beside a summary that is not", ["merge", "./x.anon", "./x2.plain", "-o", "./y"], /x\.anon: it is anonymised, and .*x2\.plain is not, or with another key/],
  ["beside one of another key", ["merge", "./x.anon", "./x2.anon", "-o", "./y"], /is not, or with another key/],
  ["twice", ["merge", "./x.anon", "--anonymize", "-o", "./y"], /--anonymize: the summary is anonymised already/],
  ["with a key that can be guessed", ["scan", "./x.csv", "--anonymize-key", "./short.key", "-o", "./y"], /short\.key has 4 bytes, and a secret needs at least 16/],
  ["without the key file", ["scan", "./x.csv", "--anonymize-key", "./no.key", "-o", "./y"], /no\.key can't be read \(ENOENT\)/],
  ["over the key file", ["scan", "./x.csv", "--anonymize-key", "./team.key", "-o", "./team.key"], /team\.key/],
])("is refused %s", async (_, args, sentence) => {
  folder.write("x.csv", shopLog(itself));
  folder.write("x2.csv", shopLog(itself, 400));
  folder.write("short.key", "1234");
  await shardplan("scan", "./x.csv", "--anonymize", "-o", "./x.anon");
  await shardplan("scan", "./x2.csv", "--anonymize", "-o", "./x2.anon");
  await shardplan("scan", "./x2.csv", "-o", "./x2.plain");
  const { stdout, stderr, exitCode } = await folder.run(args);
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
  expect(stderr).toMatch(sentence);
  expect(readFileSync(folder.at("team.key"), "utf8")).toBe(secret);
});
