import { dayOf, daysOfCore, timeOf, timeText, type LoggedTime } from "./logged-time.ts";
import type { KeyedChance } from "../../stats/keyed-chance.ts";
import { placeInOrder, placeLargeInOrder } from "./order-preserving.ts";

/** Of the paths of chance: what they are for. */
const labels = { magnitude: 1, fraction: 2, digits: 3, uuid: 4, objectId: 5, hex: 6, day: 7, timeOfDay: 8, text: 9 };

/**
 * Values that stand for those of a log. Equal values have equal stand-ins, whatever column they stand in, and unequal ones unequal
 * ones. The type stays, and so does order: of numbers by value (as exact ones: a double may hold fewer digits), of dates and times
 * from 1900 to 2100, of UUIDs of one version, of ObjectIds, of hexadecimal bytes, and of all other text by its bytes. Between
 * these kinds it does not, nor between digits on a column of text, which are numbers here.
 *
 * What somebody without the key still sees: order, equality, how often a value occurs; a number's rough size; how long a text is,
 * and how many first letters two of them share; zones, signs, leading zeros. Kept as they are, because they say no more than
 * their type: NULL, words for true and false, infinities, NaN, the empty text, and dates up to the year 1000 or from 9000 on,
 * which stand for "never". Dates between these years become text like any other.
 */
export class StandInValues {
  readonly #chance: KeyedChance;
  readonly #integers = new Map<number, number | string>();
  readonly #texts = new Map<string, string>();

  constructor(chance: KeyedChance) {
    this.#chance = chance;
  }

