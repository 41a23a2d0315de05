import { literalForm } from "./literal.ts";
import type { LiteralSpans } from "./literal-spans.ts";
import {
  WORD,
  byteClass,
  foundNumber,
  isDigit,
  isHexDigit,
  isSpace,
  isWord,
  maximumParameter,
  scanBlockComment,
  scanLine,
  scanNumber,
} from "./scan.ts";
import type { Occurrence, Shape } from "./template-of.ts";
import type { Dialect, Template } from "./template.ts";
import { isCommentStart, startsNumber } from "./tokenizer.ts";
import type { Token, TokenValue } from "./tokenizer.ts";

/**
 * The statements seen so far as a radix trie over their bytes, values and comments left out. Walking a statement down
 * the trie costs a comparison of bytes where the tokenizer classifies and copies them.
 *
 * A node is a place in the text. Its label is the bytes that lead there from its parent. A label that ends with what
 * opens a value or comment (`'`, `E'`, `$`, `/*`, ...) makes a node of that kind: it reads to the end of the value and
 * goes on at its target, a node without label. Numbers have no opening; a node that may have one here has a number
 * target itself.
 *
 * Why the walk gives what the tokenizer would: which tokens a prefix of the text makes depends on that prefix alone,
 * and not on the contents of its values and comments. So at a place that was reached by an equal prefix, an equal
 * opening means the same. What depends on text further on is not learned at all, or learned so that the walk gets
 * stuck (`learn` says where), and who gets stuck takes the tokenizer.
 *
 * The items of a list share their target, so that any number of them goes round in a circle. So do VALUES tuples, but
 * the first: only when it is closed is it known what the others must look like, therefore they have a circle of their
 * own behind each first one.
 */
export class TemplateTrie {
  readonly #dialect: Dialect;
  readonly #literals: LiteralSpans;
  readonly #newWords: NewWords;
  /** Nodes, each with its label behind it: who reads the one reads the other. `#text` are the same bytes. */
  #nodes: Int32Array;
  #text: Uint8Array;
  #textView: DataView;
  /** Node 0 stands for none; the root is the first behind it. */
  #nodesEnd = 2 * stride;
  /** Where an element of a tuple begins: the target of any literal there. */
  readonly #shared = new Map<number, number>();
  /** For nodes with many children: the child for each first byte. */
  #tables: Int32Array;
  #tablesEnd = 256;
  /** The bytes of the last statement, and the view of them: a log hands out one array for very many. */
  #bytes: Uint8Array | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));

  constructor(dialect: Dialect, literals: LiteralSpans, newWords: NewWords = (length) => new Int32Array(length)) {
    this.#dialect = dialect;
    this.#literals = literals;
    this.#newWords = newWords;
    this.#nodes = newWords(1024 * stride);
    this.#text = bytesOf(this.#nodes);
    this.#textView = viewOf(this.#nodes);
    this.#tables = newWords(16 * 256);
  }

