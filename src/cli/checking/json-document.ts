import { isMap, parseDocument } from "yaml";
import type { z } from "zod";
import { InputError } from "../../base/input-error.ts";

/** Parses a JSON document of ours, or the same as YAML. Throws InputError when it is none, or has no kind. */
export function readDocument(text: string, name: string, hint: string): { readonly kind: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = yamlOf(text);
    if (value === undefined) throw new InputError(`${name}: this is no JSON`, { hint });
  }
  const kind = typeof value === "object" && value !== null ? (value as { kind?: unknown }).kind : undefined;
  if (typeof kind !== "string") throw new InputError(`${name}: this is no document of shardplan, it has no "kind"`, { hint });
  return value as { kind: string };
}

/** What `plan --yaml` writes; any text is YAML, so that it has to be a map to count as one. */
function yamlOf(text: string): unknown {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  return document.toJS() as unknown;
}

/** The document as its schema has it. Throws InputError with the place of what is wrong. */
export function shaped<T extends z.ZodType>(schema: T, document: unknown, name: string): z.infer<T> {
  const checked = schema.safeParse(document);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new InputError(`${name}: ${issue!.path.map(String).join(".") || "the document"}: ${issue!.message}`, {
    hint: "was it written by another version of shardplan? Write it anew",
  });
}
