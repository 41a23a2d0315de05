import type { Dialect, Slot, SlotKind, Template } from "./template.ts";

/**
 * The text that a grammar is given: at each slot stands a sentinel, a literal that names the slot, because a grammar
 * wants to see a value there. What the sentinels became in the syntax tree is read back with `slotOfNumber` and
 * `slotOfString`. A slot can be written in several forms, since some places take a number only and others a string
 * only.
 */
export function withSentinels(template: Template, forms: readonly number[], dialect: Dialect): string {
  let text = template.parts[0] ?? "";
  for (const [index, slot] of template.slots.entries()) {
    text +=
      sentinel(index, formsOf(slot, dialect)[forms[index] ?? 0] ?? "number", dialect) +
      (template.parts[index + 1] ?? "");
  }
  return text;
}

export type SentinelForm = "number" | "string" | "parameter";

/** The forms to try, the likeliest first. */
export function formsOf(slot: Slot, dialect: Dialect): readonly SentinelForm[] {
  return forms[dialect][slot.kind];
}

const forms: Record<Dialect, Record<SlotKind, readonly SentinelForm[]>> = {
  postgres: {
    number: ["number", "string"],
    string: ["string", "number"],
    parameter: ["parameter", "string", "number"],
  },
  mysql: { number: ["number", "string"], string: ["string", "number"], parameter: ["parameter", "number", "string"] },
};

/**
 * Fits a 32-bit integer, for the places where grammars insist on one; an improbable literal, for those that stay in a
 * template.
 */
const base = 770_000_000;

function sentinel(slot: number, form: SentinelForm, dialect: Dialect): string {
  if (form === "number") return String(base + slot);
  if (form === "string") return `'__sp_${slot}__'`;
  return dialect === "postgres" ? `$${slot + 1}` : `:__sp_${slot}__`;
}

export function slotOfNumber(value: number, template: Template): number | undefined {
  const slot = value - base;
  return slot >= 0 && slot < template.slots.length && Number.isInteger(slot) ? slot : undefined;
}

export function slotOfString(value: string, template: Template): number | undefined {
  const found = /^__sp_(\d+)__$/.exec(value);
  if (found === null) return undefined;
  const slot = Number(found[1]);
  return slot < template.slots.length ? slot : undefined;
}

/** `:__sp_3__`, as MySQL's grammar hands on a named placeholder. */
export function slotOfPlaceholder(value: string, template: Template): number | undefined {
  return slotOfString(value.replace(/^:/, ""), template);
}

/** The slot that an error message points at, when it quotes the sentinel it stumbled over. */
export function slotInMessage(message: string, template: Template): number | undefined {
  const text = /__sp_\d+__/.exec(message);
  if (text !== null) return slotOfString(text[0], template);
  const number = /\b77\d{7}\b/.exec(message);
  if (number !== null) return slotOfNumber(Number(number[0]), template);
  const parameter = /"\$(\d+)"/.exec(message);
  if (parameter === null) return undefined;
  const slot = Number(parameter[1]) - 1;
  return slot >= 0 && slot < template.slots.length ? slot : undefined;
}
