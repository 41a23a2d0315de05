import { InputError } from "../../base/input-error.ts";

export type DatabaseKind = "postgres" | "mysql";

/** A URL of a database, with a name for it that may be shown. */
export interface DatabaseUrl {
  readonly kind: DatabaseKind;
  readonly url: URL;
  /** Scheme, host, port and database: neither password nor user, nor any parameter. */
  readonly shown: string;
}

const schemes: ReadonlyMap<string, DatabaseKind> = new Map([
  ["postgres:", "postgres"],
  ["postgresql:", "postgres"],
  ["mysql:", "mysql"],
  ["mariadb:", "mysql"],
]);

/** Whether an argument is meant as the URL of a database: decided by its scheme alone. */
export const isDatabaseUrl = (argument: string): boolean => /^(?:postgres(?:ql)?|mysql|mariadb):\/\//i.test(argument);

/** Throws InputError, which repeats nothing of what was passed: a wrong URL may still hold a password. */
export function databaseUrlOf(argument: string): DatabaseUrl {
  const scheme = /^[a-z]+/i.exec(argument)![0].toLowerCase();
  let url: URL;
  try {
    url = new URL(argument);
  } catch {
    throw new InputError(`${scheme}://...: the URL can't be read`, {
      hint: `write it as ${scheme}://USER@HOST:PORT/DATABASE, signs such as @, / and # in a password as %40, %2F and %23`,
    });
  }
  const kind = schemes.get(url.protocol)!;
  const database = decodeURIComponent(url.pathname.replace(/^\//, ""));
  const host = url.host || (url.searchParams.get("host") ?? "localhost");
  return { kind, url, shown: `${scheme}://${host}/${database}` };
}

/** Every form in which a URL's password may turn up in the words of a driver or server. */
export function secretsOf({ url }: DatabaseUrl): readonly string[] {
  const parameters = [...url.searchParams]
    .filter(([name]) => /pass|secret|key|token/i.test(name))
    .map(([, value]) => value);
  const written = [url.password, safelyDecoded(url.password), ...parameters];
  return [...new Set(written)].filter((secret) => secret !== "").sort((a, b) => b.length - a.length);
}

/** A message without the secrets. */
export const withoutSecrets = (message: string, secrets: readonly string[]): string =>
  secrets.reduce((text, secret) => text.replaceAll(secret, "***"), message);

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
