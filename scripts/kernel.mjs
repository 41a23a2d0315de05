// Compiles src/kernel/assembly and src/kernel/placing (AssemblyScript: TypeScript for WebAssembly) to kernel-code.ts and
// placing-code.ts beside them, which are kept under version control, so that nobody needs the compiler to build or install.
// Run it after a change there:
//
//   node scripts/kernel.mjs
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const compiler = "assemblyscript@0.28.20";
const folder = fileURLToPath(new URL("../src/kernel/", import.meta.url));
const shared = ["--importMemory", "--sharedMemory", "--initialMemory", "16", "--maximumMemory", "65536"];
compile("assembly", "kernel", ["--enable", "threads", ...shared]);
compile("placing", "placing", ["--initialMemory", "224"]);

function compile(sources, name, flags) {
  const out = mkdtempSync(join(tmpdir(), "kernel-"));
  const { status } = spawnSync(
    "npx",
    [
      ...["--yes", "--package", compiler, "asc", join(folder, sources, `${name}.ts`), "-o", join(out, "kernel.wasm")],
      ...["-O3", ...(process.argv.includes("--names") ? ["--debug"] : []), "--runtime", "stub", "--noAssert", "--enable", "simd"],
      ...flags,
    ],
    { stdio: "inherit", shell: process.platform === "win32" },
  );
  if (status !== 0) process.exit(status ?? 1);
  const hash = createHash("sha256");
  for (const file of readdirSync(join(folder, sources)).sort()) hash.update(readFileSync(join(folder, sources, file)));
  const code = readFileSync(join(out, "kernel.wasm")).toString("base64");
  const lines = code.match(/.{1,110}/g).map((line) => `  "${line}",`);
  writeFileSync(
    join(folder, `${name}-code.ts`),
    `// Made by scripts/kernel.mjs from ${sources}/ with ${compiler}. Do not edit.

/** SHA-256 of the sources, file after file in the order of their names. */
export const ${name}Source = "${hash.digest("hex")}";

/** WebAssembly in base64. */
export const ${name}Code = [
${lines.join("\n")}
].join("");
`,
  );
  rmSync(out, { recursive: true });
}
