// Writes src/placement/target-facts/systems.ts and a file a system beside it from a file of target profiles: node scripts/target-facts.mjs FILE.
// What is not verified becomes a line of `unverified`; what has no source is treated alike; nothing else is left out.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error("usage: node scripts/target-facts.mjs PROFILES.json");
  process.exit(2);
}
const profiles = JSON.parse(readFileSync(path, "utf8"));

/** Names that our targets have, where the profile calls the system otherwise. */
const names = { postgresql: "postgres", "redis-cluster": "redis" };
const statuses = { V: "verified", Q: "quoted", D: "derived" };

/** References as a reader can follow them; the numbers of stored copies mean nothing outside of the store. */
const references = {
  "tidb s3": "pingcap/docs tikv-configuration-file.md (English up to v8.3, Japanese from v8.4)",
  "elasticsearch s2":
    "elastic/elasticsearch IndexMetadata.java, calculateNumRoutingShards and OperationRouting getShardNum",
  "elasticsearch s6": "Elasticsearch manual, in a secondary copy",
  "aurora s4": "Amazon Aurora manual, in a secondary copy",
  "cosmosdb s5": "Azure Cosmos DB manual, in secondary copies",
  "couchbase s4": "Couchbase Server 8.0 release notes",
  "dynamodb s4": "AWS blog on DynamoDB myths (default 40,000 WCU quota)",
  "dynamodb s5": "Amazon DynamoDB manual, Constraints and Query pages, in secondary copies",
  "tidb s5": "TiKV configuration, an older page of its manual",
  "tidb s6": "TiDB manual on monitoring (Chinese)",
};

function referenceOf(system, { id, ref, date }) {
  const text = (references[`${system} ${id}`] ?? ref)
    .replace(/ via find_string ids [\d, ]+/, "")
    .replace(" in search corpus", "")
    .replace(/(?:,? ?(?:copy|copies:|quoted in|\+ same text))? ?\bids? \d{6,}(?:, \d{6,})*/g, "")
    .replace(/\( ?[,;]? ?\)/g, "")
    .replace(/,\)/g, ")")
    .replace(/\(, /g, "(")
    .replace(/ +(?=[;,:] )/g, "")
    .replace("stored copy", "copy")
    .replace(/ {2,}/g, " ")
    .trim();
  if (/(?<![@\w])\d{7,}/.test(text))
    throw new Error(`${system} ${id}: a number of a stored copy is left in "${text}"`);
  return date === undefined ? text : `${text} (${date})`;
}

/** Text without the clauses that are marked as not verified; those are told to `doubt`. */
function sure(text, doubt) {
  if (typeof text !== "string") return text;
  const kept = text.replaceAll(", Q)", ", quoted)").replace(/ \(([^()]*), U\)/g, (_, inner) => {
    if (/[a-z]/.test(inner)) doubt(inner);
    return "";
  });
  const clauses = kept.split(/(?<=[;.]) /).filter((clause) => {
    if (!/\(U\)/.test(clause)) return true;
    doubt(clause.replace(/ \(U\)[;.]?$/, ""));
    return false;
  });
  return clauses.join(" ").replace(/;$/, "");
}

