import { InputRangeError } from "../../errors.ts";
import { findTask, type TaskEntry } from "../../tasks/registry.ts";
import { type AnyProgram, readTask } from "../../tasks/task_model/mod.ts";
import { complete, type Schema, withArticle } from "../../src/schema/mod.ts";
import {
  type Command,
  type Fields,
  fieldsOf,
  type GivenOptions,
  optionsOf,
  type OptionSpec,
  type OptionSpecs,
  refuseContradictions,
  UsageError,
  type Values,
} from "../arguments/mod.ts";
import { announceEngine, ENGINE_OPTIONS, startEngine } from "../engine_options.ts";
import { jsonLine, writeErrorLine, writeMessage } from "../terminal/mod.ts";
import { VERIFY_OPTION, verifying } from "../verify_option.ts";
import { expectWritable, saveDrawing } from "./drawing_file.ts";
import { expectModel, findNewestModel, MODEL_OPTION, newestModel, nounOf, peekTask } from "./model_option.ts";
import { isQuiet, QUIET_OPTION } from "./open_model.ts";
import { refuseSameFile, STANDARD_OUTPUT } from "./output_file.ts";
import { promptForPaths, withPipedSource } from "./piped_source.ts";
import { whileReading } from "./reading_host.ts";
import { RecordTable } from "./record_table.ts";

/** Options that say where results go. */
interface OwnValues {
  readonly model?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly svg?: string;
  readonly out?: string;
}

/** The program of every task, by the task's name. */
type Programs = ReadonlyMap<string, AnyProgram>;

/**
 * Makes the command that evaluates a trained model of any task on files. It has the options of all tasks; an option
 * that several tasks declare is parsed as the model's own task declares it.
 */
export async function makeEvaluateCommand(tasks: readonly TaskEntry[], args: readonly string[]): Promise<Command> {
  const programs: Programs = new Map(
    await Promise.all(tasks.map(async ({ name, load }) => [name, await load()] as const)),
  );
  return {
    options: {
      model: { ...MODEL_OPTION.model, default: "the newest in models/" },
      ...evaluationOptions(programs, await namedTask(tasks, args)),
      ...VERIFY_OPTION,
      ...ENGINE_OPTIONS,
      svg: {
        kind: "path",
        group: "run",
        value: "FILE",
        help: "Draw the confusion matrix of a classifier as SVG; - writes it to standard output, alone.",
      },
      out: {
        kind: "path",
        group: "run",
        value: "FILE",
        help: "File for the scores of --per-line and --per-token; an existing one is moved aside.",
        default: "standard output",
      },
      json: { kind: "boolean", group: "run", help: "Print JSON objects, one a line, and nothing else." },
      ...QUIET_OPTION,
    },
    run: (values) => evaluate(tasks, programs, values as GivenOptions),
  };
}

/**
 * Returns the task of the model that the arguments name, or of the newest model. Returns undefined if it cannot be
 * read.
 */
async function namedTask(tasks: readonly TaskEntry[], args: readonly string[]): Promise<string | undefined> {
  const at = args.findIndex((arg) => /^--model(=|$)/.test(arg));
  const directory = at < 0
    ? await findNewestModel(tasks).catch(() => undefined)
    : args[at].slice("--model=".length) || args[at + 1];
  const task = await peekTask(directory ?? "");
  return task === undefined ? undefined : findTask(task, tasks)?.name;
}

/**
 * Merges the options of all tasks; the task `own` has precedence. The help names the tasks of an option unless all
 * describe it alike.
 */
function evaluationOptions(programs: Programs, own?: string): OptionSpecs {
  const declared = [...programs].map(([task, { evaluation }]) => ({ task, options: optionsOf(evaluation) }));
  const ownFirst = declared.toSorted((a, b) => Number(b.task === own) - Number(a.task === own));
  const names = new Set(declared.flatMap(({ options }) => Object.keys(options)));
  return Object.fromEntries([...names].map((name): [string, OptionSpec] => {
    const spec = ownFirst.find(({ options }) => Object.hasOwn(options, name))!.options[name];
    const helps = Map.groupBy(declared.filter(({ options }) => options[name]), ({ options }) => options[name].help);
    const meanings = [...helps].map(([help, owners]) =>
      owners.length === programs.size
        ? help
        : `For ${owners.map(({ task }) => task).join(" and ")}: ${help[0].toLowerCase()}${help.slice(1)}`
    );
    return [name, { ...spec, help: meanings.join(" ") }];
  }));
}

