/**
 * The elements of the text form of a one-dimensional array, `{1,NULL,"a b"}`, null for NULL.
 * Undefined for text of another form. https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
export function arrayElements(text: string): readonly (string | null)[] | undefined {
  const inner = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1];
  if (inner === undefined || inner.includes("{")) return undefined;
  if (inner.trim() === "") return [];
  const items = inner.match(/"(?:[^"\\]|\\.)*"|[^,]+/gs) ?? [];
  return items.map((item) => {
    const element = item.trim();
    if (/^null$/i.test(element)) return null;
    return element.startsWith('"') ? element.slice(1, -1).replace(/\\(.)/gs, "$1") : element;
  });
}
