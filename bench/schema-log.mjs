/**
 * A made-up schema of many tables and a log of many templates: families of tables that belong to one owner (with foreign
 * keys and a key of skewed popularity), small tables that everybody joins, tables on their own, joins across families.
 * The same arguments give the same text.
 */
export function schemaAndLog({ tables, templates, executions, seed }) {
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 4294967296;
  };
  const below = (limit) => Math.floor(random() * limit);
  const skewed = (limit) => 1 + Math.floor(limit ** random()) % limit;

  const small = Math.max(1, Math.round(tables / 10));
  const lone = Math.max(1, Math.round(tables / 10));
  const familyCount = Math.max(1, Math.round((tables - small - lone) / 8));
  const ddl = [];
  const families = Array.from({ length: familyCount }, () => []);
  const names = [];
  for (let nth = 0; nth < small; nth += 1) {
    names.push({ name: `kind_${nth}`, sort: "small" });
    ddl.push(`CREATE TABLE kind_${nth} (id bigint PRIMARY KEY, label text);`);
  }
  for (let nth = 0; nth < lone; nth += 1) {
    names.push({ name: `lone_${nth}`, sort: "lone" });
    ddl.push(`CREATE TABLE lone_${nth} (id bigint PRIMARY KEY, state text, at timestamptz);`);
  }
  for (let nth = 0; names.length < tables; nth += 1) {
    const family = nth % familyCount;
    const owner = `owner_${family}`;
    if (families[family].length === 0) {
      families[family].push({ name: owner, sort: "owner", family });
      names.push(families[family][0]);
      ddl.push(`CREATE TABLE ${owner} (id bigint PRIMARY KEY, mail text UNIQUE, kind_id bigint REFERENCES kind_${family % small} (id));`);
      continue;
    }
    const table = { name: `part_${family}_${families[family].length}`, sort: "part", family };
    families[family].push(table);
    names.push(table);
    ddl.push(
      `CREATE TABLE ${table.name} (id bigint PRIMARY KEY, ${owner}_id bigint REFERENCES ${owner} (id), ` +
        `kind_id bigint REFERENCES kind_${below(small)} (id), state text);`,
    );
  }

  const keyOf = ({ sort, family }) => (sort === "part" ? `owner_${family}_id` : "id");
  const otherIn = (table) => families[table.family][below(families[table.family].length)];
  const writers = {
    byKey: (t, v) => `SELECT *, ${v} AS v FROM ${t.name} WHERE ${keyOf(t)} = {key}`,
    byId: (t, v) => `SELECT state, ${v} AS v FROM ${t.name} WHERE id = {id}`,
    byBoth: (t, v) => `SELECT state, ${v} AS v FROM ${t.name} WHERE id = {id} AND ${keyOf(t)} = {key}`,
    update: (t, v) => `UPDATE ${t.name} SET state = 'x${v}' WHERE ${keyOf(t)} = {key} RETURNING ${v} AS v`,
    insert: (t, v) => `INSERT INTO ${t.name} (id, ${keyOf(t)}, kind_id, state) VALUES ({id}, {key}, 3, 'new') RETURNING ${v} AS v`,
    inFamily: (t, v) => {
      const other = otherIn(t);
      return `SELECT a.id, ${v} AS v FROM ${t.name} a JOIN ${other.name} b ON b.${keyOf(other)} = a.${keyOf(t)} WHERE a.${keyOf(t)} = {key}`;
    },
    withSmall: (t, v) => `SELECT a.id, k.label, ${v} AS v FROM ${t.name} a JOIN kind_${below(small)} k ON k.id = a.kind_id WHERE a.${keyOf(t)} = {key}`,
    across: (t, v) => {
      const other = families[(t.family + 1) % familyCount][0];
      return `SELECT a.id, ${v} AS v FROM ${t.name} a JOIN ${other.name} b ON b.id = a.id WHERE a.${keyOf(t)} = {key}`;
    },
    scan: (t, v) => `SELECT count(*), ${v} AS v FROM ${t.name} WHERE state = 'open'`,
  };
  const mix = ["byKey", "byKey", "byKey", "byBoth", "byId", "update", "update", "insert", "inFamily", "inFamily", "withSmall", "across", "scan"];
  const all = Array.from({ length: templates }, (_, nth) => {
    const table = names[nth % names.length];
    const view = `now() AS w_${nth}`;
    if (table.sort === "small") return { family: -1, sql: `SELECT label, ${view} FROM ${table.name} WHERE id = {small}` };
    if (table.sort === "lone")
      return { family: -1, sql: nth % 2 === 0 ? `SELECT state, ${view} FROM ${table.name} WHERE id = {id}` : `UPDATE ${table.name} SET state = 'y' WHERE id = {id} RETURNING ${view}` };
    const kind = mix[below(mix.length)];
    const safe = table.sort === "owner" && (kind === "insert" || kind === "update" || kind === "scan" || kind === "byId" || kind === "byBoth") ? "byKey" : kind;
    return { family: table.family, sql: writers[safe](table, view.replace(" AS ", " AS q_").replace(/ AS .*/, "")).replace(" AS v", ` AS w_${nth}`) };
  });
  const byFamily = Array.from({ length: familyCount }, (_, family) => all.filter((template) => template.family === family));
  const lines = ["ts,session,duration_ms,sql"];
  let clock = Date.UTC(2026, 0, 1);
  const write = (session, ms, sql) => lines.push(`${new Date((clock += 20)).toISOString()},s${session},${ms},"${sql}"`);
  const filled = (sql, key) =>
    sql.replaceAll("{key}", String(key)).replaceAll("{id}", String(1 + below(100_000))).replaceAll("{small}", String(1 + below(40)));
  for (let nth = 0; nth < executions; nth += 1) {
    const template = nth < templates ? all[nth] : all[skewed(templates) - 1];
    const session = nth % 32;
    const key = skewed(5000);
    if (template.family < 0 || nth % 3 > 0) write(session, 0.2 + random(), filled(template.sql, key));
    else {
      write(session, 0.01, "BEGIN");
      write(session, 0.2 + random(), filled(template.sql, key));
      for (let more = 0; more < 2; more += 1) {
        const group = byFamily[template.family];
        write(session, 0.2 + random(), filled(group[below(group.length)].sql, key));
      }
      write(session, 0.05, "COMMIT");
    }
  }
  return { ddl: `${ddl.join("\n")}\n`, log: `${lines.join("\n")}\n` };
}
