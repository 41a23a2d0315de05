/**
 * What the input does not tell, with the reason. It is a value of its own, so that nobody mistakes it for 0 or
 * "neutral".
 */
export interface Unknown {
  readonly unknown: string;
}

export type Known<T> = T | Unknown;

export function isUnknown(value: unknown): value is Unknown {
  return typeof value === "object" && value !== null && typeof (value as Unknown).unknown === "string";
}
