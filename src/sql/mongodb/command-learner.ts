import { learnerLimits } from "../learner.ts";
import type { Template } from "../template.ts";
import type { CommandSpans } from "./command-sink.ts";
import { CommandWalk } from "./command-walk.ts";
import { templateOfSkeleton } from "./command-template.ts";
import type { Skeleton } from "./skeleton.ts";

/**
 * Finds the template of each command of a MongoDB log, and its values, at the cost of one walk over its bytes: the
 * counterpart of `TemplateLearner` for commands. After `match` the values are in `literalSlot` ... `literalInteger`.
 */
export class CommandLearner {
  readonly templates: Template[] = [];
  /** Why the last `match` answered -1. */
  failure = "";

  readonly #walk = new CommandWalk();
  readonly #limits: { readonly templates: number; readonly characters: number };
  /** By hash: indexes of the templates whose skeletons have it. */
  readonly #known = new Map<number, number[]>();
  readonly #skeletons: Uint8Array[] = [];
  #characters = 0;

  constructor(limits: { readonly templates: number; readonly characters: number } = learnerLimits) {
    this.#limits = limits;
  }

  get literalCount(): number {
    return this.#walk.literals.count;
  }

  get literalSlot(): Int32Array {
    return this.#walk.literals.slot;
  }

  get literalStart(): Int32Array {
    return this.#walk.literals.start;
  }

  get literalEnd(): Int32Array {
    return this.#walk.literals.end;
  }

  get literalForm(): Uint8Array {
    return this.#walk.literals.form;
  }

  get literalInteger(): Float64Array {
    return this.#walk.literals.integer;
  }

  /** Index into `templates` of the command; -1 when it has none, with the reason in `failure`. */
  match(command: CommandSpans): number {
    const skeleton = this.#walk.walk(command);
    if (skeleton === undefined) {
      this.failure = this.#walk.failure;
      return -1;
    }
    const candidates = this.#known.get(skeleton.hash);
    const known = candidates?.find((index) => isSame(this.#skeletons[index]!, skeleton));
    return known ?? this.#learn(skeleton);
  }

  #learn(skeleton: Skeleton): number {
    const characters = this.#characters + skeleton.length;
    if (this.templates.length >= this.#limits.templates || characters > this.#limits.characters) {
      this.failure = `more than ${this.templates.length} templates`;
      return -1;
    }
    const index = this.templates.length;
    const bytes = skeleton.bytes.slice(0, skeleton.length);
    this.templates.push(templateOfSkeleton(bytes));
    this.#skeletons.push(bytes);
    this.#characters = characters;
    const alike = this.#known.get(skeleton.hash);
    if (alike === undefined) this.#known.set(skeleton.hash, [index]);
    else alike.push(index);
    return index;
  }
}

function isSame(known: Uint8Array, { bytes, length }: Skeleton): boolean {
  if (known.length !== length) return false;
  for (let at = 0; at < length; at++) if (known[at] !== bytes[at]) return false;
  return true;
}
