// Makes a fresh clone ready: installs when the lock file changed, compiles when a source changed. Built-ins only,
// because nothing is installed yet. All child output goes to stderr, so `npm start -- ... | jq` stays clean.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const digest = (paths) => {
  const hash = createHash("sha256").update(process.versions.modules);
  for (const path of paths) hash.update(path).update("\0").update(readFileSync(join(root, path)));
  return hash.digest("hex");
};
const filesBelow = (folder) =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();

/** One at a time: two `npm ci` in one folder tear each other's files away. A lock whose process is gone counts for nothing. */
function locked(action) {
  const lock = join(root, ".ensure.lock");
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (!isAlive(lock)) rmSync(lock, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  process.on("exit", () => rmSync(lock, { force: true }));
  action();
}

function isAlive(lock) {
  try {
    const owner = readFileSync(lock, "utf8");
    // Empty for the moment between its making and its writing.
    return owner === "" || process.kill(Number(owner), 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Runs `step` unless its stamp says that it already ran over exactly these inputs. */
function once(stamp, inputs, step) {
  const path = join(root, stamp);
  const wanted = digest(inputs);
  if (existsSync(path) && readFileSync(path, "utf8") === wanted) return;
  rmSync(path, { force: true });
  step();
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, wanted);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  if (status === 0) return;
  console.error(`error: ${[command, ...args].join(" ")} failed${error ? `: ${error.message}` : ""}`);
  process.exit(status ?? 1);
}

function ensure() {
  once("node_modules/.shardplan-installed", ["package-lock.json"], () =>
    run("npm", ["ci", "--include=dev", "--prefer-offline", "--no-audit", "--no-fund"]),
  );
  if (process.argv[2] === "build") {
    once("dist/.built", ["tsconfig.json", "package-lock.json", "scripts/bundle.mjs", ...filesBelow("src")], () => {
      // Beside the old one, which stays until the new one is whole.
      rmSync(join(root, "dist.new"), { recursive: true, force: true });
      const compile = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.json", "--outDir", "dist.new"];
      // Comments are for who reads types in an editor, and would be a fifth of the package in the code.
      run(process.execPath, [...compile, "--declaration", "false", "--removeComments"]);
      run(process.execPath, [...compile, "--emitDeclarationOnly"]);
      run(process.execPath, ["scripts/bundle.mjs", "dist.new"]);
      rmSync(join(root, "dist"), { recursive: true, force: true });
      renameSync(join(root, "dist.new"), join(root, "dist"));
    });
  }
}

// A tarball from npm carries dist/ and no sources: there is nothing to ensure.
if (existsSync(join(root, "src"))) locked(ensure);
