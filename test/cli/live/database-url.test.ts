import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { databaseUrlOf, isDatabaseUrl, secretsOf, withoutSecrets } from "../../../src/cli/live/database-url.ts";
import { readDatabase } from "../../../src/cli/live/read-database.ts";
import { Folder } from "../run.ts";

describe("the URL of a database", () => {
  it.each(["postgres://h/d", "postgresql://h/d", "mysql://h/d", "MARIADB://h/d"])(
    "is told by its scheme: %s",
    (url) => {
      expect(isDatabaseUrl(url)).toBe(true);
    },
  );

  it.each(["postgres.csv", "logs/mysql", "-", "http://h/d"])("is not %s", (name) => {
    expect(isDatabaseUrl(name)).toBe(false);
  });

  it("is shown without user, password and parameters", () => {
    expect(databaseUrlOf("postgres://me:geheim@db.example:5433/shop?sslmode=require&sslpassword=x").shown).toBe(
      "postgres://db.example:5433/shop",
    );
    expect(databaseUrlOf("postgres:///shop?host=/run/postgresql&user=me").shown).toBe(
      "postgres:///run/postgresql/shop",
    );
  });
});

const password = fc.string({ minLength: 4, maxLength: 20 }).filter((text) => text.trim().length >= 4);

describe("a password", () => {
  it("is in no message, whichever way it is written", () => {
    fc.assert(
      fc.property(password, (secret) => {
        const url = databaseUrlOf(`postgres://me:${encodeURIComponent(secret)}@h/d`);
        const message = `no pg_hba entry for "${secret}" or ${url.url.password} or ${encodeURIComponent(secret)}`;
        const told = withoutSecrets(message, secretsOf(url));
        expect(told).not.toContain(secret);
        expect(told).not.toContain(encodeURIComponent(secret));
        expect(url.shown).not.toContain(secret);
      }),
    );
  });

  it("is not repeated from a URL that can't be read", async () => {
    const wrong = "postgres://me:geh:e#im@@@[/d";
    await expect(readDatabase(wrong, { sample: undefined, seed: 0 })).rejects.toThrow(
      "postgres://...: the URL can't be read",
    );
  });

  it("is not told when nothing listens", async () => {
    const folder = new Folder();
    const { stdout, stderr, exitCode } = await folder.run(["analyze", "postgres://me:geheim@127.0.0.1:1/shop"]);
    folder.remove();
    expect(stdout).toBe("");
    expect(stderr).toBe(
      "error: postgres://127.0.0.1:1/shop: nothing listens there\n" +
        "  check host and port, and that the server takes TCP connections\n",
    );
    expect(exitCode).toBe(2);
  });
});
