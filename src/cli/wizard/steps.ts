import { type ColumnRole, columnNames } from "../../ingest/columns.ts";
import { formatNames } from "../../ingest/format.ts";
import { targetNames } from "../../placement/targets.ts";
import { type ReplicationMode, replicationModes } from "../../simulate/scenario.ts";
import { growthShare, replicaCount, shardCounts } from "../option-values.ts";
import { type Answers, firstAnswers } from "./answers.ts";

/**
 * The questions as a machine without a terminal: a state, the question that it asks, and the state that an answer leads
 * to. What has to be done between two questions is told as a `Task`; whoever drives the machine does it.
 */
export interface Wizard {
  readonly step: StepName;
  readonly answers: Answers;
  /** The column whose name is asked for. */
  readonly role: ColumnRole | undefined;
  /** Where "back" leads, the latest last. */
  readonly trail: readonly Wizard[];
}

export type StepName =
  | "log"
  | "understood"
  | "format"
  | "dialect"
  | "schema"
  | "role"
  | "column"
  | "shards"
  | "target"
  | "growth"
  | "latency"
  | "replicas"
  | "replication"
  | "menu"
  | "reshard"
  | "designFile"
  | "reportFile"
  | "scenarioFile";

/** What is done before the next question is asked; when it fails, the question before is asked again. */
export type Task =
  | { readonly kind: "look" }
  | { readonly kind: "analyze" }
  | { readonly kind: "show"; readonly what: Shown }
  | { readonly kind: "reshard"; readonly to: string }
  | { readonly kind: "simulate" }
  | { readonly kind: "save" }
  | { readonly kind: "end" };

export type Shown = "designs" | "why" | "scatter" | `design ${number}`;

/** What was found out on the way, that questions and choices depend on. */
export interface Facts {
  /** The tables of each design besides the recommended one, as `--pin` takes them. */
  readonly otherDesigns: readonly (readonly string[])[];
  /** Why there is no scenario; undefined when there is one. */
  readonly noScenario: string | undefined;
}

export interface Question {
  readonly message: string;
  /** Choices; without them it is a text. */
  readonly choices?: readonly { readonly name: string; readonly value: string }[];
  readonly initial?: string;
  /** What is wrong with a text. */
  readonly check?: (text: string) => string | undefined;
}

export const start: Wizard = { step: "log", answers: firstAnswers, role: undefined, trail: [] };

export const back = (wizard: Wizard): Wizard => wizard.trail.at(-1) ?? wizard;

export const questionOf = (wizard: Wizard, facts: Facts): Question => steps[wizard.step].question(wizard, facts);

/** The state after an answer, and what is to be done first. */
export function answered(wizard: Wizard, answer: string, facts: Facts): { readonly next: Wizard; readonly task?: Task } {
  const { to, set = {}, role, task } = steps[wizard.step].after(answer.trim(), wizard, facts);
  // Corrections lead back to the question what to correct: "back" then passes over them.
  const earlier = wizard.trail.findIndex(({ step }) => step === to);
  const trail = earlier >= 0 ? wizard.trail.slice(0, earlier) : wizard.step === to ? wizard.trail : [...wizard.trail, wizard];
  const next = { step: to, answers: { ...wizard.answers, ...set }, role, trail };
  return task === undefined ? { next } : { next, task };
}

interface Step {
  readonly question: (wizard: Wizard, facts: Facts) => Question;
  readonly after: (answer: string, wizard: Wizard, facts: Facts) => After;
}

interface After {
  readonly to: StepName;
  readonly set?: Partial<Answers>;
  readonly role?: ColumnRole;
  readonly task?: Task;
}

const detected = "as detected";
const optional = (answer: string): string | undefined => (answer === "" ? undefined : answer);
const choicesOf = (values: readonly string[]): Question["choices"] => values.map((value) => ({ name: value, value }));
const asText = (message: string, initial: string | undefined, check?: Question["check"]): Question => ({
  message,
  ...(initial === undefined ? {} : { initial }),
  ...(check === undefined ? {} : { check }),
});

