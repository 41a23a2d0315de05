import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderHtml } from "../../../src/report/html/render-html.ts";
import { Folder, root } from "../../cli/run.ts";
import { reportOf } from "../sample-report.ts";
import { browserPath, openBrowser } from "./browser.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const screenshots = join(root, "coverage/html");

/** What is rendered: the command that makes the JSON, and sections that the page then has. */
const documents = [
  {
    name: "shop",
    command: "analyze ./samples/shop.csv.gz --schema ./samples/shop.sql --json",
    sections: ["load", "design", "designs", "shards", "heat", "keys", "templates", "tables", "transactions", "ranking", "advice", "read"],
  },
  { name: "saas", command: "analyze ./samples/saas.csv.gz --schema ./samples/saas.sql --shards 4,16 --json", sections: ["heat"] },
  { name: "metrics", command: "analyze ./samples/metrics.csv.gz --schema ./samples/metrics.sql --json", sections: ["keys"] },
  { name: "access", command: "analyze ./samples/access.csv --json", sections: ["load"] },
  { name: "rows", command: "analyze --data orders=./samples/orders.csv --schema ./samples/shop.sql --json", sections: ["rows"] },
  {
    name: "reshard",
    command: "reshard --design ./samples/shop-design.yaml --to 12 ./samples/shop.csv.gz --schema ./samples/shop.sql --json",
    sections: ["moved", "movement", "steps", "strategies", "read"],
  },
  {
    name: "simulation",
    command: "simulate --scenario ./samples/checkout.yaml --no-capacity --json",
    flags: ["--fail", "shard 3 primary at 4s"],
    sections: ["expectations", "variant-1"],
  },
  {
    name: "plan",
    command: "plan ./samples/shop.csv.gz --schema ./samples/shop.sql --design ./samples/shop-design.yaml --rate 40000 --cores 8 --horizon 24mo --json",
    flags: ["--growth", "reads 8%/month, writes 8%/month"],
    sections: ["ladder", "chart", "steps", "now", "hangs-on", "assumed"],
  },
] as const;

/** All values that marks and cells carry, with their places in the JSON document. */
const dataOf = (page: Page): Promise<{ path: string; value: string }[]> =>
  page.$$eval("[data-path]", (marks) =>
    marks.map((mark) => ({ path: mark.getAttribute("data-path")!, value: mark.getAttribute("data-value")! })),
  );

function valueAt(document: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document);
}

if (browserPath === undefined && process.env["CI"] === "true")
  test("a browser is there", () => expect.fail("no chromium: as root on Debian, apt-get install chromium"));

