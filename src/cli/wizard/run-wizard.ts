import { Command } from "commander";
import { InputError } from "../../base/input-error.ts";
import { Page, type PageOptions } from "../../report/page.ts";
import { plainText } from "../../report/plain-text.ts";
import { differenceText, designLines } from "../../report/design-text.ts";
import { renderJson } from "../../report/render-json.ts";
import { renderMarkdown } from "../../report/render-markdown.ts";
import { renderReshard } from "../../report/render-reshard.ts";
import { renderSections } from "../../report/render-terminal.ts";
import { renderSimulation } from "../../report/render-simulation.ts";
import { addAnalyze } from "../commands/analyze.ts";
import { addReshard } from "../commands/reshard.ts";
import { addSimulate } from "../commands/simulate.ts";
import { analysisOf, type AnalysisResult, type AnalyzeFlags } from "../commands/run-analyze.ts";
import { applyConfigFile, configOf } from "../config/config-file.ts";
import { shellWord } from "../../export/shell.ts";
import { OutputFile } from "../output-file.ts";
import type { Surroundings } from "../surroundings.ts";
import type { Answers } from "./answers.ts";
import {
  analyzeArguments,
  commandLine,
  readingArguments,
  reportFlag,
  reshardArguments,
  sameCommands,
  simulateArguments,
} from "./commands.ts";
import { lookText } from "./look-text.ts";
import { answered, back, type Facts, questionOf, type Shown, start, type Task, type Wizard } from "./steps.ts";
import { pinsOf } from "./design-pins.ts";
import { ask } from "./terminal.ts";

const leftByCtrlC = 130;

/** What the analysis of the answers came to. */
interface Found extends AnalysisResult {
  readonly design: string;
  /** Undefined: the log is not enough for one. */
  readonly scenario: string | undefined;
  readonly noScenario: string | undefined;
}

/** Asks until the results are saved or somebody leaves; gives the exit code. */
export async function runWizard(log: string | undefined, around: Surroundings, whole: Command): Promise<number> {
  if (around.width === undefined || (around.stdin as { isTTY?: boolean }).isTTY !== true)
    throw new InputError("the wizard asks questions, and there is no terminal to ask them at", {
      hint: "run shardplan analyze LOG --schema schema.sql --shards 4,8 --save-design design.yaml --markdown -o report.md",
    });
  const say = (text: string): void => around.stdout(text);
  say("Escape goes back, Ctrl-C leaves. Nothing is written before the end.\n");
  let found: Found | undefined;
  let wizard: Wizard = start;
  const facts = (): Facts => ({
    otherDesigns: (found?.report.designs.designs ?? []).slice(1).map(pinsOf),
    noScenario: found?.noScenario,
  });
  let given = log;
  for (;;) {
    const reply = given === undefined ? await ask(questionOf(wizard, facts()), around.stdin) : { text: given };
    given = undefined;
    if (reply === "leave") {
      say("Left; nothing was written.\n");
      return leftByCtrlC;
    }
    if (reply === "back") {
      if (wizard.trail.length === 0) say("This is the first question: Ctrl-C leaves.\n");
      wizard = back(wizard);
      continue;
    }
    const { next, task } = answered(wizard, reply.text, facts());
    try {
      if (task?.kind === "analyze") found = await analyzed(next.answers, around, whole);
      if (task !== undefined) await done(task, next.answers, found, around, whole);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      // The question that led here is asked again.
      say(plainText(`${error.message}\n`) + (error.hint === undefined ? "" : plainText(`  ${error.hint}\n`)));
      continue;
    }
    wizard = next;
    if (task?.kind === "save" || task?.kind === "end") return 0;
  }
}

async function done(
  task: Task,
  answers: Answers,
  found: Found | undefined,
  around: Surroundings,
  whole: Command,
): Promise<void> {
  switch (task.kind) {
    case "look":
      return around.stdout(await lookText(await flagsOf(readingArguments(answers), around, whole), around));
    case "analyze":
      return around.stdout(shown("designs", found!, around));
    case "show":
      return around.stdout(shown(task.what, found!, around));
    case "reshard":
      return around.stdout(await moves(answers, found!.design, task.to, around, whole));
    case "simulate":
      return around.stdout(await simulated(answers, found!, around, whole));
    case "save":
      save(answers, found!, around);
      return around.stdout(told(answers, found!, whole));
    case "end":
      return around.stdout(told(answers, found!, whole));
  }
}

/** Understands a command as the whole program does, with the same configuration file. */
const quietProgram = (): Command => new Command().exitOverride().configureOutput({ writeErr: () => {} });

function ready(program: Command, whole: Command): void {
  applyConfigFile(program, whole);
  for (const command of program.commands) command.copyInheritedSettings(program);
}

interface Parsed {
  readonly logs: readonly string[];
  readonly flags: AnalyzeFlags;
  readonly headerGiven: boolean;
}

