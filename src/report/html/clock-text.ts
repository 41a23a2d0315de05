import type { Tick } from "./plot.ts";

/** The time of day of a point in ISO 8601, with the day where the whole does not fit in one. */
export function clockText(iso: string, seconds: number): string {
  const day = iso.slice(5, 10);
  const time = iso.slice(11, seconds < 7200 ? 19 : 16);
  return seconds < 86_400 ? time : `${day} ${time}`;
}

/** Beginning, middle and end: as many as a narrow page has room for. */
export function clockTicks(fromMs: number, toMs: number): readonly Tick[] {
  return [fromMs, (fromMs + toMs) / 2, toMs].map((at) => ({
    at,
    label: clockText(new Date(Math.round(at)).toISOString(), (toMs - fromMs) / 1000),
  }));
}
