import inquirer from "inquirer";
import type { Question } from "./steps.ts";

/** Undefined: back. "leave": Ctrl-C. */
export type Answer = { readonly text: string } | "back" | "leave";

/** Asks one question at the terminal. Escape goes back, Ctrl-C leaves. */
export async function ask(question: Question, input: NodeJS.ReadableStream): Promise<Answer> {
  const aborted = new AbortController();
  const onKey = (_: unknown, key: { readonly name?: string } | undefined): void => {
    if (key?.name === "escape") aborted.abort();
  };
  input.on("keypress", onKey);
  try {
    const prompt = inquirer.createPromptModule({ signal: aborted.signal });
    const { answer } = await (question.choices === undefined
      ? prompt<{ answer: string }>([
          {
            type: "input",
            name: "answer",
            message: question.message,
            ...(question.initial === undefined ? {} : { default: question.initial }),
            validate: (text: string) => question.check?.(text) ?? true,
          },
        ])
      : prompt<{ answer: string }>([
          {
            type: "select",
            name: "answer",
            message: question.message,
            choices: question.choices.map(({ name, value }) => ({ name, value })),
            ...(question.initial === undefined ? {} : { default: question.initial }),
            loop: false,
            pageSize: 12,
          },
        ]));
    return { text: answer };
  } catch (error) {
    if (error instanceof Error && error.name === "AbortPromptError") return "back";
    if (error instanceof Error && error.name === "ExitPromptError") return "leave";
    throw error;
  } finally {
    input.off("keypress", onKey);
  }
}
