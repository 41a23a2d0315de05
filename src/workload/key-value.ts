/**
 * One value of a key column: its type and every digit, as a plain string so that it can key a Map. On an integer column
 * `42`, `'42'` and `42::bigint` are one key; on a text column `'42'` is another. The column's type decides, here, once.
 */
export type KeyValue = `${KeyType}:${string}`;

export type KeyType = "int" | "decimal" | "float" | "text" | "uuid" | "bytes" | "boolean" | "date" | "timestamp" | "null";
