/**
 * Something the user can mend: what is wrong, where, and what to try. Printed as one sentence (the hint on the next
 * line), without a stack trace, with exit code 2, or 3 when the input was readable but held nothing to work on.
 */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly hint: string | undefined;
  readonly exitCode: 2 | 3;

  constructor(message: string, options: { hint?: string; exitCode?: 2 | 3 } = {}) {
    super(message);
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 2;
  }
}
