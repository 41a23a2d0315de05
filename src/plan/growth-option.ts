import { power } from "../stats/power.ts";
import { nearest } from "../analyze/nearest-name.ts";
import { InputError } from "../base/input-error.ts";
import { byteUnits } from "./byte-size.ts";
import type { Estimate } from "./estimate.ts";
import { daysPerMonth, type Growth } from "./growth.ts";

/** What can grow: reads and writes in statements per second, data in bytes, connections. */
export type Quantity = "reads" | "writes" | "data" | "connections";

/** By quantity; only those that the user named. */
export type GivenGrowth = Readonly<Partial<Record<Quantity, Growth>>>;

/** In which units each quantity may grow absolutely, and what one of them is. */
const absoluteUnits: Readonly<Record<Quantity, Readonly<Record<string, number>>>> = {
  reads: { "/s": 1, "/min": 1 / 60 },
  writes: { "/s": 1, "/min": 1 / 60 },
  data: byteUnits,
  connections: { "": 1 },
};

const examples: Readonly<Record<Quantity, string>> = {
  reads: "5%/month or 200/s/month",
  writes: "8%/month or 50/s/month",
  data: "3%/month or 40GB/month",
  connections: "2%/month or 20/month",
};

const periodMonths: Readonly<Record<string, number>> = {
  day: 1 / daysPerMonth,
  week: 7 / daysPerMonth,
  month: 1,
  quarter: 3,
  year: 12,
};

const whole = "writes 8%/month, reads 5%/month, data 40GB/month";
const number = String.raw`[+-]?(?:\d+(?:\.\d+)?|\.\d+)`;
const termPattern = new RegExp(String.raw`^([^\s\d+-]+)(\s+)(${number})(?:\s*\.\.\s*(${number}))?\s*(.*?)\s*/\s*([a-z]+)$`, "i");

/**
 * Reads "writes 8%/month, reads 5%/month, data 40GB/month". A percentage compounds; anything else is added each time.
 * Periods are day, week, month, quarter and year. A range such as "6..10%/month" is an interval, its middle the value.
 * Throws InputError with line and column in the text; `origin` is what it was given by.
 */
export function parseGrowth(text: string, origin = "--growth"): GivenGrowth {
  const growth: Partial<Record<Quantity, Growth>> = {};
  let at = 0;
  for (const part of text.split(",")) {
    const start = at + part.length - part.trimStart().length;
    at += part.length + 1;
    const fail: Fail = (offset, message, hint) => {
      throw new InputError(`${placeIn(text, start + offset, origin)}: ${message}`, { hint });
    };
    const [quantity, grows] = readTerm(part.trim(), fail);
    if (growth[quantity] !== undefined) fail(0, `"${quantity}" is given twice`, "give each quantity once");
    growth[quantity] = grows;
  }
  return growth;
}

type Fail = (offset: number, message: string, hint: string) => never;

function placeIn(text: string, offset: number, origin: string): string {
  const before = text.slice(0, offset).split("\n");
  return `${origin}:${before.length}:${before.at(-1)!.length + 1}`;
}

function readTerm(term: string, fail: Fail): readonly [Quantity, Growth] {
  if (term === "") return fail(0, "a quantity with its growth is missing", `such as "${whole}"`);
  const name = /^[^\s\d+-]*/.exec(term)![0];
  const quantity = quantityOf(name.toLowerCase());
  if (quantity === undefined)
    return fail(0, name === "" ? "what grows is missing" : `"${name}" is nothing that grows here`, nearest(name.toLowerCase(), Object.keys(absoluteUnits), "quantities"));
  const match = termPattern.exec(term);
  const hint = `such as ${quantity} ${examples[quantity]}`;
  if (match === null) {
    const rest = term.slice(name.length);
    const offset = name.length + rest.length - rest.trimStart().length;
    return fail(offset, rest.trim() === "" ? `by how much ${quantity} grow is missing` : `"${rest.trim()}" is no growth by the month`, hint);
  }
  const [, , space, first, last, unit, period] = match as unknown as [string, string, string, string, string | undefined, string, string];
  const amountAt = name.length + space.length;
  const months = periodMonths[period.toLowerCase().replace(/(?<=.{3})s$/, "")];
  if (months === undefined)
    return fail(term.length - period.length, `"${period}" is no period of growth`, nearest(period.toLowerCase(), Object.keys(periodMonths), "periods"));
  const ends = [Number(first), Number(last ?? first)] as const;
  if (ends[0] > ends[1]) return fail(amountAt, `the range ends below its beginning, ${ends[1]} below ${ends[0]}`, "swap them");
  const unitAt = term.indexOf(unit, amountAt + first.length);
  if (unit === "%") {
    if (ends[0] <= -100) return fail(amountAt, `${ends[0]} % leaves nothing to grow`, hint);
    return [quantity, { kind: "compound", perMonth: between(ends, (share) => power(1 + share / 100, 1 / months) - 1) }];
  }
  const factor = factorOf(unit, absoluteUnits[quantity]);
  if (factor === undefined)
    return fail(unit === "" ? amountAt : unitAt, unit === "" ? `${quantity} need a unit` : `${quantity} don't grow by "${unit}"`, hint);
  return [quantity, { kind: "absolute", perMonth: between(ends, (amount) => (amount * factor) / months) }];
}

/** Plain words that people use for them. */
const otherNames: Readonly<Record<string, Quantity>> = { storage: "data", disk: "data", sessions: "connections", clients: "connections" };

function quantityOf(name: string): Quantity | undefined {
  if (Object.hasOwn(absoluteUnits, name)) return name as Quantity;
  return Object.hasOwn(otherNames, name) ? otherNames[name] : undefined;
}

function factorOf(unit: string, units: Readonly<Record<string, number>>): number | undefined {
  const plain = unit.toLowerCase().replaceAll(/\s/g, "");
  return Object.hasOwn(units, plain) ? units[plain] : undefined;
}

function between([first, last]: readonly [number, number], perMonth: (amount: number) => number): Estimate {
  return { value: perMonth((first + last) / 2), low: perMonth(first), high: perMonth(last) };
}
