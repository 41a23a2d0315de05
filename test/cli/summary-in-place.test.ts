import { afterAll, beforeAll, expect, test } from "vitest";
import { Folder } from "./run.ts";

const folder = new Folder();
afterAll(() => folder.remove());

const schema = ["--schema", "./samples/shop.sql"];
const design = ["--design", "./samples/shop-design.yaml"];

async function shardplan(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await folder.run(args);
  expect({ stderr: stderr.replace(/^warning: .*\n/gm, ""), exitCode }).toEqual({ stderr: "", exitCode: expect.toBeOneOf([0, 1]) });
  return stdout;
}

beforeAll(async () => {
  await shardplan("scan", "./samples/shop.csv.gz", ...schema, "-o", "./shop.workload");
}, 60_000);

test.each([
  ["analyze", ["--shards", "4"]],
  ["simulate", [...design, "--no-capacity", "--seed", "3"]],
  ["reshard", [...design, "--to", "12"]],
  ["check", [...design, "--budgets", "./samples/budgets.yaml"]],
])("%s takes a summary in place of its log, and says the same", async (command, args) => {
  const of = async (...inputs: readonly string[]): Promise<unknown> => {
    const document = JSON.parse(await shardplan(command, ...inputs, ...args, "--json")) as object;
    // Which summary an input was read from is beside the input, and the name of what was passed stands for a scenario.
    return JSON.parse(JSON.stringify(document).replaceAll(/,"summary":"[^"]*"/g, "").replaceAll(/(\.\/)?(samples\/shop\.csv\.gz|shop\.workload)/g, "INPUT"));
  };
  const fromLog = await of("./samples/shop.csv.gz", ...schema);
  expect(await of("./shop.workload", ...schema)).toEqual(fromLog);
  // The summary knows the schema that it was made with.
  if (command !== "check") expect(await of("./shop.workload")).toEqual(fromLog);
}, 60_000);

test("a redacted log is read for routing, and refused where values are needed", async () => {
  const line = (n: number): string =>
    `{"Method":"Execute","Username":"app","Start":"2026-01-01 00:00:0${n}.1","TotalTime":0.001,"StmtType":"SELECT","SQL":"select * from orders where customer_id = :v","BindVars":"[REDACTED]","SessionUUID":"26","ActiveKeyspace":"ks"}\n`;
  folder.write("redacted.json", [1, 2, 3].map(line).join(""));
  folder.write("by-customer.yaml", "version: 1\nshards: 4\ntables:\n  orders: { shardKey: [customer_id] }\n");
  const read = await folder.run(["analyze", "./redacted.json"]);
  expect(read).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("its bind variables are redacted: routing can be judged, but skew is unknown") });
  expect(read.stdout).toMatch(/▸ customer_id\s+consistent\s+\?\s+\?\s+\?\s+100\/0\/0/);
  const refused = await folder.run(["reshard", "--design", "./by-customer.yaml", "--to", "8", "./redacted.json"]);
  expect(refused).toEqual({
    stdout: "",
    exitCode: 3,
    stderr:
      "error: ./redacted.json: no statement pins the shard key of a table of the design to logged values\n" +
      "  its keys are orders.customer_id; or pass --keys; its bind variables are redacted: routing can be judged, but skew is unknown, for that needs the values\n",
  });
});
