/**
 * Writes a made-up query log of a shop, as big as asked for: the input of the speed measurements.
 *
 *   node bench/generate.mjs --out FILE [--bytes 800MB] [--templates 32] [--seed 1]
 *
 * CSV with the columns ts,session,duration_ms,rows,sql. It holds what makes reading hard: newlines, commas and doubled
 * quotes inside quotes, non-ASCII text, unique trace ids in comments, IN-lists and multi-row inserts of any length,
 * transactions of interleaved sessions, and Zipf-distributed keys. The same arguments give the same bytes.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { flows, templates } from "./templates.mjs";

const { values: options } = parseArgs({
  options: {
    bytes: { type: "string", default: "800MB" },
    templates: { type: "string", default: "32" },
    seed: { type: "string", default: "1" },
    out: { type: "string" },
  },
});
const size = /^(\d+)([KMG]?)B?$/.exec(options.bytes);
if (!options.out || !size) {
  console.error("usage: node bench/generate.mjs --out FILE [--bytes 800MB] [--templates 32] [--seed 1]");
  process.exit(2);
}
const wantedBytes = Number(size[1]) * { "": 1, K: 1e3, M: 1e6, G: 1e9 }[size[2]];

// ---- chance: xoshiro128** (https://prng.di.unimi.it), seeded by splitmix32

let seed = Number(options.seed) | 0;
const splitmix = () => {
  let z = (seed = (seed + 0x9e3779b9) | 0);
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
};
let [s0, s1, s2, s3] = [splitmix(), splitmix(), splitmix(), splitmix()];
function random32() {
  const product = Math.imul(s1, 5);
  const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
  const shifted = s1 << 9;
  s2 ^= s0;
  s3 ^= s1;
  s1 ^= s2;
  s0 ^= s3;
  s2 ^= shifted;
  s3 = (s3 << 11) | (s3 >>> 21);
  return result;
}
const random = () => random32() / 4294967296;
const below = (limit) => Math.floor(random() * limit);

/** Keys 1 to `size`, rank k with weight 1 / k^exponent: a table of quantiles, and an even draw inside one quantile. */
function zipfKeys(size, exponent) {
  const steps = 1 << 16;
  const firstRank = new Float64Array(steps + 1);
  const reached = new Float64Array(size + 1);
  for (let rank = 1; rank <= size; rank += 1) reached[rank] = reached[rank - 1] + rank ** -exponent;
  let step = 0;
  for (let rank = 1; rank <= size; rank += 1) {
    for (; step < steps && (step / steps) * reached[size] <= reached[rank]; step += 1) firstRank[step] = rank;
  }
  firstRank.fill(size, step);
  return () => {
    const place = random32() >>> 16;
    const from = firstRank[place];
    const rank = from + below(firstRank[place + 1] - from + 1);
    return 1 + ((rank * 1_640_531) % size); // popular keys are anywhere in the key space (1,640,531 is prime)
  };
}

// ---- bytes: one growing page, written when full

const pageBytes = 4 << 20;
const page = Buffer.alloc(pageBytes);
const file = openSync(options.out, "w");
let end = 0;
let flushedBytes = 0;
function flush() {
  for (let from = 0; from < end;) from += writeSync(file, page, from, end - from);
  flushedBytes += end;
  end = 0;
}

function putBytes(bytes) {
  for (let index = 0; index < bytes.length; index += 1) page[end + index] = bytes[index];
  end += bytes.length;
}

function putInteger(value) {
  let digits = 1;
  for (let power = 10; power <= value; power *= 10) digits += 1;
  let rest = value;
  for (let at = end + digits - 1; at >= end; at -= 1) {
    const next = Math.floor(rest / 10);
    page[at] = 48 + rest - 10 * next;
    rest = next;
  }
  end += digits;
}

/** `value` hundredths or thousandths, as a decimal. */
function putDecimal(value, fractionDigits) {
  const one = 10 ** fractionDigits;
  putInteger(Math.floor(value / one));
  page[end++] = 46; // .
  const fraction = value % one;
  for (let power = one / 10; power > fraction && power > 1; power /= 10) page[end++] = 48;
  putInteger(fraction);
}

/** 32 bits as eight hexadecimal digits. */
function putHexOf(bits) {
  for (let shift = 0; shift < 32; shift += 4) {
    const digit = (bits >>> shift) & 15;
    page[end++] = digit < 10 ? 48 + digit : 87 + digit;
  }
}

const csvText = (text) => Buffer.from(text.replaceAll('"', '""'));
const oneOf = (texts) => {
  const all = texts.map(csvText);
  return () => putBytes(all[below(all.length)]);
};
const separated = (least, most, put) => () => {
  const count = least + below(most - least + 1);
  for (let index = 0; index < count; index += 1) {
    if (index > 0) putBytes(comma);
    put();
  }
};
const comma = Buffer.from(", ");
const openTrace = Buffer.from(" /* trace_id=");
const closeTrace = Buffer.from(" */");

// ---- the state of the shop: its clock, its sessions, its newest order

const startSeconds = Date.UTC(2026, 2, 2, 8) / 1000;
const customers = zipfKeys(2_000_003, 0.85);
const products = zipfKeys(60_013, 0.95);
let nowMicros = 0;
let newestOrder = 48_000_000;
let secondShown = -1;
let secondText = Buffer.alloc(0);

