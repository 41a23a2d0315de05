import { InputError } from "../../base/input-error.ts";
import type { ShardMap } from "../../placement/shard-map.ts";
import { clipped, displayWidth } from "../../report/display-width.ts";
import { jsonText } from "../../report/json-text.ts";
import { plainText } from "../../report/plain-text.ts";
import type { ColumnType } from "../../sql/schema.ts";
import { type KeyValue, textOfKey, typeOfKey } from "../../workload/key-value.ts";
import { linePieces, linesOf } from "../placing/key-lines.ts";
import { guessTypes, readKey } from "../placing/key-reader.ts";
import { type Placing, placingOfFlags } from "../placing/placing-of-flags.ts";
import { shardsOfLines } from "../placing/shard-lines.ts";
import type { Surroundings } from "../surroundings.ts";

/** The flags of `place`, as they are after parsing. */
export interface PlaceFlags {
  readonly target?: string;
  readonly shards?: string;
  readonly design?: string;
  readonly table?: string;
  readonly schema?: string;
  readonly type?: string;
  readonly strategy?: string;
  readonly hash?: string;
  readonly virtualNodes?: string;
  readonly splits?: string;
  readonly set?: readonly string[];
  readonly json?: true;
  readonly shardsOnly?: true;
}

/** Places the keys of the command line, or those of stdin as they come. */
export async function runPlace(keys: readonly string[], flags: PlaceFlags, around: Surroundings): Promise<void> {
  if (keys.includes("-") && keys.length > 1)
    throw new InputError("-: it stands for all keys, and more were given", { hint: "pass either - or keys" });
  const placing = await placingOfFlags(flags);
  if (keys[0] === "-") await placeStdin(placing, flags, around);
  else {
    const place = placeFor(placing, keys, around);
    // All or nothing: a key that is none leaves no half of an answer.
    around.stdout(printerOf(place, flags)(keys.map((text) => placeText(place, text, ""))));
  }
}

/** What all keys have in common. */
interface Place {
  readonly placing: Placing;
  readonly types: readonly ColumnType[];
  /** The types were told by this many first keys; 0 when they were given. */
  readonly guessedFrom: number;
  readonly map: ShardMap;
  /** Shards as they are shown, and as JSON has them: numbers where a count was given. */
  readonly names: readonly string[];
  readonly numbered: boolean;
}

interface PlacedKey {
  readonly key: readonly KeyValue[];
  readonly steps: readonly (readonly [string, string])[];
  readonly shard: number;
}

/** Settles the types, and says on stderr what a reader of the answer must know. */
function placeFor(placing: Placing, first: readonly string[], around: Surroundings): Place {
  const guessed = placing.types === undefined;
  const types = placing.types ?? guessTypes(first, placing.target.keyTypes(placing.strategy));
  const map = placing.mapOf(types);
  const { caveat, placement, name } = placing.target;
  for (const warning of placing.warnings) around.stderr(`warning: ${plainText(warning)}\n`);
  if (guessed) around.stderr(`note: the keys are taken for ${types.join(", ")}; --type says otherwise\n`);
  if (caveat !== undefined)
    around.stderr(`note: ${placement === "model" ? `a model of ${name}` : name}: ${caveat}\n`);
  return {
    placing,
    types,
    guessedFrom: guessed ? first.length : 0,
    map,
    names: placing.shards.map(plainText),
    numbered: placing.shards.every((shard, index) => shard === String(index)),
  };
}

async function placeStdin(placing: Placing, flags: PlaceFlags, around: Surroundings): Promise<void> {
  let place: Place | undefined;
  let printer: Printer | undefined;
  for await (const piece of linePieces(around.stdin as AsyncIterable<Uint8Array | string>)) {
    place ??= placeFor(placing, linesOf(piece), around);
    printer ??= printerOf(place, flags);
    // What was placed before a key that can't be is printed.
    if (flags.shardsOnly) {
      const known = place;
      let shards = "";
      const owned = (shard: number): void => {
        shards += `${known.names[shard]!}\n`;
      };
      try {
        shardsOfLines(known.map, known.types, piece, owned, (text, line) =>
          shardOfText(known, text, `stdin:${line}: `),
        );
      } finally {
        around.stdout(shards);
      }
      continue;
    }
    const placed: PlacedKey[] = [];
    try {
      for (const [index, text] of linesOf(piece).entries())
        placed.push(placeText(place, text, `stdin:${piece.firstLine + index}: `));
    } finally {
      if (placed.length > 0) around.stdout(printer(placed));
    }
  }
  if (place === undefined)
    throw new InputError("stdin: no key to place", { hint: "pass one key a line", exitCode: 3 });
}

