/**
 * A SELECT made from a list of choices: every number decides one alternative, and where the list ends the first,
 * simplest alternative is taken, so that a shorter list is a simpler statement. `distributes`: nothing on top counts
 * over all rows.
 */
export function statementOf(choices: readonly number[]): {
  readonly sql: string;
  readonly distributes: boolean;
  readonly aggregates: boolean;
} {
  const writer = new Writer(choices);
  const sql = writer.statement();
  return { sql, distributes: writer.distributes, aggregates: writer.aggregates };
}

/** A statement that changes one sharded table, made likewise. */
export function changeOf(choices: readonly number[]): { readonly sql: string; readonly table: string } {
  return new Writer(choices).change();
}

interface Relation {
  readonly alias: string;
  readonly columns: readonly string[];
}

const tables: readonly (readonly [string, readonly string[]])[] = [
  ["u", ["id", "a", "b"]],
  ["e", ["uid", "c", "d"]],
  ["m", ["k1", "k2", "v"]],
  ["r", ["x", "y", "z"]],
];

class Writer {
  distributes = true;
  aggregates = false;
  readonly #choices: readonly number[];
  #at = 0;
  #aliases = 0;

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  statement(): string {
    const kind = this.#pick(12);
    if (kind === 9) {
      this.distributes = false;
      this.aggregates = true;
      const from = this.#from(2, []);
      return `SELECT count(*) AS c0, max(${this.#column(from.relations)}) AS c1 FROM ${from.sql}${this.#where(2, from.relations, [])}`;
    }
    if (kind === 10) {
      this.distributes = false;
      return `${this.#select(2, [])} UNION ${this.#select(1, [])}`;
    }
    if (kind === 11) return `${this.#select(2, [])} UNION ALL ${this.#select(1, [])}`;
    if (kind === 8) {
      this.distributes = false;
      return `${this.#select(2, [])} ${this.#pick(2) === 0 ? "EXCEPT" : "INTERSECT"} ${this.#select(1, [])}`;
    }
    if (kind === 6) {
      const base = this.#select(1, []);
      const next = this.#relation(1, []);
      const columns = ["w0", "w1"];
      const step = `SELECT ${this.#column([next.relation])}, ${this.#column([next.relation, { alias: "x", columns }])} FROM w AS x`;
      const on = `${this.#column([next.relation])} = ${this.#column([{ alias: "x", columns }])}`;
      const recursive = `WITH RECURSIVE w(w0, w1) AS (${base} UNION ${step} JOIN ${next.sql} ON ${on}${this.#where(1, [next.relation], [])})`;
      // UNION drops what a shard, and all shards together, found twice.
      return `${recursive} ${this.#select(1, [], [{ name: "w", columns }])}`;
    }
    if (kind === 7) {
      const columns = ["w0", "w1"];
      const inner = this.#select(1, []);
      return `WITH w(w0, w1) AS (${inner}) ${this.#select(2, [], [{ name: "w", columns }])}`;
    }
    return this.#select(3, []);
  }

