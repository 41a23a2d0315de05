import { readFileSync } from "node:fs";

/** The version in package.json, which stands two folders above src/cli, dist/cli and dist/bundle. */
export function toolVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
