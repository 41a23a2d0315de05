import type { CsvSettings } from "../csv/settings.ts";
import type { ObjectLayout } from "../json-objects.ts";

/** How the rows of a data set are to be read; plain data. */
export type DataSetSettings =
  | { readonly rows: "csv"; readonly csv: CsvSettings }
  | {
      readonly rows: "json";
      readonly layout: ObjectLayout;
      /** One name, or two for a field of an object inside. */
      readonly paths: readonly (readonly string[])[];
    };