  /** What the trie is made of, for another way to walk it (`kernel/assembly/trie.ts`). Other arrays as it grows. */
  get arrays(): { readonly nodes: Int32Array; readonly tables: Int32Array } {
    return { nodes: this.#nodes, tables: this.#tables };
  }

  /** The index learned for the statement's template, its values in the literal spans; -1 when it is not known. */
  match(bytes: Uint8Array, start: number, end: number): number {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const view = this.#view;
    const size = bytes.length;
    const nodes = this.#nodes;
    const tables = this.#tables;
    const text = this.#text;
    const textView = this.#textView;
    const literals = this.#literals;
    let { slot: slots, start: starts, end: ends, form: forms, integer: integers } = literals;
    let count = 0;
    let ordinal = 0;
    let highestCollapsed = 0;
    let node = root;
    let p = start;

    for (;;) {
      if (p >= end) {
        literals.count = count;
        return nodes[node + TEMPLATE]! - 1;
      }
      const byte = bytes[p]!;
      const numberField = nodes[node + NUMBER]!;
      let target = numberField & ~1;
      let valueStart = p;
      let valueEnd = p;
      let form: number = literalForm.integer;
      let integer = 0;

      if (target !== 0) {
        const signed = (byte === 0x2d || byte === 0x2b) && (numberField & 1) !== 0;
        const digits = signed ? p + 1 : p;
        let q = digits;
        if (q + 8 <= size) {
          // Four digits at a time, the first in the lowest byte; what is no digit sets the high bit of its byte.
          let four = view.getInt32(q, true) ^ 0x30303030;
          let others = (four | (four + 0x76767676)) & 0x80808080;
          if (others === 0) {
            integer = fourDigits(four);
            q += 4;
            four = view.getInt32(q, true) ^ 0x30303030;
            others = (four | (four + 0x76767676)) & 0x80808080;
          }
          if (others === 0) {
            integer = integer * 10_000 + fourDigits(four);
            q += 4;
          } else {
            // What comes before the first other byte, moved up so that zeros stand before it.
            const bits = 24 - Math.clz32(others & -others);
            if (bits !== 0) integer = integer * powersOfTen[bits >> 3]! + fourDigits(four << (32 - bits));
            q += bits >> 3;
          }
        }
        if (q > end || q === digits || q === digits + 8) {
          // Near the end of the bytes, or behind eight digits.
          if (q > end || q === digits) {
            q = digits;
            integer = 0;
          }
          for (let digit = 0; q < end && (digit = bytes[q]! ^ 0x30) < 10; q++) integer = integer * 10 + digit;
        }
        const after = q < end ? bytes[q]! : 0x20;
        if (q > digits && q - digits <= 15 && (byteClass[after]! & WORD) === 0 && after !== 0x2e) {
          if (byte === 0x2d) integer = 0 - integer;
          valueEnd = q;
        } else {
          // A dot, an exponent, a letter behind the digits, or many digits; or no digit at all.
          const begins = (byte ^ 0x30) < 10 || ((numberField & 1) !== 0 && startsNumber(bytes, digits, end));
          valueEnd = begins ? scanNumber(bytes, p, end, this.#dialect) : -1;
          form = foundNumber.form;
          integer = foundNumber.integer;
          if (valueEnd < 0 || (form !== literalForm.integer && form !== literalForm.number)) target = 0;
        }
        p = valueEnd;
      }

      if (target === 0) {
        p = valueStart;
        integer = 0;
        let child = nodes[node + CHILD]!;
        if (child < 0) child = tables[byte - child]!;
        else while (child !== 0 && (nodes[child + HEAD]! & 0xff) !== byte) child = nodes[child + SIBLING]!;
        if (child === 0) return -1;

        const head = nodes[child + HEAD]!;
        const length = head >>> 14;
        if (p + length > end) return -1;
        let label = nodes[child + LABEL]!;
        if (p + 8 > size) {
          for (let q = p, stop = p + length; q < stop; q++) if (bytes[q] !== text[label++]) return -1;
        } else if (length <= 8) {
          // The bytes behind the label are cut off by the masks: no loop whose length nobody can foresee.
          const low = (view.getInt32(p, true) ^ textView.getInt32(label, true)) & lowMasks[length]!;
          const high = (view.getInt32(p + 4, true) ^ textView.getInt32(label + 4, true)) & highMasks[length]!;
          if ((low | high) !== 0) return -1;
        } else if ((head & WIDE) !== 0) {
          let q = p;
          const last = q + length - 8;
          const labelLast = label + length - 8;
          for (; q < last; q += 8, label += 8) {
            if (view.getFloat64(q, true) !== textView.getFloat64(label, true)) return -1;
          }
          if (view.getFloat64(last, true) !== textView.getFloat64(labelLast, true)) return -1;
        } else {
          for (let q = p, stop = p + length; q < stop; q++) if (bytes[q] !== text[label++]) return -1;
        }
        node = child;
        p += length;

        const kind = (head >> 8) & 0xf;
        if (kind === 0) continue;
        target = nodes[node + TARGET]!;
        switch (kind) {
          case STRING: {
            form = nodes[node + FORM]!;
            valueStart = p;
            for (;;) {
              // Four bytes at a time: a byte that becomes zero borrows from its high bit.
              for (; p + 4 <= size; p += 4) {
                const four = view.getInt32(p, true) ^ 0x27272727;
                const quotes = (four - 0x01010101) & ~four & 0x80808080;
                if (quotes === 0) continue;
                p += (24 - Math.clz32(quotes & -quotes)) >> 3;
                break;
              }
              while (p < end && bytes[p] !== 0x27) p++;
              if (p >= end) return -1;
              if (p + 1 >= end || bytes[p + 1] !== 0x27) break;
              if (form === literalForm.string) form = literalForm.doubled;
              p += 2;
            }
            valueEnd = p++;
            break;
          }
          case ESCAPED_STRING: {
            const quote = nodes[node + FORM]!;
            form = literalForm.string;
            valueStart = p;
            for (;;) {
              for (; p + 4 <= size; p += 4) {
                const four = view.getInt32(p, true);
                const quotes = four ^ Math.imul(quote, 0x01010101);
                const slashes = four ^ 0x5c5c5c5c;
                const found = (((quotes - 0x01010101) & ~quotes) | ((slashes - 0x01010101) & ~slashes)) & 0x80808080;
                if (found === 0) continue;
                p += (24 - Math.clz32(found & -found)) >> 3;
                break;
              }
              while (p < end && bytes[p] !== quote && bytes[p] !== 0x5c) p++;
              if (p >= end) return -1;
              if (bytes[p] === 0x5c) {
                form = literalForm.escaped;
              } else {
                if (p + 1 >= end || bytes[p + 1] !== quote) break;
                if (form === literalForm.string) form = literalForm.doubled;
              }
              p += 2;
            }
            valueEnd = p++;
            break;
          }
          case BLOCK_COMMENT: {
            // What looks like a comment may be content: MySQL's `/*!`.
            if (!isCommentStart(bytes, p - 2, end, this.#dialect)) continue;
            p = scanBlockComment(bytes, p, end, this.#dialect);
            if (p < 0) return -1;
            node = target;
            continue;
          }
          case LINE_COMMENT: {
            // MySQL's `--` may be two operators.
            if (bytes[p - 1] === 0x2d && !isCommentStart(bytes, p - 2, end, this.#dialect)) continue;
            p = scanLine(bytes, p, end);
            node = target;
            continue;
          }
          case NUMBERED: {
            valueStart = p;
            while (p < end && (bytes[p]! ^ 0x30) < 10) integer = integer * 10 + (bytes[p++]! - 0x30);
            if (p === valueStart || (p < end && (byteClass[bytes[p]!]! & WORD) !== 0)) {
              p = valueStart;
              continue;
            }
            if (integer > maximumParameter) return -1;
            if (nodes[target + COLLAPSED] === 0) {
              const key = integer <= highestCollapsed || highestCollapsed === 0 ? integer : highestCollapsed - integer;
              while (target !== 0 && nodes[target + KEY] !== key) target = nodes[target + OTHER]!;
              if (target === 0) return -1;
            } else if (integer > highestCollapsed) {
              highestCollapsed = integer;
            }
            valueEnd = p;
            form = literalForm.parameter;
            break;
          }
          case BARE: {
            // `%s` may be the beginning of something else; `?` is not.
            if (bytes[p - 1] !== 0x3f && p < end && (byteClass[bytes[p]!]! & WORD) !== 0) continue;
            integer = ++ordinal;
            if (nodes[target + COLLAPSED] !== 0) highestCollapsed = integer;
            valueStart = p - (bytes[p - 1] === 0x3f ? 1 : 2);
            valueEnd = p;
            form = literalForm.parameter;
            break;
          }
          case NAMED: {
            if (p < end && (byteClass[bytes[p]!]! & WORD) !== 0) continue;
            // Of `%(name)s` the last two bytes are no name.
            valueEnd = p - (nodes[node + FORM]! & 3);
            valueStart = valueEnd - (nodes[node + FORM]! >> 2);
            if ((bytes[valueStart]! ^ 0x30) < 10) integer = placeholderNumber(bytes, valueStart, valueEnd);
            form = literalForm.parameter;
            break;
          }
          case NULL: {
            let q = p;
            while (q < end && isSpace(bytes[q]!)) q++;
            if (q >= end || (bytes[q] !== 0x2c && bytes[q] !== 0x29 && bytes[q] !== 0x5d)) continue;
            valueStart = p - 4;
            valueEnd = p;
            form = literalForm.null;
            break;
          }
          case RADIX: {
            valueStart = p;
            form = nodes[node + FORM]!;
            if (form === literalForm.hex) while (p < end && isHexDigit(bytes[p]!)) p++;
            else while (p < end && (bytes[p] === 0x30 || bytes[p] === 0x31)) p++;
            if (p === valueStart || (p < end && isWord(bytes[p]!))) {
              p = valueStart;
              continue;
            }
            valueEnd = p;
            break;
          }
        }
      }

      if (count === slots.length) {
        literals.count = count;
        literals.grow();
        ({ slot: slots, start: starts, end: ends, form: forms, integer: integers } = literals);
      }
      slots[count] = ~nodes[target + SLOT]!;
      starts[count] = valueStart;
      ends[count] = valueEnd;
      forms[count] = form;
      integers[count++] = integer;
      node = target;
    }
  }

  /**
   * Adds the statement, so that the next one that is written like it is matched. Does nothing, or stops half way,
   * where the tokens depend on what follows or where memory is used up: such statements stay with the tokenizer.
   */
  learn(bytes: Uint8Array, start: number, end: number, tokens: readonly Token[], shape: Shape, index: number): void {
    if (!isLearnable(bytes, tokens, shape)) return;
    const limit = Math.min(maximumSize, this.#nodesEnd + maximumStatementSize);
    const occurrences = new Map(shape.occurrences.map((occurrence) => [occurrence.token, occurrence]));
    const circles = new Map<number, number>();
    let node = root;
    let from = start;
    let previous: Token | undefined;
    for (const token of [...tokens, undefined]) {
      if (this.#nodesEnd > limit) return;
      // Comments are between the tokens; behind the last one there may be semicolons too.
      const gapEnd = token?.start ?? end;
      for (let p = previous?.end ?? start; p < gapEnd; p++) {
        if (!isCommentStart(bytes, p, end, this.#dialect)) continue;
        const opened = bytes[p] === 0x23 ? p + 1 : p + 2;
        node = this.#addText(node, bytes, from, opened);
        const block = bytes[p] === 0x2f;
        if (node === 0 || !this.#setKind(node, block ? BLOCK_COMMENT : LINE_COMMENT, 0)) return;
        if (this.#nodes[node + TARGET] === 0) this.#set(node, TARGET, this.#newNode());
        node = this.#nodes[node + TARGET]!;
        from = block ? scanBlockComment(bytes, opened, end, this.#dialect) : scanLine(bytes, opened, end);
        p = from - 1;
      }
      if (token === undefined) break;
      const occurrence = occurrences.get(token);
      if (occurrence !== undefined) {
        node = this.#addValue(node, bytes, from, occurrence, previous, shape.template, circles);
        if (node === 0) return;
        from = token.end;
      }
      previous = token;
    }
    node = this.#addText(node, bytes, from, end);
    if (node !== 0) this.#set(node, TEMPLATE, index + 1);
  }

  /** Adds the text before the value and the value; gives the node behind it, 0 when that is not possible. */
  #addValue(
    from: number,
    bytes: Uint8Array,
    textStart: number,
    { token, slot, row, anyKind }: Occurrence,
    previous: Token | undefined,
    template: Template,
    circles: Map<number, number>,
  ): number {
    const { value } = token;
    const collapsed = template.slots[slot]!.repeat !== "one" && value?.list === undefined;
    const circle = slot * 2 + (row > 0 ? 1 : 0);
    let known = circles.get(circle) ?? 0;
    let node = from;
    let at = textStart;

    // Whatever kind of literal begins an element of a tuple, the text goes on in the same place.
    const shared = anyKind && value?.kind !== "parameter";
    let place = 0;
    if (shared) {
      place = this.#addText(node, bytes, at, token.start);
      if (place === 0) return 0;
      node = place;
      at = token.start;
      const there = this.#shared.get(place) ?? 0;
      if (known !== 0 && there !== 0 && known !== there) return 0;
      known ||= there;
    }

    const opening = value === undefined ? token.end : openingOf(bytes, token, value);
    node = this.#addText(node, bytes, at, opening);
    if (node === 0) return 0;
    let target = 0;
    if (value !== undefined && isNumber(value)) {
      if (this.#kind(node) !== 0) return 0;
      target = this.#target(node, NUMBER, known, slot, collapsed);
      if (isSignAllowed(previous, token)) this.#set(node, NUMBER, target | 1);
    } else if (value?.kind === "parameter" && bytes[token.start] === 0x24) {
      if (!this.#setKind(node, NUMBERED, 0)) return 0;
      target = this.#numberedTarget(node, known, slot, collapsed, template.slots[slot]!.parameter);
    } else {
      if (!this.#setKind(node, ...kindOf(bytes, token, this.#dialect))) return 0;
      target = this.#target(node, TARGET, known, slot, collapsed);
    }
    if (target === 0) return 0;
    if (place !== 0) this.#shared.set(place, target);
    circles.set(circle, target);
    return target;
  }

  /**
   * The node that a pointer leads to: the one already there, the one wanted, or a new one; 0 where they contradict.
   */
  #target(node: number, field: number, known: number, slot: number, collapsed: boolean): number {
    const there = this.#nodes[node + field]! & ~1;
    if (there !== 0 && (known === 0 || known === there)) {
      if (this.#nodes[there + SLOT] === ~slot && this.#nodes[there + COLLAPSED] === (collapsed ? 1 : 0)) return there;
      // `IN (1, a)` came before `IN (1, 2)`: the list of values takes the place, the other one stays with the
      // tokenizer.
      if (!collapsed || this.#nodes[there + COLLAPSED] === 1) return 0;
    } else if (there !== 0) {
      return 0;
    }
    const target = known === 0 ? this.#newTarget(slot, collapsed) : known;
    this.#set(node, field, target);
    return target;
  }

  #numberedTarget(node: number, known: number, slot: number, collapsed: boolean, name: string | undefined): number {
    if (collapsed) return this.#target(node, TARGET, known, slot, true);
    const key = name!.startsWith("$+") ? -Number(name!.slice(2)) : Number(name);
    const first = this.#nodes[node + TARGET]!;
    if (first !== 0 && this.#nodes[first + COLLAPSED] === 1) return 0;
    let same = first;
    while (same !== 0 && this.#nodes[same + KEY] !== key) same = this.#nodes[same + OTHER]!;
    if (same !== 0) return same;
    const target = this.#newTarget(slot, false);
    this.#set(target, KEY, key);
    this.#set(target, OTHER, first);
    this.#set(node, TARGET, target);
    return target;
  }

  #newTarget(slot: number, collapsed: boolean): number {
    const target = this.#newNode();
    this.#set(target, SLOT, ~slot);
    this.#set(target, COLLAPSED, collapsed ? 1 : 0);
    return target;
  }

  #kind(node: number): number {
    const head = this.#nodes[node + HEAD]!;
    return head > 0 ? (head >> 8) & 0xf : 0;
  }

  #setKind(node: number, kind: number, form: number): boolean {
    const there = this.#kind(node);
    if (there === 0) {
      this.#set(node, HEAD, this.#nodes[node + HEAD]! | (kind << 8));
      this.#set(node, FORM, form);
      return true;
    }
    return there === kind && this.#nodes[node + FORM] === form;
  }

  /** The node that the text leads to from `from`, made if need be; 0 when the text runs into a value. */
  #addText(from: number, bytes: Uint8Array, textStart: number, textEnd: number): number {
    let node = from;
    let p = textStart;
    while (p < textEnd) {
      const kind = this.#kind(node);
      if (node !== from && (kind === STRING || kind === ESCAPED_STRING)) return 0;
      const child = this.#childOf(node, bytes[p]!);
      if (child === 0) return this.#addChild(node, bytes, p, textEnd);
      const length = this.#nodes[child + HEAD]! >>> 14;
      const label = this.#nodes[child + LABEL]!;
      let equal = 1;
      while (equal < length && p + equal < textEnd && bytes[p + equal] === this.#text[label + equal]) equal++;
      node = equal === length ? child : this.#split(node, child, equal);
      p += equal;
    }
    return node;
  }

  #childOf(node: number, byte: number): number {
    let child = this.#nodes[node + CHILD]!;
    if (child < 0) return this.#tables[byte - child]!;
    while (child !== 0 && (this.#nodes[child + HEAD]! & 0xff) !== byte) child = this.#nodes[child + SIBLING]!;
    return child;
  }

  #addChild(node: number, bytes: Uint8Array, from: number, to: number): number {
    if (to - from > maximumLabel) return 0;
    const child = this.#newNode(to - from);
    const label = (child + stride) * 4;
    this.#text.set(bytes.subarray(from, to), label);
    this.#label(child, label, to - from);
    this.#link(node, child);
    return child;
  }

  #label(node: number, label: number, length: number): void {
    // Eight bytes are compared as one float: that tells them apart unless one is NaN or a zero, which ASCII never is.
    let wide = WIDE;
    for (let i = 0; i < length; i++) if (this.#text[label + i]! >= 0x80 || this.#text[label + i] === 0) wide = 0;
    this.#set(node, LABEL, label);
    this.#set(node, HEAD, (length << 14) | wide | (this.#nodes[node + HEAD]! & 0xf00) | this.#text[label]!);
  }

  #link(node: number, child: number): void {
    const first = this.#nodes[node + CHILD]!;
    if (first < 0) {
      this.#tables[(this.#nodes[child + HEAD]! & 0xff) - first] = child;
      return;
    }
    this.#set(child, SIBLING, first);
    this.#set(node, CHILD, child);
    let children = 0;
    for (let c = child; c !== 0; c = this.#nodes[c + SIBLING]!) children++;
    if (children > maximumChain && this.#tablesEnd < maximumTables * 256) this.#makeTable(node);
  }

  #makeTable(node: number): void {
    if (this.#tablesEnd + 256 > this.#tables.length) {
      const wider = this.#newWords(this.#tables.length * 2);
      wider.set(this.#tables);
      this.#tables = wider;
    }
    const table = this.#tablesEnd;
    this.#tablesEnd += 256;
    for (let child = this.#nodes[node + CHILD]!; child !== 0; child = this.#nodes[child + SIBLING]!) {
      this.#tables[table + (this.#nodes[child + HEAD]! & 0xff)] = child;
    }
    this.#set(node, CHILD, -table);
  }

  /** Puts a node in the middle of the label of `child`, and gives it. */
  #split(parent: number, child: number, length: number): number {
    const middle = this.#newNode();
    const label = this.#nodes[child + LABEL]!;
    this.#label(middle, label, length);
    this.#replaceChild(parent, child, middle);
    this.#label(child, label + length, (this.#nodes[child + HEAD]! >>> 14) - length);
    this.#set(child, SIBLING, 0);
    this.#set(middle, CHILD, child);
    return middle;
  }

  #replaceChild(parent: number, child: number, replacement: number): void {
    const first = this.#nodes[parent + CHILD]!;
    this.#set(replacement, SIBLING, this.#nodes[child + SIBLING]!);
    if (first < 0) {
      this.#tables[(this.#nodes[child + HEAD]! & 0xff) - first] = replacement;
    } else if (first === child) {
      this.#set(parent, CHILD, replacement);
    } else {
      let before = first;
      while (this.#nodes[before + SIBLING] !== child) before = this.#nodes[before + SIBLING]!;
      this.#set(before, SIBLING, replacement);
    }
  }

  /** A node with room for its label; nodes begin at multiples of their size, so that none lies across a cache line. */
  #newNode(labelBytes: number = 0): number {
    const node = this.#nodesEnd;
    this.#nodesEnd += stride * (1 + Math.ceil(labelBytes / (stride * 4)));
    // Labels are read eight bytes at a time, so there must be some behind the last.
    if (this.#nodesEnd + 2 > this.#nodes.length) {
      const wider = this.#newWords(Math.max(this.#nodes.length, this.#nodesEnd) * 2);
      wider.set(this.#nodes);
      this.#nodes = wider;
      this.#text = bytesOf(wider);
      this.#textView = viewOf(wider);
    }
    return node;
  }

  #set(node: number, field: number, value: number): void {
    this.#nodes[node + field] = value;
  }
}

/** Makes an array of so many words, all 0. */
export type NewWords = (length: number) => Int32Array;

const bytesOf = (words: Int32Array): Uint8Array => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
const viewOf = (words: Int32Array): DataView => new DataView(words.buffer, words.byteOffset, words.byteLength);

/**
 * Fields of a node. A node is the index of its first field, a multiple of eight. A node with a label and a target of a
 * value need different things, and share the fields.
 */
const HEAD = 0; // first byte, 8 bits; kind, 4 bits; WIDE; one bit unused; length of the label, 17 bits
const LABEL = 1; // where the label is
const SIBLING = 2;
const CHILD = 3; // the first child, or minus the offset of the table of children
const NUMBER = 4; // the target of a number that begins here, plus 1 if a sign or a dot belongs to it
const TARGET = 5; // the node behind what the label opened
const FORM = 6; // of the literal that the label opened; an escaped string's quote; what is a placeholder's name
const TEMPLATE = 7; // one more than the index of the template whose text ends here
const SLOT = 0; // of the value before this target, complemented: below zero, which tells it from a HEAD
const KEY = 1; // the number of the placeholder before this target, minus the relative one
const OTHER = 2; // the target for another number
const COLLAPSED = 6; // 1 if the slot is a list's or a tuple's
const stride = 8;
const root = stride;

/** In HEAD: the label may be compared eight bytes at a time. */
const WIDE = 1 << 12;

/** Kinds of nodes. */
const STRING = 1;
const ESCAPED_STRING = 2;
const BLOCK_COMMENT = 3;
const LINE_COMMENT = 4;
const NUMBERED = 5;
const BARE = 6;
const NAMED = 7;
const NULL = 8;
const RADIX = 9;

/** The number of `:1`; 0 for a name that only begins with digits. */
function placeholderNumber(bytes: Uint8Array, start: number, end: number): number {
  let number = 0;
  for (let p = start; p < end; p++) {
    if (!isDigit(bytes[p]!)) return 0;
    number = number * 10 + (bytes[p]! - 0x30);
  }
  return number > maximumParameter ? 0 : number;
}

/** What of the first and of the second four bytes belongs to a label of so many bytes. */
const lowMasks = Int32Array.of(0, 0xff, 0xffff, 0xffffff, -1, -1, -1, -1, -1);
const highMasks = Int32Array.of(0, 0, 0, 0, 0, 0xff, 0xffff, 0xffffff, -1);

const powersOfTen = Int32Array.of(1, 10, 100, 1000);

/** The number that four digits make, each in its byte, the first in the lowest. */
function fourDigits(four: number): number {
  const pairs = Math.imul(four, 10) + (four >>> 8);
  return (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff);
}

/** Memory: 32 MiB of nodes (so many 32-bit words) and 8 MiB of tables. Past a limit nothing more is learned. */
const maximumSize = 8 * 1024 * 1024;
const maximumTables = 8192;
const maximumChain = 2;
/** What one statement may add. Longer ones are rare, and would fill the memory with little use. */
const maximumStatementSize = 64 * 1024;
const maximumLabel = 0xffff;

function isNumber(value: TokenValue): boolean {
  return value.form === literalForm.integer || value.form === literalForm.number;
}

/** Where the label of the value's node ends. */
function openingOf(bytes: Uint8Array, token: Token, value: TokenValue): number {
  if (isNumber(value)) return token.start;
  if (value.kind === "parameter") return bytes[token.start] === 0x24 ? token.start + 1 : token.end;
  return value.start;
}

/** The kind and the form of the node whose label opens the value. */
function kindOf(bytes: Uint8Array, { value, start, end }: Token, dialect: Dialect): [kind: number, form: number] {
  if (value === undefined) return [NULL, 0];
  const bare = bytes[start] === 0x3f || (bytes[start] === 0x25 && bytes[start + 1] === 0x73);
  if (bare) return [BARE, 0];
  if (value.kind === "parameter") return [NAMED, ((value.end - value.start) << 2) | (end - value.end)];
  const quote = bytes[value.start - 1]!;
  if (quote !== 0x27 && quote !== 0x22) return [RADIX, value.form];
  if (value.form === literalForm.hex || value.form === literalForm.bits) return [STRING, value.form];
  const escaping = dialect === "mysql" || (value.start - start === 2 && (bytes[start]! | 0x20) === 0x65);
  return escaping ? [ESCAPED_STRING, quote] : [STRING, literalForm.string];
}

/**
 * Whether a sign or a dot in place of the number's first digit would belong to it, whatever comes before it in the
 * text.
 */
function isSignAllowed(previous: Token | undefined, token: Token): boolean {
  if (previous === undefined) return true;
  if (!previous.operandNext) return false;
  // Behind an operator a sign may be part of that: only those are let in of which we know better.
  return previous.end < token.start || "( [ , ; = < > <= >= <>".split(" ").includes(previous.text);
}

/**
 * Whether the tokens up to any value are the same whatever follows it, and the circles of the trie can express the
 * rest.
 */
function isLearnable(bytes: Uint8Array, tokens: readonly Token[], { template, occurrences, nested }: Shape): boolean {
  if (nested) return false;
  let before: Token | undefined;
  for (const token of tokens) {
    const { value } = token;
    if (value !== undefined) {
      // Two strings side by side may be one. What stands between them decides, which may be a comment.
      if (before?.value !== undefined) return false;
      if (value.form === literalForm.adjacent || value.form === literalForm.unicode) return false;
      if (value.kind === "string" && bytes[token.start] === 0x24) return false;
      // `limit-5` has a number where `limit5` has none; so has `/*!-5`. In `a-+5` the sign is where in `a-5` the digit
      // is.
      if (isNumber(value) && before?.end === token.start) {
        if (swallowsDigits(before, bytes[token.start - 1]!)) return false;
        if (!isDigit(bytes[token.start]!) && !isSignAllowed(before, token)) return false;
      }
    }
    before = token;
  }
  return hasCountablePlaceholders(bytes, tokens, template) && haveSlotsOneClass(occurrences);
}

/** Whether a digit right behind the token could be another token than a number. */
function swallowsDigits(token: Token, last: number): boolean {
  return isWord(last) || ".\"'`".includes(String.fromCharCode(last)) || /^\/\*M?!/.test(token.text);
}

/**
 * Placeholders are counted in one sequence here; who mixes `?` and `$1` needs more than one. The number of `:1` is
 * part of a label, so it can't be counted from the end of a list.
 */
function hasCountablePlaceholders(bytes: Uint8Array, tokens: readonly Token[], template: Template): boolean {
  let style: number | undefined;
  for (const { value, start } of tokens) {
    if (value?.kind !== "parameter" || value.integer === 0) continue;
    const sign = bytes[start] === 0x25 ? 0x3f : bytes[start]!;
    if (style !== undefined && style !== sign) return false;
    style = sign;
  }
  if (style === 0x3a) return template.slots.every(({ kind, repeat }) => kind !== "parameter" || repeat === "one");
  return true;
}

/** Which slot a list of numbers and strings has shows only at its last item, so has one that begins with NULL. */
function haveSlotsOneClass(occurrences: readonly Occurrence[]): boolean {
  const classes = new Map<number, string>();
  for (const { slot, token, anyKind } of occurrences) {
    const { value } = token;
    const seen = classes.get(slot);
    if (value === undefined) {
      if (seen === undefined && !anyKind) return false;
      if (seen === undefined || seen === "literal") classes.set(slot, "literal");
      else if (anyKind) return false;
      continue;
    }
    const own = value.kind === "parameter" || !anyKind ? value.kind : "literal";
    if (seen !== undefined && seen !== own) return false;
    classes.set(slot, own);
  }
  return true;
}
