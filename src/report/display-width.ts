/**
 * Cells that a text takes in a terminal: two for East Asian wide and fullwidth characters and emoji (Unicode TR 11),
 * none for combining marks. The ranges are coarse but safe: what is doubtful counts as wide.
 */
export function displayWidth(text: string): number {
  if (/^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u00ff…−▸]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes().segment(text)) width += cellsOf(segment);
  return width;
}

/** As much of the beginning as fits, with "…" (or "...") for the rest. */
export function clipped(text: string, width: number, ellipsis = "…"): string {
  if (displayWidth(text) <= width) return text;
  const room = Math.max(0, width - displayWidth(ellipsis));
  let used = 0;
  let kept = "";
  for (const { segment } of graphemes().segment(text)) {
    used += cellsOf(segment);
    if (used > room) break;
    kept += segment;
  }
  return kept + ellipsis;
}

/**
 * Lines of at most `width` cells, broken at spaces where there are any, but not between a number and its unit; never
 * empty.
 */
export function wrapped(text: string, width: number): readonly string[] {
  return wrappedAtSpaces(text.replace(/(?<=\d) (?=%|s\b|ms\b|h\b|min\b)/g, "\u00a0"), width).map((line) =>
    line.replaceAll("\u00a0", " "),
  );
}

function wrappedAtSpaces(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    let rest = word;
    if (line !== "" && displayWidth(line) + 1 + displayWidth(rest) <= width) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== "") lines.push(line);
    while (displayWidth(rest) > width) {
      const head = clipped(rest, width, "") || [...rest][0]!;
      lines.push(head);
      rest = rest.slice(head.length);
    }
    line = rest;
  }
  if (line !== "" || lines.length === 0) lines.push(line);
  return lines;
}

/** Made when a text first needs it: loading its tables takes as long as writing a small report. */
function graphemes(): Intl.Segmenter {
  return (segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" }));
}

let segmenter: Intl.Segmenter | undefined;

function cellsOf(grapheme: string): number {
  const code = grapheme.codePointAt(0)!;
  if (/^\p{Mark}$/u.test(grapheme)) return 0;
  return wide.test(String.fromCodePoint(code)) || grapheme.includes("\ufe0f") ? 2 : 1;
}

const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f004}\u{1f0cf}\u{1f18e}-\u{1f19a}\u{1f200}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f7e0}-\u{1f7eb}\u{1f90c}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}]/u;
