import { textOfKey, typeOfKey, type KeyValue } from "../workload/key-value.ts";

/** A key's values as people write them: text in quotes, NULL as NULL, columns separated by commas. */
export function keyText(key: readonly KeyValue[]): string {
  return key.map(valueText).join(", ");
}

function valueText(value: KeyValue): string {
  switch (typeOfKey(value)) {
    case "null":
      return "NULL";
    case "text":
      return `'${textOfKey(value)}'`;
    default:
      return textOfKey(value);
  }
}
