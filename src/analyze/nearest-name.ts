/** A hint that names what there is, what looks most like the wrong name first. */
export function nearest(wrong: string, names: readonly string[], what: string): string {
  if (names.length === 0) return `there are no ${what}`;
  const ranked = names
    .map((name) => ({ name, distance: editDistance(wrong, name) }))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  const best = ranked[0]!;
  const close = best.distance <= Math.max(1, Math.floor(wrong.length / 3));
  const listed = ranked
    .slice(0, 8)
    .map(({ name }) => name)
    .join(", ");
  const more = names.length > 8 ? ", ..." : "";
  return close ? `did you mean "${best.name}"? ${what}: ${listed}${more}` : `${what}: ${listed}${more}`;
}

/** Levenshtein's distance: single characters inserted, deleted or replaced. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
