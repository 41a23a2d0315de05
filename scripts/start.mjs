// `npm start` shows the main job on a real sample; `npm start -- analyze other.csv` runs the command line on your own.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const given = process.argv.slice(2);
const args = given.length > 0 ? given : ["analyze", "samples/shop.csv.gz", "--schema", "samples/shop.sql"];
if (given.length === 0) console.error(`$ shardplan ${args.join(" ")}\n`);

// npm changes into the package; paths on the command line are meant from where the user stands.
const cwd = given.length > 0 ? (process.env.INIT_CWD ?? root) : root;
const { status, signal } = spawnSync(process.execPath, [join(root, "bin/shardplan.js"), ...args], { cwd, stdio: "inherit" });
process.exitCode = signal ? 130 : (status ?? 1);
