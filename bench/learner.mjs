// Statements per second of the template learner on one core: 30, 300 and 1,000 templates as an ORM writes them, in one
// big buffer as a log has them; then only shapes never seen before. Needs a build (`npm run build`).
import { TemplateLearner } from "../dist/sql/learner.js";

const words = "account amount audience batch bonus branch campaign cart category channel city claim comment contact country coupon".split(" ");

/** A small generator with a seed, so that two runs measure the same. */
function randomOf(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Functions that write one statement of a template each. */
function templates(count, random) {
  return Array.from({ length: count }, (_, i) => {
    const table = `${words[i % words.length]}_${Math.floor(i / words.length)}`;
    const columns = Array.from({ length: 2 + random(4) }, () => words[random(words.length)]).map((column) => `t.${column}_id`);
    const key = `${words[i % 3]}_id`;
    const id = () => 1 + random(5_000_000);
    const name = () => `'${words[random(words.length)]}${random(1000)}'`;
    switch (i % 6) {
      case 0:
        return () => `SELECT ${columns.join(", ")} FROM ${table} t WHERE t.${words[i % 7]}_id = ${id()} AND t.state = ${name()} LIMIT ${random(50)}`;
      case 1:
        return () => `SELECT ${columns.join(", ")} FROM ${table} t WHERE t.id IN (${Array.from({ length: 1 + random(8) }, id).join(", ")})`;
      case 2:
        return () => `INSERT INTO ${table} (id, name, ${columns.join(", ").replaceAll("t.", "")}) VALUES (${id()}, ${name()}${", NULL".repeat(columns.length)})`;
      case 3:
        return () => `UPDATE ${table} SET amount = amount - ${random(100)}, updated_at = '2026-11-20 10:00:00.${random(1000)}' WHERE id = ${id()} /* trace=${id()} */`;
      case 4:
        return () => `SELECT ${columns.join(", ")} FROM ${table} t JOIN orders o ON o.id = t.order_id WHERE o.customer_id = ${id()} AND t.amount > ${random(1000)}.50`;
      default:
        return () => `DELETE FROM ${table} WHERE id = ${id()} AND ${key} = $1`;
    }
  });
}

function statements(count, templateCount) {
  const random = randomOf(7);
  const write = templates(templateCount, random);
  const texts = Array.from({ length: count }, () => write[Math.min(random(templateCount), random(templateCount))]());
  return pack(texts);
}

function pack(texts) {
  const bounds = new Int32Array(texts.length + 1);
  const bytes = Buffer.alloc(texts.reduce((sum, text) => sum + text.length, 0));
  texts.forEach((text, i) => (bounds[i + 1] = bounds[i] + bytes.write(text, bounds[i], "latin1")));
  return { bytes, bounds, count: texts.length };
}

function measure(name, { bytes, bounds, count }, rounds) {
  const times = [];
  let learner;
  for (let round = 0; round < rounds; round++) {
    learner = new TemplateLearner("postgres");
    const begin = process.hrtime.bigint();
    for (let i = 0; i < count; i++) learner.match(bytes, bounds[i], bounds[i + 1]);
    times.push(Number(process.hrtime.bigint() - begin) / 1e6);
  }
  // The best round: other programs on the machine can only slow it down.
  const best = Math.min(...times);
  const perSecond = (count / best) * 1000;
  const megabytes = bytes.length / 1e6;
  console.log(
    `${name.padEnd(22)} ${(perSecond / 1e6).toFixed(2).padStart(6)} M statements/s ${((megabytes / best) * 1000).toFixed(0).padStart(6)} MB/s` +
      `   ${(bytes.length / count).toFixed(0)} bytes each, ${learner.templates.length} templates, ${learner.slowCount} through the tokenizer`,
  );
}

const size = Number(process.argv[2] ?? 500_000);
for (const count of [30, 300, 1000]) measure(`${count} templates`, statements(size, count), 7);
measure("all shapes unique", pack(Array.from({ length: size / 25 }, (_, i) => `SELECT c${i} FROM t${i % 97} WHERE id = ${i} AND k${i} = 'x' ORDER BY c${i} LIMIT 10`)), 3);
