/**
 * The words with which the server begins its messages and their parts, in English and in the languages that
 * PostgreSQL's own translations give them. Only these words are known in other languages: the messages themselves
 * (`duration:`, `statement:`) are read in English, so a server with another lc_messages gives no statements.
 */
const headings: Readonly<Record<string, readonly string[]>> = {
  LOG: ["LOG", "REGISTRO", "LOGG", "ログ", "日志", "로그", "СООБЩЕНИЕ", "DZIENNIK"],
  DEBUG: ["DEBUG", "DEBUG1", "DEBUG2", "DEBUG3", "DEBUG4", "DEBUG5", "DEPURACIÓN", "ОТЛАДКА"],
  INFO: ["INFO", "INFORMACIÓN", "INFORMAÇÃO", "INFORMACJA", "ИНФОРМАЦИЯ", "信息", "情報"],
  NOTICE: ["NOTICE", "HINWEIS", "AVISO", "NOTA", "UWAGA", "NOTIS", "ЗАМЕЧАНИЕ", "注意"],
  WARNING: ["WARNING", "WARNUNG", "ATTENTION", "ADVERTENCIA", "AVISO", "ATTENZIONE", "OSTRZEŻENIE", "VARNING", "ПРЕДУПРЕЖДЕНИЕ", "警告"],
  ERROR: ["ERROR", "FEHLER", "ERREUR", "ERRO", "ERRORE", "BŁĄD", "FEL", "ОШИБКА", "エラー", "错误", "오류"],
  FATAL: ["FATAL", "FATALE", "KATASTROFALNY", "FATALT", "ВАЖНО", "致命的エラー", "致命错误"],
  PANIC: ["PANIC", "PANIK", "PANIQUE", "PÁNICO", "PÂNICO", "PANICO", "PANIKA", "ПАНИКА"],
  DETAIL: ["DETAIL", "DÉTAIL", "DETALLE", "DETALHE", "DETTAGLI", "SZCZEGÓŁY", "DETALJ", "ПОДРОБНОСТИ", "詳細", "详细信息"],
  HINT: ["HINT", "TIPP", "ASTUCE", "SUGERENCIA", "DICA", "SUGGERIMENTO", "PODPOWIEDŹ", "TIPS", "ПОДСКАЗКА", "ヒント", "提示"],
  CONTEXT: ["CONTEXT", "ZUSAMMENHANG", "CONTEXTE", "CONTEXTO", "CONTESTO", "KONTEKST", "KONTEXT", "КОНТЕКСТ", "コンテキスト", "上下文"],
  STATEMENT: ["STATEMENT", "ANWEISUNG", "INSTRUCTION", "SENTENCIA", "COMANDO", "ISTRUZIONE", "WYRAŻENIE", "SATS", "ОПЕРАТОР", "ステートメント", "语句"],
  QUERY: ["QUERY", "ANFRAGE", "REQUÊTE", "CONSULTA", "ZAPYTANIE", "FRÅGA", "ЗАПРОС", "問い合わせ", "查询"],
  LOCATION: ["LOCATION", "ORT", "EMPLACEMENT", "UBICACIÓN", "LOCAL", "POSIZIONE", "LOKALIZACJA", "PLATS", "ПОЛОЖЕНИЕ", "場所", "位置"],
};

/** What a line begins with: a message of a severity, or a further part of one. */
export interface Heading {
  readonly word: string;
  /** DETAIL, HINT and the like belong to the message before them. */
  readonly isPart: boolean;
  readonly bytes: Uint8Array;
}

const partWords: ReadonlySet<string> = new Set(["DETAIL", "HINT", "CONTEXT", "STATEMENT", "QUERY", "LOCATION"]);
const encoder = new TextEncoder();

const all: readonly Heading[] = Object.entries(headings).flatMap(([word, words]) =>
  words.map((text) => ({ word, isPart: partWords.has(word), bytes: encoder.encode(`${text}:`) })),
);

/** By the first byte, the English words first. The colon is part of the word, so that none begins another. */
const byFirstByte: (readonly Heading[] | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  const some = all.filter(({ bytes }) => bytes[0] === byte);
  return some.length === 0 ? undefined : some;
});

/** The heading that starts at `at`, of which a space must follow; undefined when there is none. */
export function headingAt(bytes: Uint8Array, at: number, end: number): Heading | undefined {
  const some = byFirstByte[bytes[at]!];
  if (some === undefined) return undefined;
  for (const heading of some) {
    const { length } = heading.bytes;
    if (at + length > end) continue;
    let index = 1;
    while (index < length && bytes[at + index] === heading.bytes[index]) index += 1;
    if (index === length && (at + length === end || bytes[at + length]! <= 32)) return heading;
  }
  return undefined;
}

/** The English word for the severity that `[start, end)` is in any of the languages; undefined where it is none. */
export function severityOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  const length = end - start;
  const found = byFirstByte[bytes[start]!]?.find(
    (heading) =>
      !heading.isPart &&
      heading.bytes.length === length + 1 &&
      heading.bytes.subarray(0, length).every((byte, index) => byte === bytes[start + index]),
  );
  return found?.word;
}

/** Finds the first heading in a text, for a look at lines whose prefix is not known yet. */
export const headingInText = new RegExp(
  `(${all
    .map(({ bytes }) => new TextDecoder().decode(bytes))
    .sort((a, b) => b.length - a.length)
    .join("|")})  `,
  "u",
);
