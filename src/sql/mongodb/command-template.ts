import type { AccessPattern } from "../access.ts";
import type { Slot, SlotKind, Template } from "../template.ts";
import { commandPattern } from "./access.ts";
import { documentOf, SlotValue } from "./document.ts";
import { isSlotMark, slotMark } from "./skeleton.ts";

/**
 * The template behind a skeleton. Its text is the command in JSON, with `?` for a number, `"?"` for another value, `$?`
 * for one that the log does not have, and `+` behind what stands for several, as in templates of SQL.
 */
export function templateOfSkeleton(skeleton: Uint8Array): Template {
  const parts: string[] = [];
  const slots: Slot[] = [];
  let text = "";
  let from = 0;
  for (let at = 0; at <= skeleton.length; at++) {
    const mark = at < skeleton.length ? skeleton[at]! : slotMark.number;
    if (!isSlotMark(mark)) continue;
    const part = decoder.decode(skeleton.subarray(from, at));
    parts.push(part);
    text += part;
    from = at + 1;
    if (at === skeleton.length) break;
    const kind = kinds[(mark & 3) - 1]!;
    const repeat = (mark & slotMark.rows) !== 0 ? "rows" : (mark & slotMark.list) !== 0 ? "list" : "one";
    slots.push({ kind, repeat });
    text += shown[kind] + (repeat === "one" ? "" : "+");
  }
  return { text, dialect: "mongodb", parts, slots };
}

/** What a command's template does, in the vocabulary of statements. */
export function parseCommandTemplate({ parts, slots }: Template): AccessPattern {
  const json = parts.reduce((text, part, index) => `${text}{"${slotKey}":${index - 1}}${part}`);
  try {
    const command = documentOf(JSON.parse(json, (_, value) => slotValue(value, slots)));
    return command === undefined ? unreadable : commandPattern(command);
  } catch (error) {
    if (error instanceof SyntaxError) return unreadable; // a name with an escape that JSON does not know
    if (error instanceof RangeError) return { kind: "unknown", reason: "nested too deeply" };
    throw error;
  }
}

function slotValue(value: unknown, slots: readonly Slot[]): unknown {
  const index = documentOf(value)?.[slotKey];
  const slot = typeof index === "number" ? slots[index] : undefined;
  return slot === undefined ? value : new SlotValue(index as number, slot.repeat !== "one", slot.kind === "number");
}

const unreadable: AccessPattern = { kind: "unknown", reason: "a MongoDB command that is no valid JSON" };
const slotKey = "$slot";
const kinds: readonly SlotKind[] = ["number", "string", "parameter"];
const shown: Readonly<Record<SlotKind, string>> = { number: "?", string: '"?"', parameter: "$?" };
const decoder = new TextDecoder();