  change(): { sql: string; table: string } {
    const [table, columns] = tables[this.#pick(2)]!;
    const target: Relation = { alias: "t", columns };
    const value = (): string => (this.#pick(3) === 2 ? this.#scalar(1, [target]) : this.#constant());
    switch (this.#pick(5)) {
      case 1:
        return { table, sql: `UPDATE ${table} AS t SET ${columns[1]} = ${value()}${this.#where(2, [target], [])}` };
      case 2: {
        const other = this.#relation(2, []);
        const on = `${this.#column([target])} = ${this.#column([other.relation])}`;
        return {
          table,
          sql: `DELETE FROM ${table} AS t USING ${other.sql} WHERE ${on} AND ${this.#condition(1, [target, other.relation], [])}`,
        };
      }
      case 3:
        return {
          table,
          sql: `INSERT INTO ${table} SELECT c0, c1, ${this.#constant()} FROM (${this.#derived(2)}) AS q`,
        };
      case 4: {
        const rows = [0, 1].map(() => `(${this.#constant()}, ${this.#constant()}, NULL)`);
        return { table, sql: `INSERT INTO ${table} VALUES ${rows.slice(0, 1 + this.#pick(2)).join(", ")}` };
      }
      default:
        return { table, sql: `DELETE FROM ${table} AS t${this.#where(2, [target], [])}` };
    }
  }

  /** Two columns, c0 and c1. */
  #select(
    depth: number,
    outer: readonly Relation[],
    ctes: readonly { name: string; columns: readonly string[] }[] = [],
  ): string {
    const from = this.#from(depth, outer, ctes);
    const outputs = [0, 1].map((index) => {
      const scalar = depth > 1 && this.#pick(14) === 13;
      return `${scalar ? this.#scalar(depth - 1, [...outer, ...from.relations]) : this.#column(from.relations)} AS c${index}`;
    });
    return `SELECT ${outputs.join(", ")} FROM ${from.sql}${this.#where(depth, from.relations, outer)}`;
  }

  #from(
    depth: number,
    outer: readonly Relation[],
    ctes: readonly { name: string; columns: readonly string[] }[] = [],
  ): { sql: string; relations: Relation[] } {
    const first = this.#relation(depth, ctes);
    let sql = first.sql;
    const relations = [first.relation];
    const joins = depth > 1 ? this.#pick(3) : this.#pick(2);
    for (let join = 0; join < joins; join++) {
      const lateral = depth > 1 && this.#pick(9) === 8;
      if (lateral) {
        const alias = `t${this.#aliases++}`;
        const optional = this.#pick(2) === 1;
        const query = this.#lateral(depth - 1, [...outer, ...relations]);
        sql += optional
          ? ` LEFT JOIN LATERAL (${query}) AS ${alias} ON true`
          : ` CROSS JOIN LATERAL (${query}) AS ${alias}`;
        relations.push({ alias, columns: ["c0", "c1"] });
        continue;
      }
      const next = this.#relation(depth - 1, ctes);
      const both = [...relations, next.relation];
      const type = ["JOIN", "LEFT JOIN", "JOIN", "RIGHT JOIN", "FULL JOIN", ","][this.#pick(6)]!;
      if (type === ",") sql += ` CROSS JOIN ${next.sql}`;
      else {
        const equality = `${this.#column([next.relation])} = ${this.#column(relations)}`;
        sql += ` ${type} ${next.sql} ON ${this.#pick(4) === 3 && type !== "FULL JOIN" ? `${equality} AND ${this.#condition(1, both, outer)}` : equality}`;
      }
      relations.push(next.relation);
    }
    return { sql, relations };
  }

  #relation(
    depth: number,
    ctes: readonly { name: string; columns: readonly string[] }[],
  ): { sql: string; relation: Relation } {
    const alias = `t${this.#aliases++}`;
    const cte = ctes.length > 0 && this.#pick(2) === 1 ? ctes[0] : undefined;
    if (cte !== undefined) return { sql: `${cte.name} AS ${alias}`, relation: { alias, columns: cte.columns } };
    if (depth > 1 && this.#pick(4) === 3)
      return { sql: `(${this.#derived(depth - 1)}) AS ${alias}`, relation: { alias, columns: ["c0", "c1"] } };
    const [name, columns] = tables[this.#pick(this.#pick(3) === 2 ? 4 : 2)]!;
    return { sql: `${name} AS ${alias}`, relation: { alias, columns } };
  }

  /** A derived table that sees the relations beside it. */
  #lateral(depth: number, outer: readonly Relation[]): string {
    if (this.#pick(3) === 0) return this.#select(depth, outer);
    const from = this.#from(depth, outer);
    const where = this.#where(depth, from.relations, outer);
    if (this.#pick(2) === 0)
      return `SELECT max(${this.#column(from.relations)}) AS c0, count(*) AS c1 FROM ${from.sql}${where}`;
    const column = this.#column(from.relations);
    return `SELECT ${column} AS c0, ${column} AS c1 FROM ${from.sql}${where} ORDER BY 1, 2 LIMIT 1`;
  }

  #derived(depth: number): string {
    switch (this.#pick(10)) {
      case 9: {
        const from = this.#from(depth, []);
        const [kept, other] = [this.#column(from.relations), this.#column(from.relations)];
        return `SELECT DISTINCT ON (${kept}) ${other} AS c0, ${kept} AS c1 FROM ${from.sql}${this.#where(depth, from.relations, [])} ORDER BY ${kept}, ${other}`;
      }
      case 1: {
        const from = this.#from(depth, []);
        const column = this.#column(from.relations);
        return `SELECT ${column} AS c0, count(*) AS c1 FROM ${from.sql}${this.#where(depth, from.relations, [])} GROUP BY ${column}`;
      }
      case 2:
        return this.#select(depth, []).replace("SELECT", "SELECT DISTINCT");
      case 3:
        return `${this.#select(depth, [])} ORDER BY 1, 2 LIMIT 2`;
      case 4:
        return `${this.#select(depth, [])} UNION ${this.#select(depth, [])}`;
      case 5:
        return `${this.#select(depth, [])} UNION ALL ${this.#select(depth, [])}`;
      case 6: {
        const from = this.#from(depth, []);
        return `SELECT max(${this.#column(from.relations)}) AS c0, count(*) AS c1 FROM ${from.sql}${this.#where(depth, from.relations, [])}`;
      }
      case 7: {
        const from = this.#from(depth, []);
        return `SELECT ${this.#column(from.relations)} AS c0, count(*) OVER (PARTITION BY ${this.#column(from.relations)}) AS c1 FROM ${from.sql}${this.#where(depth, from.relations, [])}`;
      }
      case 8:
        return `SELECT * FROM (VALUES (${this.#constant()}, ${this.#constant()}), (${this.#constant()}, ${this.#constant()})) AS v(c0, c1)`;
      default:
        return this.#select(depth, []);
    }
  }

  #where(depth: number, relations: readonly Relation[], outer: readonly Relation[]): string {
    const count = this.#pick(3);
    if (count === 0 && outer.length === 0) return "";
    const conditions = [this.#condition(depth, relations, outer)];
    // A subquery that speaks of the enclosing rows.
    if (outer.length > 0 && this.#pick(3) > 0) conditions.push(`${this.#column(relations)} = ${this.#column(outer)}`);
    if (count === 2) conditions.push(this.#condition(depth, relations, outer));
    return ` WHERE ${conditions.join(" AND ")}`;
  }

  #condition(depth: number, relations: readonly Relation[], outer: readonly Relation[]): string {
    const own = (): string => this.#column(relations);
    switch (this.#pick(28)) {
      case 1:
        return `${own()} IN (${this.#constant()}, ${this.#constant()})`;
      case 2:
        return `${own()} = ${own()}`;
      case 3:
        return `(${this.#condition(depth - 1, relations, outer)} OR ${this.#condition(depth - 1, relations, outer)})`;
      case 4:
        return `(${this.#condition(depth - 1, relations, outer)} AND ${this.#condition(depth - 1, relations, outer)})`;
      case 5:
        return `NOT (${this.#condition(depth - 1, relations, outer)})`;
      case 6:
        return `${own()} IS NULL`;
      case 7:
        return `${own()} BETWEEN ${this.#constant()} AND ${this.#constant()}`;
      case 8:
        return `${own()} <> ${this.#constant()}`;
      case 9:
        return `(${own()}, ${own()}) = (${this.#constant()}, ${this.#constant()})`;
      case 10:
        return `(${own()}, ${own()}) IN ((${this.#constant()}, ${this.#constant()}), (${this.#constant()}, ${this.#constant()}))`;
      case 11:
        return `${own()} IN (${this.#constant()}, NULL)`;
      case 12:
        return `${own()} NOT IN (${this.#constant()}, ${this.#constant()})`;
      case 13:
        if (depth > 0)
          return `${this.#pick(2) === 0 ? "" : "NOT "}EXISTS (${this.#select(depth - 1, [...outer, ...relations])})`;
        break;
      case 14:
        if (depth > 0)
          return `${own()} ${this.#pick(3) === 2 ? "NOT IN" : "IN"} (SELECT c0 FROM (${this.#derived(depth - 1)}) AS q${this.#aliases++})`;
        break;
      case 15:
        if (depth > 0)
          return `${own()} ${this.#pick(3) === 2 ? "NOT IN" : "IN"} (${this.#oneColumn(depth - 1, [...outer, ...relations])})`;
        break;
      case 20:
        if (depth > 0)
          return `(${own()}, ${own()}) IN (SELECT c0, c1 FROM (${this.#derived(depth - 1)}) AS q${this.#aliases++})`;
        break;
      case 16:
        if (depth > 0) return `${own()} = ${this.#scalar(depth - 1, [...outer, ...relations])}`;
        break;
      case 17:
        return `(${own()} = ${this.#constant()}) IS ${this.#pick(2) === 0 ? "" : "NOT "}TRUE`;
      case 18:
        return `${own()} IS NOT DISTINCT FROM ${this.#pick(3) === 0 ? "NULL" : this.#constant()}`;
      case 19:
        return `${own()} = ANY (ARRAY[${this.#constant()}, ${this.#constant()}])`;
      default:
        break;
    }
    return `${own()} = ${this.#constant()}`;
  }

  #oneColumn(depth: number, outer: readonly Relation[]): string {
    const from = this.#from(depth, outer);
    return `SELECT ${this.#column(from.relations)} FROM ${from.sql}${this.#where(depth, from.relations, outer)}`;
  }

  /** One value for each row of the enclosing query. */
  #scalar(depth: number, outer: readonly Relation[]): string {
    const from = this.#from(depth, outer);
    return `(SELECT ${this.#pick(2) === 0 ? "max" : "count"}(${this.#column(from.relations)}) FROM ${from.sql}${this.#where(depth, from.relations, outer)})`;
  }

  #column(relations: readonly Relation[]): string {
    const relation = relations[this.#pick(relations.length)]!;
    // The first column, often the key, comes up more often than the others.
    const column = this.#pick(2) === 0 ? relation.columns[0]! : relation.columns[this.#pick(relation.columns.length)]!;
    return `${relation.alias}.${column}`;
  }

  #constant(): string {
    return String(this.#pick(5));
  }

  /** A number below `count`. */
  #pick(count: number): number {
    const choice = this.#choices[this.#at++] ?? 0;
    return choice % count;
  }
}