describe.skipIf(browserPath === undefined)("the page, in a browser (skipped where there is no chromium)", () => {
  let folder: Folder;
  let browser: Browser;
  beforeAll(async () => {
    folder = new Folder();
    mkdirSync(screenshots, { recursive: true });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    folder.remove();
  });

  describe.each(documents)("of $name", ({ name, command, sections, ...rest }) => {
    let json: unknown;
    let path: string;
    let page: Page;
    const complaints: string[] = [];
    const requests: string[] = [];

    beforeAll(async () => {
      const { stdout, exitCode } = await folder.run([...command.split(" "), ...("flags" in rest ? rest.flags : [])]);
      expect([0, 1]).toContain(exitCode);
      json = JSON.parse(stdout);
      folder.write(`${name}.json`, stdout);
      path = folder.at(`${name}.html`);
      const made = await folder.run(["report", `./${name}.json`, "--html", `./${name}.html`]);
      expect(made).toEqual({ stdout: "", stderr: "", exitCode: 0 });
      page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("request", (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(path).href, { waitUntil: "load" });
    });
    afterAll(() => page?.close());

    test("asks for nothing, says nothing on the console, and is below 3 MB", async () => {
      expect(complaints).toEqual([]);
      expect(requests.filter((url) => url !== "data:,")).toEqual([pathToFileURL(path).href]);
      expect(readFileSync(path).length).toBeLessThan(3_000_000);
      expect(await page.$$eval("script", (scripts) => scripts.length)).toBe(0);
      expect(await page.evaluate("document.documentElement.lang")).toBe("en");
    });

    test("has its sections, none of them empty, and every value of a mark or cell is that of the JSON", async () => {
      const ids = await page.$$eval("main > section", (all) => all.map(({ id }) => id));
      expect(ids).toEqual(expect.arrayContaining([...sections]));
      const texts = await page.$$eval("main > section", (all) => all.map(({ textContent }) => textContent!.trim().length));
      for (const length of texts) expect(length).toBeGreaterThan(100);
      const data = await dataOf(page);
      expect(data.length).toBeGreaterThan(20);
      expect(data.map(({ path: place, value }) => `${place} ${value}`)).toEqual(
        data.map(({ path: place }) => `${place} ${String(valueAt(json, place))}`),
      );
    });

    test("draws: bars have a width, lines have points", async () => {
      const drawn = await page.$$eval("svg.bar", (bars) =>
        bars.filter((bar) => bar.checkVisibility()).map((bar) => bar.getBoundingClientRect().width),
      );
      expect(drawn.length + (await page.$$("path.series")).length).toBeGreaterThan(name === "rows" ? -1 : 2);
      for (const width of drawn) expect(width).toBeGreaterThan(20);
      const lines = await page.$$eval("path.series", (all) =>
        all.map((line) => ({ points: Number(line.getAttribute("data-points")), d: line.getAttribute("d")! })),
      );
      for (const { points, d } of lines) {
        expect(points).toBeGreaterThan(0);
        expect(d).toMatch(/^M[\d.]+ [\d.]+/);
        expect(d).not.toMatch(/NaN|Infinity|undefined/);
      }
    });

    test("fits a wide and a narrow screen, and prints", async () => {
      const sideways = () =>
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      expect(await sideways()).toBe(0);
      await page.screenshot({ path: join(screenshots, `${name}-light.png`), fullPage: true });
      const pdf = await page.pdf({ path: join(screenshots, `${name}.pdf`), format: "A4" });
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
      expect(pdf.length).toBeGreaterThan(20_000);
      await page.setViewportSize({ width: 380, height: 800 });
      expect(await sideways()).toBe(0);
      await page.screenshot({ path: join(screenshots, `${name}-narrow.png`), fullPage: true });
      await page.setViewportSize({ width: 1200, height: 900 });
    });

    test.each(["light", "dark"] as const)("is %s where the screen is, and axe finds nothing serious", async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await page.$$eval("details", (all) => all.forEach((one) => (one.open = true)));
      const paper = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      const red = Number(paper.match(/\d+/)![0]);
      expect(colorScheme === "dark" ? red : 255 - red).toBeLessThan(60);
      if (colorScheme === "dark")
        await page.screenshot({ path: join(screenshots, `${name}-dark.png`), fullPage: true });
      await page.evaluate(axe);
      const found = await page.evaluate<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>(
        "axe.run(document, { resultTypes: ['violations'] })",
      );
      const serious = found.violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 300)}`);
      expect(serious).toEqual([]);
    });
  });

  test("of 2,000 templates opens, and a hostile log changes nothing in it", async () => {
    const hostile = `'"><script>alert(1)</script><img src=x onerror=alert(1)>\u001b[31m\u202e`;
    const report = reportOf(
      Array.from({ length: 2000 }, (_, nth) => ({
        shape: `read t${nth % 40} c${nth % 7}=`,
        count: 1 + (nth % 9),
        values: (at: number) => [`${hostile}${at}`],
        ms: 1,
        text: `SELECT ${hostile} FROM t${nth % 40} WHERE c${nth % 7} = ? AND ${"x = y AND ".repeat(20)} ${nth}`,
      })),
    );
    expect(report.review.templates).toHaveLength(2000);
    const file = folder.write("many.html", renderHtml(report));
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("dialog", (dialog) => complaints.push(dialog.message()));
    await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
    expect(complaints).toEqual([]);
    expect(await page.$$eval("script, img, iframe", (all) => all.length)).toBe(0);
    expect(await page.$$eval("#templates tbody tr", (rows) => rows.length)).toBe(2000 + Math.min(50, report.hurting.length));
    const timing = await page.evaluate<{ loadEventEnd: number }>("performance.getEntriesByType('navigation')[0].toJSON()");
    expect(timing.loadEventEnd).toBeGreaterThan(0);
    expect(readFileSync(file).length).toBeLessThan(3_000_000);
    await page.close();
  });
});