function placeText(place: Place, text: string, where: string): PlacedKey {
  return guarded(place, where, () => {
    const key = readKey(text, place.types, where);
    const steps = (place.map.trace?.(key) ?? []).map(({ what, value }) => [what, value] as const);
    return { key, steps, shard: place.map.shardOf(key) };
  });
}

function shardOfText(place: Place, text: string, where: string): number {
  return guarded(place, where, () => place.map.shardOf(readKey(text, place.types, where)));
}

/** Adds to an error where the key stands, and that its type was guessed. */
function guarded<T>({ guessedFrom }: Place, where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const message = error.message.startsWith(where) ? error.message : `${where}${error.message}`;
    const few = guessedFrom === 1 ? "first key" : `first ${guessedFrom} keys`;
    const hint =
      guessedFrom > 0 && / is no (?:value|key) of /.test(message)
        ? `the type was told by the ${few}: pass --type`
        : error.hint;
    throw new InputError(message, { ...(hint !== undefined && { hint }), exitCode: error.exitCode });
  }
}

/** Text of placed keys; called again, it goes on where it was. */
type Printer = (placed: readonly PlacedKey[]) => string;

function printerOf(place: Place, { json, shardsOnly }: PlaceFlags): Printer {
  if (shardsOnly) return (placed) => placed.map(({ shard }) => `${place.names[shard]!}\n`).join("");
  if (json) return (placed) => placed.map((key) => `${jsonText(answerOf(place, key))}\n`).join("");
  return tablePrinter(place);
}

/** The answer about a key. Its values are texts, so that no reader of JSON rounds them. */
function answerOf({ placing, types, numbered }: Place, { key, steps, shard }: PlacedKey): object {
  const { target, strategy, shards } = placing;
  const values = key.map((value) => (typeOfKey(value) === "null" ? null : textOfKey(value)));
  return {
    key: values.length === 1 ? values[0] : values,
    type: types.length === 1 ? types[0] : types,
    target: target.name,
    strategy,
    steps: Object.fromEntries(steps),
    shard: numbered ? shard : shards[shard],
    placement: target.placement,
    ...(target.caveat !== undefined && { caveat: target.caveat }),
  };
}

/** Columns are as wide as what was seen so far: with a stream the table may widen, but nothing waits for its end. */
function tablePrinter({ names }: Place): Printer {
  const widths: number[] = [];
  const cellsOf = ({ key, steps, shard }: PlacedKey): readonly string[] => [
    shownKey(key),
    ...steps.map(([, value]) => clipped(plainText(value), cellWidth)),
    names[shard]!,
  ];
  const padded = (cell: string, column: number): string => cell + " ".repeat(widths[column]! - displayWidth(cell));
  return (placed) => {
    const rows = placed.map(cellsOf);
    if (widths.length === 0) rows.unshift(["key", ...placed[0]!.steps.map(([what]) => plainText(what)), "shard"]);
    for (const cells of rows)
      for (const [column, cell] of cells.entries())
        widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
    return rows.map((cells) => `${cells.map(padded).join("  ").trimEnd()}\n`).join("");
  };
}

const cellWidth = 60;

/** A text as it is, where that is harmless and clear; else as JSON, which shows what is in it. */
function shownKey(key: readonly KeyValue[]): string {
  const [only] = key;
  if (key.length > 1) return clipped(plainText(`[${key.map(jsonOf).join(", ")}]`), cellWidth);
  if (typeOfKey(only!) === "null") return "NULL";
  const text = textOfKey(only!);
  const harmless = text !== "" && text !== "NULL" && plainText(text) === text;
  return clipped(harmless ? text : jsonText(text), cellWidth);
}

/** A value as JSON has it, numbers with all their digits. */
function jsonOf(value: KeyValue): string {
  const type = typeOfKey(value);
  if (type === "null") return "null";
  return type === "int" || type === "decimal" ? textOfKey(value) : jsonText(textOfKey(value));
}
