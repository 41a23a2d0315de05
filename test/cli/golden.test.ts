import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Folder, root, type Seen } from "./run.ts";

/**
 * What a user sees, whole: command, stdout, stderr and exit code, one page each in test/golden. The commands run as
 * processes of their own in a folder where only the samples are. UPDATE_GOLDEN=1 writes the pages; `git diff` is the
 * review.
 */
const golden: Readonly<Record<string, string>> = {
  "analyze-shop": "shardplan analyze samples/shop.csv.gz --schema samples/shop.sql",
  "analyze-shop-all": "shardplan analyze samples/shop.csv.gz --schema samples/shop.sql --all --shards 4",
  "analyze-shop-markdown": "shardplan analyze samples/shop.csv.gz --schema samples/shop.sql --markdown",
  "analyze-shop-key":
    "shardplan analyze samples/shop.csv.gz --schema samples/shop.sql --shards 8 --key orders.status --key orders.customer_id --strategy hash,range",
  "analyze-saas": "shardplan analyze samples/saas.csv.gz --schema samples/saas.sql",
  "analyze-saas-no-schema": "shardplan analyze samples/saas.csv.gz --shards 2,4,8 --rank-at 8",
  "analyze-metrics": "shardplan analyze samples/metrics.csv.gz --schema samples/metrics.sql",
  "analyze-access": "shardplan analyze samples/access.csv",
  "analyze-small-server": "shardplan analyze samples/access.csv --cores 0.05 --largest-cores 0.1",
  "analyze-wrong-column": "shardplan analyze samples/access.csv --key readings.user_id",
  "explain-text":
    "shardplan explain --design samples/shop-design.yaml --schema samples/shop.sql " +
    '"SELECT * FROM orders WHERE customer_id = 7" "SELECT * FROM orders o JOIN customers c ON c.id = o.customer_id" ' +
    '"UPDATE inventory SET quantity = quantity - 1 WHERE product_id IN (1, 2, 3)" ' +
    '"INSERT INTO orders (id, customer_id) VALUES (1, 2), (3, 4)" "SELECT * FROM products WHERE id = 3" ' +
    '"SELECT i.quantity FROM inventory i JOIN order_items o ON o.product_id = i.product_id WHERE o.customer_id = 7" ' +
    '"SELECT * FROM orders WHERE customer_id = 1 AND customer_id = 2" "SELECT * FROM nowhere" "SELEC 1"',
  "explain-json":
    "shardplan explain --design samples/shop-design.yaml --schema samples/shop.sql --json " +
    '"SELECT * FROM orders WHERE customer_id = 7" "DELETE FROM carts WHERE customer_id BETWEEN 1 AND 9"',
  "explain-lines":
    `printf '%s\\n' '{"id": 1, "sql": "SELECT * FROM orders WHERE customer_id = $1", "parameters": [7]}' ` +
    `'{"id": "b", "sql": "SELECT * FROM \`orders\` WHERE customer_id = ?", "dialect": "mysql", "parameters": ["7"]}' ` +
    `'' 'not JSON' '{"id": 4, "sql": 5}' '{"sql": "SELECT count(*) FROM orders"}' | ` +
    "shardplan explain --design samples/shop-design.yaml --schema samples/shop.sql -",
  "export-vitess": "shardplan export --design samples/shop-design.yaml --schema samples/shop.sql --target vitess",
  "export-no-types": "shardplan export --design samples/shop-design.yaml --target vitess",
  help: "shardplan --help",
  "help-analyze": "shardplan analyze --help",
  "help-explain": "shardplan help explain",
  "help-export": "shardplan help export",
  "help-place": "shardplan help place",
  "help-plan": "shardplan help plan",
  "help-targets": "shardplan help targets",
  "place-compound": `shardplan place --target cassandra --shards 6 --type int32,text '[7, "alice"]' '[-7, "日本"]'`,
  "place-model": "shardplan place --target dynamodb --shards 4 alice bob",
  "help-completion": "shardplan help completion",
  "help-wizard": "shardplan help wizard",
  "help-reshard": "shardplan help reshard",
  "help-scan": "shardplan help scan",
  "help-merge": "shardplan help merge",
  "reshard-shop":
    "shardplan reshard --design samples/shop-design.yaml --to 12 samples/shop.csv.gz --schema samples/shop.sql --remedies",
  "reshard-keys":
    "seq 1 20000 | shardplan reshard --design samples/shop-design.yaml --to 16 --keys customers=- --row-bytes 400 --throttle 20-60MB/s",
  "reshard-markdown":
    "seq 1 20000 | shardplan reshard --design samples/shop-design.yaml --to-target citus --keys customers=- --markdown",
  "targets-list": "shardplan targets",
  "targets-redis": "shardplan targets redis",
  version: "shardplan --version",
  "no-command": "shardplan",
};

const update = process.env["UPDATE_GOLDEN"] === "1";
const goldenFolder = join(root, "test/golden");
let folder: Folder;
beforeAll(() => {
  folder = new Folder();
});
afterAll(() => folder.remove());

/** The fence is longer than any run of backticks inside, so that Markdown can be shown in Markdown. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}${text === "" || text.endsWith("\n") ? "" : "\n(no newline at the end)\n"}${fence}`;
}

const page = (command: string, { stdout, stderr, exitCode }: Seen): string =>
  [fenced(`$ ${command}\n`), `Exit code ${exitCode}.`, "stdout:", fenced(stdout), "stderr:", fenced(stderr)].join(
    "\n\n",
  ) + "\n";

test.each(Object.entries(golden))("%s", async (name, command) => {
  const seen = await folder.runShell(command, { LC_ALL: "C.UTF-8" });
  const path = join(goldenFolder, `${name}.md`);
  const now = page(command, seen).replaceAll(versionOf("package.json"), "VERSION");
  expect(folder.names(), "nothing is left behind").toEqual(["samples"]);
  if (update) {
    mkdirSync(goldenFolder, { recursive: true });
    writeFileSync(path, now);
  }
  expect(existsSync(path), `${path} is missing: run with UPDATE_GOLDEN=1 and review it`).toBe(true);
  expect(now, "run with UPDATE_GOLDEN=1 and review the difference").toBe(readFileSync(path, "utf8"));
});

test("no page is left over from a command that is gone", () => {
  expect(readdirSync(goldenFolder).sort()).toEqual(
    Object.keys(golden)
      .map((name) => `${name}.md`)
      .sort(),
  );
});

test("pages for the terminal have no line of more than 80 columns", () => {
  for (const name of Object.keys(golden).filter(
    (each) => each.startsWith("analyze-") && !golden[each]!.includes("--markdown"),
  )) {
    const text = readFileSync(join(goldenFolder, `${name}.md`), "utf8").split("stdout:")[1]!;
    expect(text.split("\n").filter((line) => [...line].length > 80)).toEqual([]);
  }
});

function versionOf(manifest: string): string {
  return (JSON.parse(readFileSync(join(root, manifest), "utf8")) as { version: string }).version;
}
