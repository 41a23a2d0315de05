import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

/** A browser of the system; undefined where there is none. */
export const browserPath = places.find((path) => existsSync(path));

export function openBrowser(): Promise<Browser> {
  // As root, as in a container, Chromium has no sandbox of its own.
  return chromium.launch({ executablePath: browserPath!, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}
