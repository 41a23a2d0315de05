/**
 * JSON of plain data in which one object may stand in several places: each is written once, and is one object again when it
 * is read. Of trees it is plain JSON, apart from the marks: `{"=": n}` is the nth object or array, from 0, in the order of
 * writing.
 */
export function sharedJson(value: unknown): string {
  const numbers = new Map<object, number>();
  const written = (one: unknown): unknown => {
    if (typeof one !== "object" || one === null) return one;
    const number = numbers.get(one);
    if (number !== undefined) return { "=": number };
    numbers.set(one, numbers.size);
    if (Array.isArray(one)) return one.map(written);
    return Object.fromEntries(Object.entries(one).map(([key, part]) => [key, written(part)]));
  };
  return JSON.stringify(written(value));
}

/** What `sharedJson` wrote. */
export function fromSharedJson(text: string): unknown {
  const read: unknown[] = [];
  const restored = (one: unknown): unknown => {
    if (typeof one !== "object" || one === null) return one;
    if ("=" in one) return read[one["="] as number];
    if (Array.isArray(one)) {
      const items: unknown[] = [];
      read.push(items);
      for (const item of one) items.push(restored(item));
      return items;
    }
    const object: Record<string, unknown> = {};
    read.push(object);
    for (const [key, part] of Object.entries(one)) object[key] = restored(part);
    return object;
  };
  return restored(JSON.parse(text));
}