function systemOf(profile) {
  const unverified = [];
  const facts = [];
  const sources = profile.sources.map((source) => [source.id, referenceOf(profile.id, source)]);
  const add = (section, name, value, { unit, scope, note, status, src }) => {
    if (value === null || value === undefined || value === "n/a") return;
    const doubt = (what) => unverified.push(`${section}, ${name}: ${what}`);
    const whole = [
      typeof value === "boolean" ? (value ? "yes" : "no") : value,
      unit,
      scope === undefined || scope === null || scope === "U" ? undefined : `(${scope})`,
    ]
      .filter((part) => part != null)
      .join(" ");
    if (!(status in statuses) || src.length === 0) return doubt(whole.replace(/ ?\((?:[^()]*, )?U\)/, ""));
    const stated = sure(value, doubt);
    if (stated === "") return;
    facts.push({
      section,
      name,
      value: stated,
      ...(unit != null && { unit }),
      ...(scope != null && { scope: sure(scope, doubt) }),
      ...(note != null && { note }),
      status: statuses[status],
      sources: src,
    });
  };
  const basis = ({ status, src }, derived = status) => ({ status: status === "U" ? "U" : derived, src });
  const list = (value) => (Array.isArray(value) ? value.join("; ") : value);
  const { placement, replication, limits, failover, resharding } = profile;

  // What is known for sure of an opaque system is that it is opaque; formulas about it rest on limits that are not verified.
  const parts = placement.status.startsWith("V (")
    ? { formula: "U", other: "V" }
    : { formula: placement.status, other: placement.status };
  const place = (name, value, status = parts.other) =>
    add("placement", name, list(value), { status, src: placement.src });
  place("family", placement.family);
  place("hash", placement.hash);
  place("seed", placement.seed);
  place("slots", placement.slots);
  place("virtual nodes", placement.vnodes);
  place("formula", placement.formula, parts.formula);
  if (typeof placement.encoding === "object")
    for (const [type, how] of Object.entries(placement.encoding))
      place(`encoding of ${type.replaceAll("_", ", ")}`, how);
  else place("encoding", placement.encoding);
  if (placement.canonical_types)
    place(
      "canonical types",
      Object.entries(placement.canonical_types)
        .map(([type, code]) => `${type.replaceAll("_", "/")} ${code}`)
        .join(", "),
    );
  place("alternatives", placement.alternatives);
  place("scope", placement.not_a_shard_router);

  const replicate = (name, value) => add("replication", name, list(value), basis(replication));
  replicate("modes", replication.modes);
  replicate("default", replication.default);
  replicate("replication factor", replication.rf);
  replicate("acknowledgement", replication.ack);
  replicate("lag", replication.lag);

  for (const limit of limits) add("limits", limit.key, list(limit.value), limit);

  add("failover", "automatic", failover.builtin, basis(failover));
  add("failover", "note", failover.note, basis(failover));
  for (const entry of failover.defaults) add("failover", entry.key, list(entry.value), entry);
  // Sums of defaults are arithmetic, whatever the defaults' own status.
  add("failover", "time to recover", failover.rto_model, basis(failover, "D"));

  add("resharding", "unit", resharding.unit, basis(resharding));
  add("resharding", "mechanism", resharding.mechanism, basis(resharding));
  add("resharding", "online", resharding.online, basis(resharding));
  add("resharding", "share moved", resharding.fraction_moved, basis(resharding, "D"));
  if (Array.isArray(resharding.throttle))
    for (const entry of resharding.throttle) add("resharding", entry.key, list(entry.value), entry);
  else add("resharding", "throttle", resharding.throttle, basis(resharding));

  const guidance = profile.guidance.filter((line) => !line.includes("U)"));
  for (const line of profile.guidance)
    if (line.includes("U)")) unverified.push(`guidance: ${line.replace(/ \((?:[^()]*, )?U\)/, "")}`);
  const used = new Set(facts.flatMap((fact) => fact.sources));
  return {
    name: names[profile.id] ?? profile.id,
    title: profile.name,
    kind: profile.kind,
    versions: profile.versions_checked,
    facts,
    guidance,
    unverified: [...unverified, ...profile.unverified],
    sources: Object.fromEntries(sources.filter(([id]) => used.has(id))),
  };
}

/** A value as TypeScript, long strings in pieces, so that no line is longer than 120 characters. */
function code(value, indent) {
  const inner = `${indent}  `;
  if (typeof value === "string") return text(value, inner);
  if (Array.isArray(value)) {
    const short = `[${value.map((item) => (typeof item === "object" ? "\n" : JSON.stringify(item))).join(", ")}]`;
    if (!short.includes("\n") && short.length + indent.length < 90) return short;
    return `[\n${value.map((item) => `${inner}${code(item, inner).trimStart()},\n`).join("")}${indent}]`;
  }
  if (typeof value === "object") {
    const entries = Object.entries(value).map(([key, item]) => [
      /^[a-z]\w*$/i.test(key) ? key : JSON.stringify(key),
      item,
    ]);
    const short = `{ ${entries.map(([key, item]) => `${key}: ${code(item, inner)}`).join(", ")} }`;
    if (!short.includes("\n") && short.length + indent.length < 110) return short;
    return `{\n${entries.map(([key, item]) => `${inner}${key}: ${code(item, inner)},\n`).join("")}${indent}}`;
  }
  return JSON.stringify(value);
}

function text(value, indent) {
  const width = 96 - indent.length;
  const whole = JSON.stringify(value);
  if (whole.length <= width) return whole;
  const pieces = [];
  let piece = "";
  for (const word of value.split(/(?<= )/)) {
    if (piece !== "" && JSON.stringify(piece + word).length > width) {
      pieces.push(piece);
      piece = "";
    }
    piece += word;
  }
  pieces.push(piece);
  return pieces.map((part) => `\n${indent}${JSON.stringify(part)}`).join(" +");
}

const folder = fileURLToPath(new URL("../src/placement/target-facts/", import.meta.url));
mkdirSync(`${folder}systems`, { recursive: true });
const systems = profiles.systems.map(systemOf);
const systemNames = systems.map(({ name }) => name);
for (const system of systems)
  write(
    `systems/${system.name}.ts`,
    `import type { SystemFacts } from "../../target-facts.ts";

/** Facts on ${system.name}, each with its status and sources; checked ${profiles.generated}. */
export const ${system.name}: SystemFacts = ${code(system, "")};
`,
  );
write(
  "systems.ts",
  `import type { SystemFacts } from "../target-facts.ts";
${[...systemNames].sort().map((name) => `import { ${name} } from "./systems/${name}.ts";\n`).join("")}
/** What we know of each system, in the order that \`shardplan targets\` lists them in. */
export const systems: readonly SystemFacts[] = [
${systemNames.map((name) => `  ${name},\n`).join("")}];
`,
);

function write(name, text) {
  writeFileSync(`${folder}${name}`, text.replaceAll(/[ \t]+\n/g, "\n"));
}
