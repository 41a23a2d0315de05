// Puts the compiled modules of each program together: `node scripts/bundle.mjs dist`. The hundreds of modules that `analyze`
// imports take Node a tenth of a second to find and link, and each thread as long again. The programs share what they have
// in common; what is imported lazily stays so, and other packages are imported from where they are installed.
import { isAbsolute, join, resolve } from "node:path";
import { rolldown } from "rolldown";

const dist = resolve(process.argv[2]);
const programs = ["main", "library", "scan-worker", "simulate-worker", "unpack-worker"];

const bundle = await rolldown({
  input: Object.fromEntries(programs.map((name) => [name, join(dist, "cli", `${name}.js`)])),
  external: (specifier) => /^[^./]/.test(specifier) && !isAbsolute(specifier),
  platform: "node",
});
// Beside each other and as deep as dist/cli, because programs of threads and package.json are found by their place.
await bundle.write({ dir: join(dist, "bundle"), format: "esm", chunkFileNames: "part-[name].js" });
