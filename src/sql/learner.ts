import { literalForm } from "./literal.ts";
import { type LiteralArrays, LiteralSpans } from "./literal-spans.ts";
import { shapeOf } from "./template-of.ts";
import type { Dialect, Template } from "./template.ts";
import { tokenize } from "./tokenizer.ts";
import { type NewWords, TemplateTrie } from "./trie.ts";

/**
 * Past so many templates, or so many characters in them, a learner learns no more: a log of nothing but unique shapes.
 */
export const learnerLimits = { templates: 20_000, characters: 64 * 1024 * 1024 } as const;

/**
 * Finds the template of each statement of a log, and its values, at the cost of one walk over its bytes. A form of
 * writing that was not seen before goes through the tokenizer once and into the trie. The template of a statement does
 * not depend on what came before it (only the indexes do), except for the limits: past them a new template is refused.
 *
 * After `match` the values of that statement are in `literalSlot` ... `literalInteger`, `literalCount` of them in text
 * order, see `LiteralSpans`. The arrays may be others after the next call: read them anew each time.
 */
export class TemplateLearner {
  readonly templates: Template[] = [];
  /** Why the last `match` answered -1. */
  failure = "";
  /** How many statements took the tokenizer: new writings, ambiguous ones, refused ones. */
  slowCount = 0;

  readonly #dialect: Dialect;
  readonly #limits: { readonly templates: number; readonly characters: number };
  readonly #indexes = new Map<string, number>();
  readonly #literals = new LiteralSpans();
  readonly #trie: TemplateTrie;
  #characters = 0;

  constructor(
    dialect: Dialect,
    limits: { readonly templates: number; readonly characters: number } = learnerLimits,
    newWords?: NewWords,
  ) {
    this.#dialect = dialect;
    this.#limits = limits;
    this.#trie = new TemplateTrie(dialect, this.#literals, newWords);
  }

  /** The trie's arrays, for who walks them elsewhere and then calls `showMatch`. */
  get trieArrays(): TemplateTrie["arrays"] {
    return this.#trie.arrays;
  }

  /** Shows the values of a statement that was matched elsewhere, as `match` would. */
  showMatch(spans: LiteralArrays, count: number): void {
    this.#literals.show(spans, count);
  }

  get literalCount(): number {
    return this.#literals.count;
  }

  get literalSlot(): Int32Array {
    return this.#literals.slot;
  }

  get literalStart(): Int32Array {
    return this.#literals.start;
  }

  get literalEnd(): Int32Array {
    return this.#literals.end;
  }

  get literalForm(): Uint8Array {
    return this.#literals.form;
  }

  get literalInteger(): Float64Array {
    return this.#literals.integer;
  }

  /**
   * Index into `templates` of the statement in `bytes[start, end)`; -1 when it has none, with the reason in `failure`.
   */
  match(bytes: Uint8Array, start: number, end: number): number {
    const index = this.#trie.match(bytes, start, end);
    return index >= 0 ? index : this.#learn(bytes, start, end);
  }

  #learn(bytes: Uint8Array, start: number, end: number): number {
    this.slowCount++;
    const literals = this.#literals;
    literals.count = 0;
    const tokens = tokenize(bytes, start, end, this.#dialect);
    if (typeof tokens === "string") {
      this.failure = tokens;
      return -1;
    }
    const shape = shapeOf(tokens, this.#dialect);
    const { template, occurrences } = shape;
    let index = this.#indexes.get(template.text);
    if (index === undefined) {
      const characters = this.#characters + template.text.length;
      if (this.templates.length >= this.#limits.templates || characters > this.#limits.characters) {
        this.failure = `more than ${this.templates.length} templates`;
        return -1;
      }
      index = this.templates.length;
      this.templates.push(template);
      this.#indexes.set(template.text, index);
      this.#characters = characters;
    }
    for (const { slot, token } of occurrences) {
      const { value } = token;
      if (value === undefined) literals.add(slot, token.start, token.end, literalForm.null, 0);
      else literals.add(slot, value.start, value.end, value.form, value.integer);
    }
    this.#trie.learn(bytes, start, end, tokens, shape, index);
    return index;
  }
}
