import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { byName } from "../base/order.ts";

/** Does the argument hold any of the signs that make it a pattern? */
export const isGlob = (argument: string): boolean => /[*?[{]/.test(argument);

/**
 * Files that match a pattern, in order of name: `*` and `?` within a name, `**` over any number of folders, `[a-z]`,
 * `[!a]` and `{a,b}`. A name that starts with a dot is matched only by a pattern that does. Node 20 has no glob of its
 * own, and shells leave quoted patterns to us.
 */
export function glob(pattern: string): readonly string[] {
  const found = new Set<string>();
  for (const plain of expandBraces(pattern)) {
    const absolute = plain.startsWith("/");
    const segments = plain.split("/").filter((segment) => segment !== "");
    collect(absolute ? "/" : "", segments, found);
  }
  return [...found].sort(byName);
}

function collect(folder: string, segments: readonly string[], found: Set<string>): void {
  const [segment, ...rest] = segments;
  if (segment === undefined) return;
  if (segment === "**") {
    collect(folder, rest.length === 0 ? ["*"] : rest, found);
    for (const name of names(folder)) {
      const path = folder + name;
      if (!name.startsWith(".") && isFolder(path)) collect(`${path}/`, segments, found);
    }
    return;
  }
  const literal = !isGlob(segment);
  const matches = literal ? () => false : nameMatcher(segment);
  const candidates = literal
    ? [segment]
    : names(folder).filter((name) => matches(name) && (!name.startsWith(".") || segment.startsWith(".")));
  for (const name of candidates) {
    const path = folder + name;
    const kind = statSync(path, { throwIfNoEntry: false });
    if (kind === undefined) continue;
    if (rest.length > 0) {
      if (kind.isDirectory()) collect(`${path}/`, rest, found);
    } else if (!kind.isDirectory()) {
      found.add(path);
    }
  }
}

/** `a{b,c}d` is `abd` and `acd`; braces may be nested. */
function expandBraces(pattern: string): string[] {
  const open = pattern.indexOf("{");
  if (open === -1) return [pattern];
  let depth = 0;
  const commas = [open];
  for (let index = open; index < pattern.length; index++) {
    const sign = pattern[index];
    if (sign === "{") depth += 1;
    if (sign === "," && depth === 1) commas.push(index);
    if (sign === "}") depth -= 1;
    if (depth > 0) continue;
    const ends = [...commas.slice(1), index];
    const before = pattern.slice(0, open);
    const after = pattern.slice(index + 1);
    return ends.flatMap((end, part) => expandBraces(before + pattern.slice(commas[part]! + 1, end) + after));
  }
  return [pattern];
}

function nameMatcher(segment: string): (name: string) => boolean {
  let source = "";
  for (let index = 0; index < segment.length; index++) {
    const sign = segment[index]!;
    const close = sign === "[" ? segment.indexOf("]", index + 2) : -1;
    if (sign === "*") source += ".*";
    else if (sign === "?") source += ".";
    else if (close !== -1) {
      const inside = segment
        .slice(index + 1, close)
        .replace(/^[!^]/, "^")
        .replaceAll("\\", "\\\\");
      source += `[${inside}]`;
      index = close;
    } else source += sign.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  }
  const expression = new RegExp(`^${source}$`, "su");
  return (name) => expression.test(name);
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder === "" ? "." : join(folder)).sort(byName);
  } catch (error) {
    // A folder that can't be listed has no matches, as in a shell.
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
