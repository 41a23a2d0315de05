/**
 * Compares `shardplan analyze` with pt-query-digest (Percona Toolkit) on one slow log of MySQL.
 *
 *   node bench/pt-query-digest.mjs [--bytes 200MB] [--peer-bytes 20MB]
 *
 * We read all of the log, pt-query-digest its first --peer-bytes: it takes minutes for more, and its time grows with
 * the bytes. Both run alternately, in time on the clock, start included; bytes per second are compared. Says so when
 * pt-query-digest is not installed.
 */
import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { mysqlBanner, slowRecord } from "./mysql-records.mjs";

const { values: options } = parseArgs({
  options: {
    bytes: { type: "string", default: "200MB" },
    "peer-bytes": { type: "string", default: "20MB" },
  },
});
const [ourBytes, peerBytes] = [options.bytes, options["peer-bytes"]].map((text) => Number(/^(\d+)MB$/.exec(text)?.[1]) * 1e6);
if (!(peerBytes > 0) || !(ourBytes >= peerBytes)) stop("usage: node bench/pt-query-digest.mjs [--bytes 200MB] [--peer-bytes 20MB]");
const program = join(import.meta.dirname, "..", "bin", "shardplan.js");
if (!existsSync(join(import.meta.dirname, "..", "dist", "cli", "main.js"))) stop("error: dist/ is not built: run `npm run build` first");

const repeats = 3;
const folder = join(import.meta.dirname, "data");
mkdirSync(folder, { recursive: true });
const whole = join(folder, "mysql-slow.log");
const prefix = join(folder, "mysql-slow-prefix.log");
generate(whole, ourBytes);
copyRecords(whole, prefix, peerBytes);

const hasPeer = spawnSync("pt-query-digest", ["--version"]).status === 0;
if (!hasPeer) console.log("pt-query-digest is not installed (apt-get install percona-toolkit): only our own time is measured");
const [ours, ourPrefix, peers] = [[], [], []];
for (let repeat = 0; repeat < repeats; repeat++) {
  ours.push(await seconds(process.execPath, [program, "analyze", whole, "--json"]));
  ourPrefix.push(await seconds(process.execPath, [program, "analyze", prefix, "--json"]));
  // Once is enough for what takes a hundred times as long.
  if (hasPeer && repeat === 0) peers.push(await seconds("pt-query-digest", ["--no-version-check", prefix]));
}
const ourRate = ourBytes / median(ours) / 1e6;
console.log(`shardplan analyze, ${options.bytes}: ${median(ours).toFixed(2)} s, ${ourRate.toFixed(0)} MB/s`);
console.log(`shardplan analyze, ${options["peer-bytes"]}: ${median(ourPrefix).toFixed(2)} s`);
if (hasPeer) {
  const rate = peerBytes / median(peers) / 1e6;
  console.log(`pt-query-digest, ${options["peer-bytes"]}: ${median(peers).toFixed(2)} s, ${rate.toFixed(2)} MB/s`);
  console.log(`ratio of bytes per second: ${(ourRate / rate).toFixed(0)} (bar: at least 50)`);
}

function generate(path, length) {
  const statements = [
    (n) => `SELECT id, name, email FROM customer WHERE id = ${n}`,
    (n) => `SELECT * FROM orders WHERE customer_id = ${n} ORDER BY created_at DESC LIMIT 20`,
    (n) => `INSERT INTO order_line (order_id, line, product_id, quantity) VALUES (${n}, 1, ${n % 977}, 2), (${n}, 2, ${n % 101}, 1)`,
    (n) => `UPDATE customer SET last_seen = now() WHERE id = ${n}`,
    (n) => `SELECT o.id, o.total\nFROM orders AS o\nWHERE o.customer_id = ${n} AND o.state IN ('paid', 'sent')`,
    () => "COMMIT",
  ];
  const file = openSync(path, "w");
  let made = writeSync(file, mysqlBanner);
  for (let number = 0, state = 1; made < length; ) {
    const pieces = [];
    for (let count = 0; count < 10_000; count++, number++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      pieces.push(slowRecord(number, state, statements[(state >>> 16) % statements.length]((state >>> 8) % 1_000_000)));
    }
    made += writeSync(file, pieces.join(""));
  }
  closeSync(file);
}

/** The first bytes, up to the end of a record. */
function copyRecords(from, to, length) {
  const file = openSync(from, "r");
  const bytes = Buffer.alloc(length);
  const count = readSync(file, bytes, 0, length, 0);
  closeSync(file);
  writeFileSync(to, bytes.subarray(0, bytes.lastIndexOf("\n# Time: ", count) + 1));
}

function seconds(command, args) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"] });
    child.on("error", reject);
    child.on("exit", (code) =>
      code === 0 ? resolve((performance.now() - started) / 1000) : reject(new Error(`${command} ended with ${code}`)),
    );
  });
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
