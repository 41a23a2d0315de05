import { displayWidth, wrapped } from "./display-width.ts";
import { plainText } from "./plain-text.ts";

export interface PageOptions {
  /** Cells per line; less than 40 counts as 40. */
  readonly width: number;
  readonly color: boolean;
  /** False: ASCII only. */
  readonly unicode: boolean;
}

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
const sgr: Record<Style, readonly [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** Lines of bounded width, and the few signs that they are written with. */
export class Page<Options extends PageOptions = PageOptions> {
  readonly options: Options;
  readonly #lines: string[] = [];

  constructor(options: Options) {
    this.options = { ...options, width: Math.max(40, options.width) };
  }

  get width(): number {
    return this.options.width;
  }

  sign(unicode: string, ascii: string): string {
    return this.options.unicode ? unicode : ascii;
  }

  styled(text: string, ...styles: readonly Style[]): string {
    if (!this.options.color || text === "") return text;
    return styles.reduce((inner, style) => `\u001b[${sgr[style][0]}m${inner}\u001b[${sgr[style][1]}m`, text);
  }

  /** Wraps foreign or own text; `first` stands before its first line, the others are indented as far. */
  paragraph(text: string, first = "  ", ...styles: readonly Style[]): void {
    const indent = displayWidth(first);
    wrapped(this.#encodable(plainText(text)), Math.max(20, this.width - indent)).forEach((line, index) => {
      this.#lines.push(`${index === 0 ? this.#encodable(first) : " ".repeat(indent)}${this.styled(line, ...styles)}`);
    });
  }

  heading(title: string, beside = ""): void {
    if (this.#lines.length > 0) this.#lines.push("");
    const room = this.width - displayWidth(title) - 2;
    const note = displayWidth(beside) <= room ? beside : "";
    this.#lines.push(
      this.styled(title, "bold", "cyan") + (note === "" ? "" : `  ${this.styled(this.#encodable(note), "dim")}`),
    );
  }

  blank(): void {
    this.#lines.push("");
  }

  /** A line that is made to fit. */
  line(text: string): void {
    this.#lines.push(...this.#encodable(text).split("\n"));
  }

  #encodable(text: string): string {
    return this.options.unicode ? text : text.replaceAll("±", "+-").replace(/[^\n\u0020-\u007e\u001b]/gu, "?");
  }

  text(): string {
    return `${this.#lines.map((line) => line.trimEnd()).join("\n")}\n`;
  }
}