async function evaluate(tasks: readonly TaskEntry[], programs: Programs, values: GivenOptions): Promise<number> {
  const { model: named, json, quiet, svg, out } = values as OwnValues;
  const isSilent = isQuiet(values as OwnValues);
  await expectPlaces(values);
  const engine = startEngine(values);
  announceEngine(engine, isSilent);
  if (named !== undefined) await expectModel("model", named, tasks);
  const directory = named ?? await newestModel(tasks, isSilent);
  const verified = verifying(values as Values<typeof VERIFY_OPTION>);
  const entry = findTask(await readTask(directory, verified), tasks);
  if (entry === undefined) {
    const nouns = await Promise.all(tasks.map(nounOf));
    throw new InputRangeError(
      `evaluate ${directory}: expected ${nouns.map(withArticle).join(", or ")}, found a model of another kind`,
    );
  }
  const program = programs.get(entry.name)!;
  refuseForeign(programs, program, values);
  if (values["n-best"] !== undefined && !json) throw new UsageError("--n-best: expected --json with it, found none");
  const plan = await planOf(program, values);
  const model = await program.model.load(directory, verified);
  if (svg !== undefined && !program.draws?.(model)) {
    const found = withArticle(program.model.task.noun);
    throw new UsageError(`--svg: expected a classifier of one label each, found ${found} without a confusion matrix`);
  }
  const records = new RecordTable({ out, json });
  const record = (fields: GivenOptions): void => records.add(fields);
  const { lines, fields, warnings = [], picture } = await whileReading(
    isSilent,
    (host) => program.evaluate(model, plan, { ...host, record }, verified),
  );
  await records.save();
  for (const warning of warnings) writeErrorLine(`warning: ${warning}`);
  if (json) jsonLine({ event: "done", ...fields });
  else if (svg !== STANDARD_OUTPUT) {
    // What standard error shows beside the scores is silenced.
    const write = !records.isShown ? writeMessage : quiet ? () => {} : writeErrorLine;
    for (const line of lines) write(line);
  }
  if (svg !== undefined) await saveDrawing(svg, picture!, isSilent);
  return 0;
}

/** Throws `UsageError` if an option of another task is given. The message names the models that it is for. */
function refuseForeign(programs: Programs, { evaluation, model }: AnyProgram, values: GivenOptions): void {
  const own = optionsOf(evaluation);
  const others = [...programs.values()].map((program) => ({ program, options: optionsOf(program.evaluation) }));
  const foreign = others.flatMap(({ options }) => Object.keys(options))
    .find((name) => !Object.hasOwn(own, name) && values[name] !== undefined);
  if (foreign === undefined) return;
  const owners = others.filter(({ options }) => Object.hasOwn(options, foreign));
  const nouns = new Set(owners.map(({ program }) => withArticle(program.model.task.noun)));
  throw new UsageError(
    `--${foreign}: expected ${[...nouns].join(" or ")} with it, found ${withArticle(model.task.noun)}`,
  );
}

/** Throws `UsageError` or `RangeError` if a file cannot be written, or if there would be no records in it. */
async function expectPlaces(values: GivenOptions): Promise<void> {
  const { json, svg, out } = values as OwnValues;
  if (out !== undefined && !values["per-line"] && !values["per-token"]) {
    throw new UsageError("--out: expected --per-line or --per-token with it, found neither");
  }
  for (const file of [values.data ?? STANDARD_OUTPUT].flat()) {
    refuseSameFile([["--data", String(file)], ["--out", out], ["--svg", svg]]);
  }
  for (const [option, file] of [["--out", out], ["--svg", svg]] as const) {
    if (file !== undefined) await expectWritable({ option, file, json: json && option === "--svg" });
  }
}

async function planOf({ evaluation, sources }: AnyProgram, values: GivenOptions): Promise<object> {
  const fields = evaluation as Fields;
  const own = { given: fieldsOf(fields, values), isQuiet: isQuiet(values as OwnValues) };
  const given = await withPipedSource(fields, sources, own);
  refuseContradictions(fields, given);
  promptForPaths(fields, given, (values as OwnValues).quiet);
  if (!sources.some((name) => given[name] !== undefined)) {
    throw new UsageError(`--${sources.join(" or --")}: expected a file to evaluate on, found none`);
  }
  return complete(fields as Schema<Record<string, unknown>>, given, "evaluate");
}
