import type { Client, ClientConfig } from "pg";

/** A running server, for as long as the work runs. */
export interface Postgres {
  /** The folder of its Unix socket. */
  readonly host: string;
  /** As user postgres in database postgres unless `login` says otherwise. */
  connect(login: ClientConfig): Promise<Client>;
  /** A second server that follows by streaming; the folder of its Unix socket. */
  startStandby(client: Client, application: string): Promise<string>;
  logStatements(client: Client, role: string): Promise<void>;
  readLog(): Buffer;
}

/** `more` are settings of postgresql.conf. */
export function withPostgres<T>(
  work: (server: Postgres) => Promise<T>,
  more?: Readonly<Record<string, string>>,
): Promise<T>;
