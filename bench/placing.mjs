/**
 * Measures how many keys a second one core places, and what movement over many keys costs, against a plain XXH64 loop
 * of xxhash-wasm in the same run:
 *
 *   node bench/placing.mjs [--keys 4000000] [--movement 10000000] [--shards 12]
 *
 * Each line is the median of five passes, taken in turn with the loop: on a shared machine the ratio of neighbours in
 * time says more than the seconds. Keys go many at a time through the kernel, one at a time without becoming a value, or
 * as values one by one.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import xxhash from "xxhash-wasm";

const dist = join(import.meta.dirname, "..", "dist");
if (!existsSync(join(dist, "cli", "main.js"))) {
  console.error("error: dist/ is not built: run `npm run build` first");
  process.exit(2);
}
const load = (path) => import(pathToFileURL(join(dist, path)).href);
const { targets } = await load("placement/targets.js");
const { strategyNames } = await load("placement/design.js");

const { values: options } = parseArgs({
  options: {
    keys: { type: "string", default: "4000000" },
    movement: { type: "string", default: "10000000" },
    shards: { type: "string", default: "12" },
  },
});
const keyCount = Number(options.keys);
const movementKeys = Number(options.movement);
const shardCount = Number(options.shards);
/** Keys without a quick way are few: each goes as a value of its own, as a key on the command line does. */
const few = Math.ceil(keyCount / 40);
const { h64Raw } = await xxhash();

const integers = Float64Array.from({ length: keyCount }, (_, id) => id * 7919 + 13);
const texts = textKeys(keyCount);

const plain = {
  integers: () => {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    let sum = 0n;
    for (let entry = 0; entry < keyCount; entry++) {
      view.setUint32(0, integers[entry] >>> 0, true);
      view.setUint32(4, Math.floor(integers[entry] / 4294967296), true);
      sum ^= h64Raw(bytes);
    }
    return sum;
  },
  texts: () => {
    let sum = 0n;
    for (let entry = 0; entry < keyCount; entry++)
      sum ^= h64Raw(texts.bytes.subarray(texts.ends[entry], texts.ends[entry + 1]));
    return sum;
  },
};

console.log(`| placed on ${shardCount} shards | keys | way | M keys/s | times a plain XXH64 loop | bar |`);
console.log("|---|---|---|--:|--:|--:|");
const owners = new Uint32Array(keyCount);
for (const [name, strategy, hash] of cases()) {
  const target = targets[name];
  for (const [type, kind, bar] of [
    ["int64", "integers", 20],
    ["text", "texts", 5],
  ]) {
    if (!target.keyTypes(strategy).includes(type)) continue;
    if (hash !== undefined && !target.hashes(type).includes(hash)) continue;
    const map = target.shardMap({
      where: "bench",
      table: "t",
      shards: target.shardNames(shardCount),
      strategy,
      shardKey: ["k"],
      types: [type],
      options: hash === undefined ? {} : name === "vitess" ? { vindex: hash } : { hash },
      extra: { quantiles: quantiles(type) },
    });
    // Some vindexes take text of digits only.
    if (kind === "texts" && !placesTexts(map)) continue;
    const { count, place, way } = kind === "integers" ? integerWay(map) : textWay(map);
    const [ours, theirs] = alternately(place, plain[kind]);
    const speed = count / ours / 1000;
    const verdict = speed >= bar ? "" : " **below**";
    const what = name === "generic" ? strategy : [name, hash].filter(Boolean).join(" ");
    console.log(
      `| ${what} | ${kind} | ${way} | ${speed.toFixed(1)} | ${((speed * 1000 * theirs) / keyCount).toFixed(2)} | ${bar}${verdict} |`,
    );
  }
}
await movement();

/** Every strategy of ours, every target with a hash of its own, and every one of its hashes. */
function cases() {
  const own = strategyNames.filter((name) => name !== "directory").map((name) => ["generic", name]);
  const systems = Object.keys(targets)
    .filter((name) => name !== "generic" && !targets[name].strategies.includes("jump"))
    .flatMap((name) => {
      const { defaultStrategy, hashes } = targets[name];
      const names = new Set([...hashes("int64"), ...hashes("text")]);
      return names.size === 0 ? [[name, defaultStrategy]] : [...names].map((hash) => [name, defaultStrategy, hash]);
    })
    // Ranges of the values are the strategy "range" above, whatever system has them.
    .filter(([, strategy, hash]) => strategy !== "range" && hash !== "identity");
  return [...own, ...systems];
}

