import { mix32 } from "../stats/mix.ts";
import { textOfKey, typeOfKey, type KeyValue } from "../workload/key-value.ts";

/**
 * A key's values as people write them: NULL as NULL, columns separated by commas, text in quotes if `literals` may be
 * shown, else as its stand-in.
 */
export function keyText(key: readonly KeyValue[], literals: boolean): string {
  return key.map((value) => valueText(value, literals)).join(", ");
}

/**
 * What stands for a value that may be personal (an e-mail address, a session token, a name): `text 3f9a2c (24
 * characters)`, with a hash of it, so that one value has one stand-in in every report. Only text is taken for
 * personal, and bytes, which may be text; integers, decimals, uuids, dates and booleans are undefined here and shown,
 * because ids are what the report is about. The hash hides nothing from somebody who can guess the value.
 */
export function standInOf(value: KeyValue): string | undefined {
  const type = typeOfKey(value);
  if (type !== "text" && type !== "bytes") return undefined;
  const text = textOfKey(value);
  const [length, unit] = type === "text" ? [[...text].length, "character"] : [text.length / 2, "byte"];
  return `${type} ${hashDigits(text)} (${length} ${unit}${length === 1 ? "" : "s"})`;
}

function valueText(value: KeyValue, literals: boolean): string {
  const standIn = literals ? undefined : standInOf(value);
  if (standIn !== undefined) return standIn;
  switch (typeOfKey(value)) {
    case "null":
      return "NULL";
    case "text":
      return `'${textOfKey(value)}'`;
    default:
      return textOfKey(value);
  }
}

/** Six hexadecimal digits, the same in every run. */
function hashDigits(text: string): string {
  let hash = text.length;
  for (let index = 0; index < text.length; index++) hash = mix32(Math.imul(hash, 0x9e3779b1) ^ text.charCodeAt(index));
  return (hash >>> 8).toString(16).padStart(6, "0");
}
