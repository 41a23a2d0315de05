import type { ColumnRole } from "../columns.ts";
import type { ObjectLayout } from "../json-objects.ts";
import type { TimeWriting } from "../timestamp.ts";

/** How one JSONL log is to be read; plain data. */
export interface JsonlSettings {
  readonly layout: ObjectLayout;
  /**
   * The path of each role's field: one name, or two for a field of a nested object. Roles that the log lacks are
   * absent.
   */
  readonly fields: Readonly<Partial<Record<ColumnRole, readonly string[]>>>;
  readonly timeWriting: TimeWriting;
  readonly millisPerDuration: number;
}
