import { z } from "zod";

/** An XML element: its name, attributes, and its children in order; text is kept apart. */
interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

/** Reads XML as strictly as a parser of the standard would: one root, tags that match, no bare sign in text or values. */
export function readXml(text: string): Element {
  const token = /<\?xml [^?]*\?>|<\/([\w-]+)>|<([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  const root = { name: "", attributes: {}, children: [] as Element[], text: "" };
  const open: { name: string; attributes: Record<string, string>; children: Element[]; text: string }[] = [root];
  let at = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    at = token.lastIndex;
    const [, closing, opening, attributes, alone, plain] = match;
    const inner = open.at(-1)!;
    if (plain !== undefined) inner.text += decoded(plain);
    else if (closing !== undefined) {
      if (open.pop()!.name !== closing) throw new Error(`</${closing}> closes nothing`);
    } else if (opening !== undefined) {
      const pairs = [...attributes!.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, decoded(value!)]);
      const element = { name: opening, attributes: Object.fromEntries(pairs) as Record<string, string>, children: [], text: "" };
      inner.children.push(element);
      if (alone === "") open.push(element);
    }
  }
  if (at !== text.length || open.length !== 1 || root.children.length !== 1) throw new Error(`no XML from ${text.slice(at, at + 40)}`);
  return root.children[0]!;
}

function decoded(text: string): string {
  // Characters of XML 1.0, section 2.2.
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text)) throw new Error("a character that XML does not have");
  if (/&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.test(text)) throw new Error("a bare &");
  const names: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(\w+);/g, (_, name: string) => names[name]!).replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

/**
 * The parts of junit-10.xsd that are written (jenkinsci/xunit-plugin,
 * src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd): testsuites of testsuites of testcases with
 * a failure each at most; testsuite needs name, tests and failures and errors as numbers, testcase needs name.
 */
const count = z.string().regex(/^\d+$/);
const blank = z.string().regex(/^\s*$/);
const failure = z.strictObject({
  name: z.literal("failure"),
  attributes: z.strictObject({ type: z.string(), message: z.string() }),
  children: z.array(z.never()),
  text: z.string(),
});
const testcase = z.strictObject({
  name: z.literal("testcase"),
  attributes: z.strictObject({ name: z.string().min(1), classname: z.string().min(1) }),
  children: z.array(failure).max(1),
  text: blank,
});
const testsuite = z.strictObject({
  name: z.literal("testsuite"),
  attributes: z.strictObject({ name: z.string(), tests: count, failures: count, errors: count, skipped: count }),
  children: z.array(testcase),
  text: blank,
});
export const junitShape = z.strictObject({
  name: z.literal("testsuites"),
  attributes: z.strictObject({ name: z.string(), tests: count, failures: count, errors: count }),
  children: z.array(testsuite).min(1),
  text: blank,
});