  /** For a whole number of at most 53 bits: another one, or its digits where it has more. */
  integer(value: number): number | string {
    let known = this.#integers.get(value);
    if (known === undefined) {
      const magnitude = this.#magnitude(BigInt(Math.abs(value)));
      const fits = magnitude <= BigInt(Number.MAX_SAFE_INTEGER);
      const sign = value < 0 ? -1 : 1;
      known = fits ? sign * Number(magnitude) : `${BigInt(sign) * magnitude}`;
      remember(this.#integers, value, known);
    }
    return known;
  }

  /** For the bytes of a text. */
  text(bytes: Uint8Array): string {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    let known = this.#texts.get(text);
    if (known === undefined) remember(this.#texts, text, (known = this.#textOf(text)));
    return known;
  }

  #textOf(text: string): string {
    if (keptWords.test(text)) return text;
    const number = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
    if (number !== null && /^[+-]?\.?\d/.test(text)) return this.#number(number);
    if (uuid.test(text)) return this.#uuid(text);
    if (objectId.test(text)) return this.#objectId(text);
    const hex = /^(\\x|0[xX])((?:[0-9a-fA-F]{2})+)$|^((?:[0-9a-fA-F]{2}){12,})$/.exec(text);
    if (hex !== null) return `${hex[1] ?? ""}${this.#hex((hex[2] ?? hex[3])!)}`;
    const time = timeOf(text);
    if (time === undefined) return this.#letters(text);
    if (time.day >= 0 && time.day < daysOfCore) return this.#time(time);
    return time.year <= 1000 || time.year >= 9000 ? text : this.#letters(text);
  }

  #magnitude(value: bigint): bigint {
    const segment = segments.findIndex(({ until }) => value < until);
    if (segment < 0) return BigInt(this.#pairs(`${value}`, labels.digits));
    const { from, until, to, end } = segments[segment]!;
    this.#chance.start(labels.magnitude);
    this.#chance.step(segment);
    return to + placeLargeInOrder(this.#chance, value - from, until - from, end - to);
  }

  /** By value: digits behind the point keep their order under those before it, and zeros at the end stay zeros. */
  #number([, sign, whole, fraction, exponent]: RegExpExecArray | readonly string[]): string {
    if (exponent !== undefined) return this.#number(["", sign!, ...plainDigits(whole!, fraction ?? "", Number(exponent))]);
    const zeros = /^0*(?=\d)/.exec(whole!)?.[0] ?? "";
    // -0 is 0, which may have a stand-in above it; .5 is 0.5.
    const shown = sign === "-" && /^0*$/.test(whole! + (fraction ?? "")) ? "+" : sign;
    const before = `${shown}${zeros}${this.#magnitude(BigInt(whole || "0"))}`;
    if (fraction === undefined) return before;
    const digits = fraction.replace(/0+$/, "");
    return `${before}.${this.#pairs(digits, labels.fraction)}${fraction.slice(digits.length)}`;
  }

  /** The 6 bits that say version and variant leave room to spare for the other 122. */
  #uuid(text: string): string {
    const value = BigInt(`0x${text.replaceAll("-", "")}`);
    const told = ((value >> 80n) << 74n) | (((value >> 64n) & 0xfffn) << 62n) | (value & 0x3fffffffffffffffn);
    this.#chance.start(labels.uuid);
    const hex = hexOf(placeLargeInOrder(this.#chance, told, 1n << 122n, 1n << 128n), 32);
    return inCaseOf(text, hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"));
  }

  /** MongoDB's, whose times before 2038 leave a bit to spare. */
  #objectId(text: string): string {
    this.#chance.start(labels.objectId);
    return inCaseOf(text, hexOf(placeLargeInOrder(this.#chance, BigInt(`0x${text}`), 1n << 95n, 1n << 96n), 24));
  }

  /** Two bytes for each. */
  #hex(text: string): string {
    const places = this.#places(labels.hex, Buffer.from(text, "hex"), 256, 65_536);
    return inCaseOf(text, places.map((place) => place.toString(16).padStart(4, "0")).join(""));
  }

  /** Two digits for each, none of which are 00 to 09. */
  #pairs(digits: string, label: number): string {
    const places = this.#places(label, Uint8Array.from(digits, Number), 10, 90);
    return places.map((place) => `${10 + place}`).join("");
  }

  /** Two letters for each byte. Letters without vowels make no words. */
  #letters(text: string): string {
    const places = this.#places(labels.text, Buffer.from(text, "latin1"), 256, consonants.length ** 2);
    return places
      .map((place) => consonants[Math.floor(place / consonants.length)]! + consonants[place % consonants.length]!)
      .join("");
  }

  /** Of symbols below `size`, places below `room`: each follows from those before it, so that order is that of the first to differ. */
  #places(label: number, symbols: Uint8Array, size: number, room: number): number[] {
    const chance = this.#chance;
    chance.start(label);
    return Array.from(symbols, (symbol) => {
      const mark = chance.mark();
      const place = placeInOrder(chance, symbol, size, room);
      chance.resume(mark);
      chance.step(symbol + 2); // 0 and 1 are steps of the halving
      return place;
    });
  }

  /** Days are moved apart, and times stay between their midnight and the next: a date is its midnight, before and after. */
  #time(time: LoggedTime): string {
    const { day, micros } = time;
    const first = this.#day(day);
    if (micros === 0) return timeText(time, first, 0);
    const days = Math.min(mostDaysApart, this.#day(day + 1) - first);
    this.#chance.start(labels.timeOfDay);
    this.#chance.step(day % 65_536);
    this.#chance.step(Math.floor(day / 65_536));
    const placed = 1 + placeInOrder(this.#chance, micros - 1, microsOfDay - 1, days * microsOfDay - 1);
    return timeText(time, first + Math.floor(placed / microsOfDay), placed % microsOfDay);
  }

  /** At least two days lie between the stand-ins of two days. */
  #day(day: number): number {
    this.#chance.start(labels.day);
    return 2 * placeInOrder(this.#chance, day, daysOfCore + 1, Math.floor(dayOf(9000, 1, 1)! / 2));
  }
}

/** Whole numbers, by size: `from` to below `until` become `to` to below `end`. Those that counters hold as numbers stay so below 2^51. */
const segments = [
  { from: 0n, until: 1n << 40n, to: 0n, end: 1n << 50n },
  { from: 1n << 40n, until: 1n << 51n, to: 1n << 50n, end: 1n << 53n },
  { from: 1n << 51n, until: 1n << 62n, to: 1n << 53n, end: 1n << 63n },
  { from: 1n << 62n, until: 1n << 64n, to: 1n << 63n, end: 10n ** 20n },
];

const consonants = "bcdfghjklmnpqrstvwxz";
const microsOfDay = 86_400e6;
const mostDaysApart = 30;
const keptWords = /^(?:|t|f|true|false|y|n|yes|no|on|off|[+-]?inf(?:inity)?|nan|null)$/i;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const objectId = /^[0-7][0-9a-f]{23}$/i;

const hexOf = (value: bigint, digits: number): string => value.toString(16).padStart(digits, "0");
const inCaseOf = (text: string, hex: string): string => (/[A-F]/.test(text) && !/[a-f]/.test(text) ? hex.toUpperCase() : hex);

/** Digits before and behind the point, without an exponent. */
function plainDigits(whole: string, fraction: string, exponent: number): readonly string[] {
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const before = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "";
  const behind = point > 0 ? digits.slice(point) : "0".repeat(-point) + digits;
  return behind === "" ? [before] : [before, behind];
}

/** What was found once is not looked for again, while there is room. */
function remember<Key, Found>(known: Map<Key, Found>, key: Key, found: Found): void {
  if (known.size < 1_000_000) known.set(key, found);
}