function putNow() {
  const second = Math.floor(nowMicros / 1e6);
  if (second !== secondShown) {
    secondShown = second;
    secondText = Buffer.from(new Date((startSeconds + second) * 1000).toISOString().slice(0, 19).replace("T", " "));
  }
  putBytes(secondText);
  page[end++] = 46;
  const millis = Math.floor((nowMicros % 1e6) / 1e3);
  page[end++] = 48 + Math.floor(millis / 100);
  page[end++] = 48 + (Math.floor(millis / 10) % 10);
  page[end++] = 48 + (millis % 10);
}

let session; // the one that speaks
const writers = {
  customer: () => putInteger(session.customer),
  product: () => putInteger(products()),
  products: separated(2, 20, () => putInteger(products())),
  order: () => putInteger(session.order),
  newOrder: () => putInteger((session.order = newestOrder += 1)),
  oldOrder: () => putInteger(newestOrder - Math.floor(400_000 * random() ** 3)),
  orders: separated(1, 12, () => putInteger(newestOrder - below(5_000))),
  items() {
    const count = 1 + below(8);
    for (let line = 1; line <= count; line += 1) {
      if (line > 1) putBytes(comma);
      page[end++] = 40; // (
      for (const value of [session.order, line, session.customer, products()]) {
        putInteger(value);
        putBytes(comma);
      }
      putDecimal(99 + below(20_000), 2);
      page[end++] = 41; // )
    }
  },
  small: () => putInteger(1 + below(5)),
  page: () => putInteger(10 * (1 + below(5))),
  money: () => putDecimal(500 + below(90_000), 2),
  mail() {
    putBytes(mailStart);
    putInteger(session.customer);
    putBytes(mailEnd);
  },
  token() {
    // one login session per customer: its token is the customer's number, scrambled
    for (let part = 1; part <= 4; part += 1)
      putHexOf(Math.imul(session.customer, 0x9e3779b1 + 2 * part) ^ (session.customer >>> part));
  },
  trace() {
    if (below(10) > 0) return; // every tenth statement
    putBytes(openTrace);
    putHexOf(random32());
    putHexOf(random32());
    putBytes(closeTrace);
  },
  now: putNow,
  day: oneOf(["2026-02-20", "2026-02-27", "2026-03-01", "2026-03-02"]),
  word: oneOf(["shirt", "Schuhe", "crème", "łyżka", "lamp", "O''Neill"]),
  words: oneOf([
    "Très bien, merci!",
    "It''s fine",
    'Meh, "damaged" box',
    "Größe passt\nnicht ganz",
    "świetne; polecam",
  ]),
  person: oneOf(["Zoë Müller", "Łukasz Żak", "Renée D''Arcy", 'José "Pepe" García', "Ann Lee"]),
  city: oneOf(["Kraków", "München", "Saint-Étienne", "Oslo", "São Paulo"]),
  street: oneOf(["12 rue de l''Église", "Hauptstraße 7", "5, High Street", "ul. Piotrkowska 104"]),
  method: oneOf(["card", "invoice", "paypal"]),
  json: oneOf(['{"page": "home"}', '{"page": "cart", "items": [1, 2]}', '{"note": "a, b"}']),
};
const mailStart = Buffer.from("user");
const mailEnd = Buffer.from("@example.com");

/** A statement as parts to put in a row, and whether any of them can make CSV need its quotes. */
function compile(text) {
  const parts = text.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 0 ? csvText(part) : writers[part]));
  const quoted = /[",\n]/.test(text) || /\{(products|orders|items|words|person|street|json)\}/.test(text);
  return { parts: parts.filter((part) => part.length > 0 || typeof part === "function"), quoted };
}

const variants = new Map([...templates(Number(options.templates))].map(([name, texts]) => [name, texts.map(compile)]));
const weights = flows.map(([weight]) => weight);
const totalWeight = weights.reduce((sum, weight) => sum + weight, 0);
/** 4,096 slots, each flow in as many as its weight says. */
const flowSlots = flows.flatMap(([weight, names]) =>
  Array.from({ length: Math.ceil((4096 * weight) / totalWeight) }, () => names.map((name) => variants.get(name))),
);
const sessions = Array.from({ length: 240 }, (_, index) => ({
  name: Buffer.from(`6a45f1${(4096 + index * 37).toString(16)}`),
  customer: customers(),
  order: 0,
  flow: [],
  position: 0,
}));
/** Milliseconds in thousandths: log-normal around 0.4 ms, as short statements are. */
const durations = Float64Array.from({ length: 4096 }, () => {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.round(400 * Math.exp(0.9 * normal));
});

putBytes(Buffer.from("ts,session,duration_ms,rows,sql\n"));
let statements = 0;
while (flushedBytes + end < wantedBytes) {
  nowMicros += 1 + below(2_000);
  session = sessions[below(sessions.length)];
  if (session.position === session.flow.length) {
    session.flow = flowSlots[below(flowSlots.length)];
    session.position = 0;
    session.customer = customers();
  }
  const variantsOf = session.flow[session.position++];
  const statement = variantsOf[Math.floor(variantsOf.length * random() ** 2)]; // the first variants are the common ones

  putNow();
  page[end++] = 44;
  putBytes(session.name);
  page[end++] = 44;
  putDecimal(durations[random32() & 4095], 3);
  page[end++] = 44;
  putInteger(below(4));
  page[end++] = 44;
  if (statement.quoted) page[end++] = 34;
  for (const part of statement.parts) {
    if (typeof part === "function") part();
    else putBytes(part);
  }
  if (statement.quoted) page[end++] = 34;
  page[end++] = 10;
  statements += 1;
  if (end > pageBytes - 65_536) flush();
}
flush();
closeSync(file);
console.log(
  JSON.stringify({
    bytes: flushedBytes,
    statements,
    templates: Number(options.templates),
    seed: Number(options.seed),
  }),
);
