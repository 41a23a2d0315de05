import { InputError } from "../base/input-error.ts";
import { emptySchema, type Schema } from "../sql/schema.ts";
import { parseSchema } from "../sql/schema-ddl.ts";
import type { Dialect } from "../sql/template.ts";
import { readTextFile } from "./files.ts";

export interface SchemaOption {
  readonly schema: Schema;
  readonly dialect: Dialect | undefined;
  readonly warnings: readonly string[];
}

/** Reads the DDL of `--schema`; an empty schema when none was passed. */
export function readSchemaOption(path: string | undefined, dialect: Dialect | undefined): SchemaOption {
  if (path === undefined) return { schema: emptySchema, dialect: undefined, warnings: [] };
  const text = readTextFile(path, "schema");
  try {
    const { schema, skipped, dialect: found } = parseSchema(text, dialect);
    return {
      schema,
      dialect: found,
      warnings: skipped.map(({ line, reason }) => `${path}:${line}: ${reason}; the statement is left out`),
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${path}: ${error.message}`, {
      hint: error.hint ?? "pass DDL as pg_dump --schema-only or mysqldump --no-data write it",
    });
  }
}
