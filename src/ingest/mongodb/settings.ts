import type { ObjectLayout } from "../json-objects.ts";

/** How one MongoDB input is to be read; plain data. */
export interface MongodbSettings {
  /** The server's log, documents of `system.profile`, or documents of the stage $queryStats. */
  readonly source: "log" | "profile" | "query-stats";
  readonly layout: ObjectLayout;
  /** The only application's database at the input's beginning: its collections are named without it. */
  readonly home: string | undefined;
}