/** The sentence that the parser of the flag would refuse a text with. */
const refusedBy =
  (parse: (text: string) => unknown, mayBeEmpty = false) =>
  (text: string): string | undefined => {
    if (mayBeEmpty && text.trim() === "") return undefined;
    try {
      parse(text);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };

const notEmpty = (text: string): string | undefined => (text.trim() === "" ? "name a file" : undefined);

const steps: Readonly<Record<StepName, Step>> = {
  log: {
    question: ({ answers }) =>
      asText("Which log? A file, or a pattern such as logs/*.csv.gz", answers.log || undefined, (text) =>
        text.trim() === "-" ? "stdin is taken by the answers: name a file" : notEmpty(text),
      ),
    after: (log, { answers }) =>
      // Corrections were of another log.
      ({ to: "understood", set: log === answers.log ? {} : { log, format: undefined, dialect: undefined, columns: {} }, task: { kind: "look" } }),
  },
  understood: {
    question: ({ answers }) => ({
      message: "Is it understood?",
      choices: [
        { name: "yes, go on", value: "yes" },
        { name: answers.schema === undefined ? "add a schema (DDL)" : `another schema than ${answers.schema}`, value: "schema" },
        { name: "correct the columns", value: "role" },
        { name: "correct the format", value: "format" },
        { name: "correct the SQL dialect", value: "dialect" },
      ],
    }),
    after: (answer) => ({ to: answer === "yes" ? "shards" : (answer as StepName) }),
  },
  format: {
    question: () => ({ message: "Which format?", choices: choicesOf([detected, ...formatNames]) ?? [] }),
    after: (answer) => ({
      to: "understood",
      set: { format: answer === detected ? undefined : answer },
      task: { kind: "look" },
    }),
  },
  dialect: {
    question: () => ({ message: "Which dialect?", choices: choicesOf([detected, "postgres", "mysql"]) ?? [] }),
    after: (answer) => ({
      to: "understood",
      set: { dialect: answer === detected ? undefined : answer },
      task: { kind: "look" },
    }),
  },
  schema: {
    question: ({ answers }) => asText("File with the DDL (empty: none, types are inferred)", answers.schema),
    after: (answer) => ({ to: "understood", set: { schema: optional(answer) }, task: { kind: "look" } }),
  },
  role: {
    question: () => ({ message: "Which column is it about?", choices: choicesOf(Object.keys(columnNames)) ?? [] }),
    after: (answer) => ({ to: "column", role: answer as ColumnRole }),
  },
  column: {
    question: ({ role, answers }) =>
      asText(`Name or index (from 0) of the column of: ${role} (empty: as detected)`, answers.columns[role!]),
    after: (answer, { role, answers }) => {
      const { [role!]: _, ...others } = answers.columns;
      return {
        to: "understood",
        set: { columns: answer === "" ? others : { ...others, [role!]: answer } },
        task: { kind: "look" },
      };
    },
  },
  shards: {
    question: ({ answers }) => asText("How many shards? Several to compare, such as 4,8", answers.shards, refusedBy(shardCounts)),
    after: (answer) => ({ to: "target", set: { shards: shardCounts(answer).join() } }),
  },
  target: {
    question: ({ answers }) => ({
      message: "For which system?",
      choices: choicesOf(["generic", ...targetNames.filter((name) => name !== "generic")]) ?? [],
      initial: answers.target,
    }),
    after: (target) => ({ to: "growth", set: { target } }),
  },
  growth: {
    question: ({ answers }) =>
      asText("How much more load in a year, such as 40%? (empty: not known)", answers.growth, refusedBy(growthShare, true)),
    after: (answer) => ({ to: "latency", set: { growth: optional(answer) } }),
  },
  latency: {
    question: ({ answers }) =>
      asText("99 of 100 requests take less than, such as 50ms? (empty: no objective)", answers.latency, (text) =>
        /^\s*(\d+(\.\d+)?\s*(us|ms|s))?\s*$/.test(text) ? undefined : "pass a time with its unit (us, ms, s), such as 50ms",
      ),
    after: (answer) => ({ to: "replicas", set: { latency: optional(answer.replaceAll(/\s/g, "")) } }),
  },
  replicas: {
    question: ({ answers }) => asText("Replicas of each shard?", answers.replicas, refusedBy(replicaCount)),
    after: (replicas) =>
      replicas === "0"
        ? { to: "menu", set: { replicas }, task: { kind: "analyze" } }
        : { to: "replication", set: { replicas } },
  },
  replication: {
    question: ({ answers }) => ({
      message: "How do writes reach them?",
      // The other modes ask for more than a wizard does; scenarios know them all.
      choices: choicesOf(replicationModes.filter((mode) => mode !== "leaderless" && mode !== "multi-leader")) ?? [],
      initial: answers.replication,
    }),
    after: (answer) => ({
      to: "menu",
      set: { replication: answer as ReplicationMode },
      task: { kind: "analyze" },
    }),
  },
  menu: {
    question: ({ answers }, { otherDesigns, noScenario }) => ({
      message: "What next?",
      choices: [
        { name: "save design, report and scenario", value: "save" },
        { name: "why this design, table by table", value: "why" },
        { name: "what scatters", value: "scatter" },
        { name: "what moves when shards are added", value: "reshard" },
        ...otherDesigns.flatMap((_pins, index) => [
          { name: `what is different in design ${index + 2}`, value: `design ${index + 2}` },
          { name: `walk into design ${index + 2} (all that follows is of it)`, value: `into ${index}` },
        ]),
        ...(answers.pins.length === 0 ? [] : [{ name: "go back to the recommended design", value: "recommended" }]),
        { name: noScenario === undefined ? "simulate it" : "simulate it (why it can't be)", value: "simulate" },
        { name: "the ladder and the designs again", value: "designs" },
        { name: "end without saving", value: "end" },
      ],
    }),
    after: (answer, _, { otherDesigns }) => {
      if (answer === "recommended") return { to: "menu", set: { pins: [] }, task: { kind: "analyze" } };
      if (answer.startsWith("into ")) {
        const pins = otherDesigns[Number(answer.slice("into ".length))]!;
        return { to: "menu", set: { pins }, task: { kind: "analyze" } };
      }
      if (answer === "save") return { to: "designFile" };
      if (answer === "reshard") return { to: "reshard" };
      if (answer === "simulate" || answer === "end") return { to: "menu", task: { kind: answer } };
      return { to: "menu", task: { kind: "show", what: answer as Shown } };
    },
  },
  reshard: {
    question: () =>
      asText("To how many shards?", "8", (text) =>
        /^\d+$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 4096 ? undefined : "pass a whole number from 1 to 4096",
      ),
    after: (to) => ({ to: "menu", task: { kind: "reshard", to } }),
  },
  designFile: {
    question: ({ answers }) => asText("Write the design to", answers.designFile, notEmpty),
    after: (designFile) => ({ to: "reportFile", set: { designFile } }),
  },
  reportFile: {
    question: ({ answers }) => asText("Write the report to (.md or .json)", answers.reportFile, notEmpty),
    after: (reportFile, _, { noScenario }) =>
      noScenario === undefined
        ? { to: "scenarioFile", set: { reportFile } }
        : { to: "menu", set: { reportFile }, task: { kind: "save" } },
  },
  scenarioFile: {
    question: ({ answers }) => asText("Write the scenario to", answers.scenarioFile, notEmpty),
    after: (scenarioFile) => ({ to: "menu", set: { scenarioFile }, task: { kind: "save" } }),
  },
};
