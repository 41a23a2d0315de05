import * as fc from "fast-check";
import { expect, test } from "vitest";
import { html, Html } from "../../../src/report/html/html.ts";

test("text is escaped for elements and for quoted attributes, markup of our own is not", () => {
  const name = `<b onclick='x'>"&`;
  expect(html`<td title="${name}">${name}${html`<i>${1}</i>`}${["a", undefined]}</td>`.markup).toBe(
    '<td title="&lt;b onclick=&#39;x&#39;&gt;&quot;&amp;">&lt;b onclick=&#39;x&#39;&gt;&quot;&amp;<i>1</i>a</td>',
  );
});

test("what a page would act on is gone, as in every other output", () => {
  expect(html`${"a\u001b[31mb\u202ec\u0000d\n e"}`.markup).toBe("abcd e");
});

test("no text makes markup: whatever it is, the signs of markup are not in what it becomes", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...`<>&"';ab \u001b[\n`), maxLength: 60 }), (text) => {
      const { markup } = html`${text}`;
      expect(markup).not.toMatch(/[<>"']/);
      expect(markup.replaceAll(/&(amp|lt|gt|quot|#39);/g, "")).not.toContain("&");
    }),
  );
});

test("only a literal is markup: text that looks like an Html value is text", () => {
  expect(html`${new Html("<b>")}`.markup).toBe("<b>");
  expect(html`${"[object Html]"}`.markup).toBe("[object Html]");
});
