import type { Client, ClientConfig } from "pg";

/** A running server, for as long as the work runs. */
export interface Postgres {
  /** As user postgres in database postgres unless `login` says otherwise. */
  connect(login: ClientConfig): Promise<Client>;
  logStatements(client: Client, role: string): Promise<void>;
  readLog(): Buffer;
}

export function withPostgres<T>(work: (server: Postgres) => Promise<T>): Promise<T>;
