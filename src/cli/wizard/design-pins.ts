import type { ReportDesign } from "../../report/schema.ts";

/** A whole design as the values of `--pin`, one for each table. */
export const pinsOf = ({ tables }: ReportDesign): readonly string[] =>
  tables.map(({ table, kind, shardKey }) => `${nameOf(table)}=${kind === "sharded" ? shardKey.map(nameOf).join(",") : kind}`);

/** In quotes unless it is plain, and where it would be understood as something else than a name. */
const nameOf = (name: string): string =>
  /^[A-Za-z_][\w$]*$/.test(name) && name !== "reference" && name !== "unsharded" ? name : `"${name}"`;
