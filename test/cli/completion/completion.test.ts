import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { Folder } from "../run.ts";

const folder = new Folder();
const script = async (shell: string): Promise<string> => (await folder.run(["completion", shell])).stdout;
const has = (shell: string): boolean => spawnSync(shell, ["-c", "true"]).status === 0;

/** What bash offers behind the words; the last one is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const ask = `COMP_WORDS=(shardplan "$@"); COMP_CWORD=$#; _shardplan; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", `${await script("bash")}\n${ask}`, "bash", ...words], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.trim().split("\n");
}

describe("bash", () => {
  test("offers commands", async () => expect(await offered("ex")).toEqual(["explain", "export"]));
  test("offers a command's flags", async () => expect(await offered("analyze", "--save-")).toEqual(["--save-design", "--save-scenario"]));
  test("offers the values of a flag", async () => expect(await offered("analyze", "log.csv", "--dialect", "")).toEqual(["postgres", "mysql"]));
  test("leaves files to the shell", async () => {
    expect(await offered("analyze", "--schema", "")).toEqual([""]);
    expect(await offered("analyze", "lo")).toEqual([""]);
  });
  test("takes the script as it is", async () => {
    const { status, stderr } = spawnSync("bash", ["-n"], { input: await script("bash"), encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

// Skipped where the shell is missing, except in CI.
const inCi = process.env["CI"] === "true";
test.skipIf(!has("zsh") && !inCi)("zsh takes the script as it is", async () => {
  expect(spawnSync("zsh", ["-n"], { input: await script("zsh") }).status).toBe(0);
});
test.skipIf(!has("fish") && !inCi)("fish takes the script as it is", async () => {
  // From a file: fish can't read a script from the socket that Node makes of stdin.
  const file = folder.write("shardplan.fish", await script("fish"));
  expect(spawnSync("fish", ["--no-execute", file], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
});

test.each(["bash", "zsh", "fish"])("the script of %s has every command of the help page", async (shell) => {
  const { stdout } = await folder.run(["--help"]);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) .*/gm)].map(([, name]) => name!).filter((name) => name !== "help");
  expect(commands).toContain("analyze");
  const text = await script(shell);
  expect(commands.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
});

test("another shell is refused", async () => expect(await folder.run(["completion", "tcsh"])).toMatchObject({ exitCode: 2 }));