/** The arguments as `analyze` itself understands them: what the wizard does is what the command does. */
async function flagsOf(args: readonly string[], around: Surroundings, whole: Command): Promise<Parsed> {
  let parsed: Parsed | undefined;
  const program = quietProgram();
  addAnalyze(program, around, async (logs, flags, headerGiven) => void (parsed = { logs, flags, headerGiven }));
  ready(program, whole);
  await program.parseAsync(args[0] === "analyze" ? args : ["analyze", ...args], { from: "user" });
  return parsed!;
}

async function analyzed(answers: Answers, around: Surroundings, whole: Command): Promise<Found> {
  const { logs, flags, headerGiven } = await flagsOf(analyzeArguments(answers), around, whole);
  const result = await analysisOf(logs, flags, headerGiven, around);
  const design = await result.designText();
  try {
    return { ...result, design, scenario: result.scenarioText(), noScenario: undefined };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { ...result, design, scenario: undefined, noScenario: error.message.replace("--save-scenario: ", "") };
  }
}

/** As it is now: a terminal may be resized while questions are asked. */
const pageOf = ({ width, color, unicode }: Surroundings): PageOptions => ({ width: width ?? 80, color, unicode });

function shown(what: Shown, { report }: Found, around: Surroundings): string {
  const options = { ...pageOf(around), all: false };
  if (what === "designs") return renderSections(report, ["read", "load", "designs"], options);
  if (what === "why") return renderSections(report, ["recommendation", "findings"], options);
  if (what === "scatter") return renderSections(report, ["transactions", "hurting"], options);
  const number = Number(what.slice("design ".length));
  const [recommended] = report.designs.designs;
  const design = report.designs.designs[number - 1]!;
  const page = new Page(options);
  page.heading(`Design ${number}`);
  page.paragraph(`against the recommended one: ${differenceText(design, recommended!)}`);
  for (const line of designLines(design)) page.paragraph(line);
  const { percentageOfOneShard, percentageOfEveryShard } = design.statements.byExecutions;
  page.paragraph(
    `${percentageOfOneShard.toFixed(0)} % of its statements stay on one shard, ${percentageOfEveryShard.toFixed(0)} % go to all`,
  );
  return page.text();
}

async function moves(answers: Answers, design: string, to: string, around: Surroundings, whole: Command): Promise<string> {
  const { reshardOf } = await import("../commands/run-reshard.ts");
  let text = "";
  const program = quietProgram();
  addReshard(program, around, async (logs, flags, headerGiven) => {
    text = renderReshard(await reshardOf(design, logs, flags, headerGiven, around), pageOf(around));
  });
  ready(program, whole);
  const args = reshardArguments(answers, answers.designFile, to);
  await program.parseAsync(args, { from: "user" });
  return `${text}\nThe same, once the design is saved:\n  ${plainText(commandLine(args))}\n`;
}

async function simulated(answers: Answers, { scenario, noScenario }: Found, around: Surroundings, whole: Command): Promise<string> {
  if (scenario === undefined) return `${plainText(noScenario ?? "")}\n`;
  const { scenarioOfFile, simulationOf } = await import("../commands/run-simulate.ts");
  let text = "";
  const program = quietProgram();
  addSimulate(program, around, () => {}, async (_logs, flags) => {
    text = renderSimulation(await simulationOf(scenarioOfFile(answers.scenarioFile, scenario), flags, around), pageOf(around));
    return true;
  });
  ready(program, whole);
  await program.parseAsync(simulateArguments(answers.scenarioFile), { from: "user" });
  return text;
}

/** All places are looked at before the first is written, and all is written without a pause in which one could leave. */
function save(answers: Answers, { report, design, scenario }: Found, around: Surroundings): void {
  const { designFile, reportFile, scenarioFile } = answers;
  const contents: readonly (readonly [string, string])[] = [
    [designFile, design],
    [reportFile, reportFlag(answers) === "--json" ? renderJson(report) : renderMarkdown(report)],
    ...(scenario === undefined ? [] : [[scenarioFile, scenario] as const]),
  ];
  const names = contents.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw new InputError(`${twice}: it can't be two results at once`, { hint: "Escape goes back to the other names" });
  const inputs = [...report.inputs.map(({ name }) => name), ...(answers.schema === undefined ? [] : [answers.schema])];
  const files = contents.map(([name, content]) => ({
    file: new OutputFile(name, inputs, around.processId, "the question"),
    content,
  }));
  for (const { file, content } of files) file.write(content);
  around.stdout(`Written: ${names.map(plainText).join(", ")}\n`);
}

function told(answers: Answers, { scenario }: Found, whole: Command): string {
  const config = configOf(whole);
  const end = config === undefined ? "" : ` --config ${shellWord(config)}`;
  const commands = sameCommands(answers, scenario !== undefined).map((command) => command + end);
  return `The same without questions:\n${commands.map((command) => `  ${plainText(command)}\n`).join("")}`;
}