function integerWay(map) {
  if (map.placeIntegers) return { count: keyCount, way: "many", place: () => map.placeIntegers(integers, owners) };
  if (map.shardOfInteger) return { count: keyCount, way: "one", place: () => integersOneByOne(map.shardOfInteger) };
  const keys = Array.from({ length: few }, (_, entry) => [`int:${integers[entry]}`]);
  return { count: few, way: "value", place: () => keys.forEach((key, entry) => (owners[entry] = map.shardOf(key))) };
}

function textWay(map) {
  if (map.placeTexts)
    return { count: keyCount, way: "many", place: () => map.placeTexts(texts.bytes, texts.ends, owners) };
  if (map.shardOfText) return { count: keyCount, way: "one", place: () => textsOneByOne(map.shardOfText) };
  const keys = Array.from({ length: few }, (_, entry) => [`text:user${String(entry).padStart(8, "0")}`]);
  return { count: few, way: "value", place: () => keys.forEach((key, entry) => (owners[entry] = map.shardOf(key))) };
}

function placesTexts(map) {
  try {
    return map.shardOf(["text:user00000000"]) >= 0;
  } catch {
    return false;
  }
}

function integersOneByOne(shardOfInteger) {
  for (let entry = 0; entry < keyCount; entry++)
    owners[entry] = shardOfInteger(integers[entry] | 0, Math.floor(integers[entry] / 4294967296) | 0);
}

function textsOneByOne(shardOfText) {
  for (let entry = 0; entry < keyCount; entry++)
    owners[entry] = shardOfText(texts.bytes, texts.ends[entry], texts.ends[entry + 1]);
}

function quantiles(type) {
  return Array.from({ length: 1024 }, (_, step) => {
    const entry = Math.floor(((step + 0.5) / 1024) * keyCount);
    return [type === "int64" ? `int:${integers[entry]}` : `text:user${String(entry).padStart(8, "0")}`];
  });
}

function textKeys(count) {
  const bytes = new Uint8Array(count * 12);
  const ends = new Uint32Array(count + 1);
  for (let entry = 0; entry < count; entry++) {
    Buffer.from(bytes.buffer).write(`user${String(entry).padStart(8, "0")}`, entry * 12, "latin1");
    ends[entry + 1] = (entry + 1) * 12;
  }
  return { bytes, ends };
}

/** Medians in milliseconds. */
function alternately(one, other) {
  const taken = [[], []];
  for (let pass = 0; pass < 5; pass++)
    for (const [index, work] of [one, other].entries()) {
      const begun = performance.now();
      work();
      taken[index].push(performance.now() - begun);
    }
  return taken.map((times) => times.sort((a, b) => a - b)[2]);
}

async function movement() {
  const { KeyCounts } = await load("reshard/key-counts.js");
  const { CountedKeys } = await load("reshard/counted-keys.js");
  const { comparedStrategies } = await load("reshard/strategies-compared.js");
  const { unionOf } = await load("reshard/movement.js");
  const counts = new KeyCounts(["k"], ["int64"]);
  let begun = performance.now();
  for (let id = 0; id < movementKeys; id++) counts.add([id * 7919 + 13], 1, 0);
  const keys = CountedKeys.of(counts);
  const counted = performance.now() - begun;
  const names = (count) => Array.from({ length: count }, (_, shard) => String(shard));
  const union = unionOf(names(8), names(12));
  const weights = keys.first;
  const design = { version: 1, target: "generic", shards: names(8), tables: new Map() };
  const side = { design, table: "t", types: ["int64"], keys, weights };
  begun = performance.now();
  const before = new Uint32Array(keys.size);
  const moves = comparedStrategies([{ side, before, keptShare: 1 }], union, {});
  const moved = performance.now() - begun;
  begun = performance.now();
  plain.integers();
  const loop = ((performance.now() - begun) * movementKeys) / keyCount;
  console.log();
  console.log(
    `Movement of ${movementKeys.toLocaleString("en-US")} distinct keys from 8 to 12 shards under ${moves.length} strategies, each within ` +
      `itself and from another design: ${(moved / 1000).toFixed(1)} s (${((moved * 8) / moves.length / 1000).toFixed(1)} s for 8; bar 20 s), ` +
      `${(moved / loop).toFixed(1)} times a plain XXH64 loop over the keys; counting them before: ${(counted / 1000).toFixed(1)} s.`,
  );
}
