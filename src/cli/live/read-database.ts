import { InputError } from "../../base/input-error.ts";
import { type DatabaseUrl, databaseUrlOf, secretsOf, withoutSecrets } from "./database-url.ts";
import type { LiveDatabase, LiveOptions } from "./live-database.ts";

/**
 * Reads what a database tells of itself. Throws InputError with one sentence when it can't be reached or refuses; neither
 * that nor anything else that comes back holds a password.
 */
export async function readDatabase(argument: string, options: LiveOptions): Promise<LiveDatabase> {
  const database = databaseUrlOf(argument);
  const secrets = secretsOf(database);
  try {
    const read = await readerOf(database)(database, options);
    return { ...read, warnings: read.warnings.map((warning) => withoutSecrets(`${read.name}: ${warning}`, secrets)) };
  } catch (error) {
    throw refusal(database, error, secrets);
  }
}

function readerOf({ kind }: DatabaseUrl): (database: DatabaseUrl, options: LiveOptions) => Promise<LiveDatabase> {
  return kind === "postgres"
    ? async (...args) => (await import("./postgres-database.ts")).readPostgres(...args)
    : async (...args) => (await import("./mysql-database.ts")).readMysql(...args);
}

function refusal({ shown, url }: DatabaseUrl, error: unknown, secrets: readonly string[]): InputError {
  // Several addresses were tried: what each said is in a list without a message of its own.
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { code, message } = inner as { code?: string; message?: string };
  const known = code === undefined ? undefined : reasons.get(code);
  const reason = known?.what ?? withoutSecrets(message || String(inner), secrets).split("\n", 1)[0]!;
  return new InputError(`${shown}: ${reason}`, {
    hint:
      known?.hint ??
      `check host, port and database${url.username === "" ? ", and name a user" : ""}; nothing was changed there`,
  });
}

/** By the code of the system, of PostgreSQL (SQLSTATE) or of MySQL. */
const reasons: ReadonlyMap<string, { readonly what: string; readonly hint: string }> = new Map(
  (
    [
      [["ECONNREFUSED"], "nothing listens there", "check host and port, and that the server takes TCP connections"],
      [["ENOTFOUND", "EAI_AGAIN"], "no such host", "check the name of the host"],
      [["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"], "it does not answer", "check the network and its firewalls"],
      [
        ["28P01", "28000", "ER_ACCESS_DENIED_ERROR"],
        "it refuses the user or the password",
        "check both; signs such as @ and / in a password are written %40 and %2F",
      ],
      [["3D000", "ER_BAD_DB_ERROR"], "there is no such database", "check the name behind the last /"],
      [
        ["ER_DBACCESS_DENIED_ERROR", "42501"],
        "the user may not read there",
        "GRANT it CONNECT and SELECT, or pg_monitor",
      ],
      [
        ["57014", "ER_QUERY_TIMEOUT", "ER_STATEMENT_TIMEOUT"],
        "its catalogue took longer than 5 seconds",
        "try when there is less load",
      ],
      [["53300", "ER_CON_COUNT_ERROR"], "it has no connection left", "try again, or raise its limit"],
    ] as const
  ).flatMap(([codes, what, hint]) => codes.map((code) => [code, { what, hint }] as const)),
);
