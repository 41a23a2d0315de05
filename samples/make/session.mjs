/**
 * One connection of an application. Statements are written once, with $1, $2, ...; the session's protocol decides how
 * they reach the server, and so what the log looks like:
 *   simple    the values are written into the text, as PHP, psql and many reporting tools do
 *   extended  parsed, bound and executed on each call: three log lines, with the parameters in DETAIL
 *   prepared  parsed once under a name, then bound and executed, as a connection pool with a statement cache does
 */
export function session(client, protocol) {
  const names = new Map();
  const nameOf = (text) => {
    if (!names.has(text)) names.set(text, `s${names.size + 1}`);
    return names.get(text);
  };
  const send = (text, values) => {
    if (protocol === "simple" || values.length === 0) return client.query(withLiterals(text, values));
    return client.query(protocol === "prepared" ? { name: nameOf(text), text, values } : { text, values });
  };
  return {
    /** Runs one statement and returns its rows. */
    run: async (text, ...values) => (await send(text, values)).rows,
    /** Runs `work` between BEGIN and COMMIT. An error, or a `false` returned by `work`, rolls back. */
    async transaction(work) {
      await client.query("BEGIN");
      try {
        const wanted = await work();
        await client.query(wanted === false ? "ROLLBACK" : "COMMIT");
      } catch (error) {
        await client.query("ROLLBACK");
        if (error.code === undefined) throw error; // ours; what PostgreSQL refuses (a duplicate key) is part of the workload
      }
    },
    end: () => client.end(),
  };
}

/** `text` with `count` rows of placeholders, `width` wide: "($1, $2), ($3, $4)". */
export function placeholders(count, width, first = 1) {
  const row = (index) => Array.from({ length: width }, (_, column) => `$${first + index * width + column}`).join(", ");
  return Array.from({ length: count }, (_, index) => (width === 1 ? row(index) : `(${row(index)})`)).join(", ");
}

function withLiterals(text, values) {
  return text.replace(/\$(\d+)/g, (_, position) => literal(values[position - 1]));
}

function literal(value) {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  if (value instanceof Date) return `'${value.toISOString()}'`;
  return `'${String(value).replaceAll("'", "''")}'`;
}
