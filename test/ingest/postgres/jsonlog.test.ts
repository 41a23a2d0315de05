import { expect, test } from "vitest";
import { readAll } from "../reading.ts";

test("a message has its severity in English, in whichever language the server says it", () => {
  const line = (severity: string, message: string): string =>
    `{"timestamp":"2026-11-20 07:44:09.277 UTC","pid":7,"session_id":"a.7","error_severity":${severity},"message":"${message}"}\n`;
  const { entries, skipped } = readAll(
    line('"LOG"', "statement: SELECT 1") +
      line('"FEHLER"', "Syntaxfehler") +
      line('"ОШИБКА"', "нет такой таблицы") +
      line('"\\u30a8\\u30e9\\u30fc"', "構文エラー") +
      line('"REGISTRO"', "listo") +
      line('"DETAIL"', "?") +
      line("null", "?"),
  );
  expect(entries.map(({ sql }) => sql)).toEqual(["SELECT 1"]);
  expect(skipped.map((text) => text.replace(/^\d+ /, ""))).toEqual([
    "ERROR message of the server",
    "ERROR message of the server",
    "ERROR message of the server",
    "LOG message of the server",
    "message of the server",
    "message of the server",
  ]);
});
