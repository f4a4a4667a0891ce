import { readFile, realpath } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { attempt } from "../../src/formats/system_errors.ts";
import { replaceFile } from "../../src/formats/write_file.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import { readPictures } from "../../tasks/task_model/picture_record.ts";
import { type Command, type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import { readModel } from "../inspection/mod.ts";
import { reportPage, type ReportRun } from "../report/mod.ts";
import { writeError, writeLine, writeOut } from "../terminal/mod.ts";
import { VERIFY_OPTION, verifying } from "../verify_option.ts";
import { expectWritable } from "./drawing_file.ts";
import { expectModel, newestModel } from "./model_option.ts";
import { STANDARD_OUTPUT } from "./output_file.ts";

/** The default file. */
const OUT = "report.html";

/** Maximum number of runs: more could not be told apart. */
const MOST_RUNS = 18;

/** Maximum number of pictures of a run, and of bytes of each. */
const [MOST_PICTURES, MOST_BYTES] = [8, 2 ** 22];

const OPTIONS = {
  ...VERIFY_OPTION,
  out: { kind: "path", group: "run", value: "FILE", help: "File for the page; - for standard output.", default: OUT },
} as const satisfies OptionSpecs;

/** Makes the command that writes a page about training runs. */
export function makeReportCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return { operands: "[DIR...]", options: OPTIONS, run: (values, operands) => report(tasks, values, operands) };
}

async function report(
  tasks: readonly TaskEntry[],
  values: Values<typeof OPTIONS>,
  operands: readonly string[],
): Promise<number> {
  const { out = OUT } = values;
  if (operands.length > MOST_RUNS) {
    throw new UsageError(`expected at most ${MOST_RUNS} models' directories, found ${operands.length}`);
  }
  await expectWritable({ option: "--out", file: out });
  for (const directory of operands) await expectModel(undefined, directory, tasks);
  const directories = operands.length > 0 ? operands : [await newestModel(tasks)];
  await refuseTwice(directories);
  const names = namesOf(directories);
  const runs: ReportRun[] = [];
  for (const [index, directory] of directories.entries()) {
    const run = await readRun(directory, { tasks, ...verifying(values) });
    runs.push({ name: names[index], index, ...run });
  }
  const page = await reportPage(runs);
  if (out === STANDARD_OUTPUT) {
    writeOut(page);
    return 0;
  }
  const kept = await replaceFile(out, page, { keepOld: true });
  if (kept !== undefined) writeError(`Moved the existing file ${out} to ${kept}.\n`);
  writeLine(`Saved the report to ${out}.`);
  return 0;
}

/** Throws `UsageError` if a directory is given twice, perhaps under two names. */
async function refuseTwice(directories: readonly string[]): Promise<void> {
  const places = await Promise.all(directories.map((directory) => realpath(directory)));
  const again = places.findIndex((place, i) => places.indexOf(place) < i);
  if (again < 0) return;
  const first = directories[places.indexOf(places[again])];
  const found = first === directories[again]
    ? `${first} twice`
    : `${first} and ${directories[again]}, which is the same`;
  throw new UsageError(`expected directories that differ, found ${found}`);
}

/** Names runs by the last parts of their paths, or by the paths if these parts are not distinct. */
function namesOf(directories: readonly string[]): readonly string[] {
  const names = directories.map((directory) => basename(resolve(directory)));
  return new Set(names).size === names.length ? names : directories;
}

async function readRun(
  directory: string,
  options: { readonly tasks: readonly TaskEntry[]; readonly verify: boolean },
): Promise<Pick<ReportRun, "sources" | "facts" | "record" | "pictures">> {
  const { model, program, facts } = await readModel(directory, options);
  model[Symbol.dispose]();
  const record = await readPictures(directory, options);
  const drawings = facts.files.filter(({ name, bytes }) => name.endsWith(".svg") && bytes <= MOST_BYTES);
  const pictures = await Promise.all(
    drawings.slice(0, MOST_PICTURES).map(async ({ name }) => {
      const path = `${directory}/${name}`;
      return { name, svg: await attempt(`read ${path}`, () => readFile(path, "utf8")) };
    }),
  );
  const sources = program.sources.flatMap((name) => facts.run?.data[name] ?? []).map(String);
  return { sources, facts, record, pictures };
}
