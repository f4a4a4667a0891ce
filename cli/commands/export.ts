import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { ValueInfoProto } from "../../src/formats/onnx/mod.ts";
import { MODEL_FILES } from "../../src/formats/directory_names.ts";
import { attempt } from "../../src/formats/system_errors.ts";
import { replaceFile } from "../../src/formats/write_file.ts";
import { count } from "../../src/schema/mod.ts";
import { statsOf } from "../../tasks/data/file_system.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import type { TaskModel, TaskTypes } from "../../tasks/task_model/mod.ts";
import { type Command, type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import { loadModel } from "../inspection/mod.ts";
import { exists, jsonLine, keepAside, writeError, writeLine } from "../terminal/mod.ts";
import { VERIFY_OPTION, verifying } from "../verify_option.ts";
import { expectModel, MODEL_OPTION, newestModel } from "./model_option.ts";
import { checkPlace } from "./output_file.ts";

/** The options that only some formats have, as the user gave them. */
interface FormatValues {
  readonly int8: boolean;
  readonly logProbabilities: boolean;
  readonly networkAlone: boolean;
  readonly maxShardSize: string | undefined;
}

/** The name of the file that was asked for, without its folder. */
interface Names {
  readonly whole: string;
  /** Without the extension. */
  readonly name: string;
}

/** A file, and the path at which it is written. */
interface Place {
  readonly file: File;
  readonly path: string;
}

/** A format of other programs. */
interface Format {
  /** The end of the names of its files. */
  readonly extension: string;
  /** Other usual ends of the name of its first file. */
  readonly otherExtensions?: readonly string[];
  /** The options that it has, of those that not every format has. */
  readonly options: readonly (keyof FormatValues)[];
  /** Returns the files; the first is the model, or its first part. */
  readonly files: (model: TaskModel<TaskTypes>, names: Names, values: FormatValues) => Promise<readonly File[]>;
  /** Returns the name of a file beside them that readers of an earlier export would look for. Default: none. */
  readonly earlier?: (files: readonly File[]) => string;
  /** Returns lines that say how the files are used. */
  readonly usage: (files: readonly File[]) => Promise<readonly string[]> | readonly string[];
}

/** The end of the name of an index of shards, after the name of a whole file. */
const INDEX = ".index.json";

/** The formats, by the values of --format. */
const FORMATS = {
  onnx: {
    extension: ".onnx",
    options: ["int8", "logProbabilities", "networkAlone"],
    files: (model, { name }, { int8, logProbabilities, networkAlone }) =>
      model.exportONNX({ name, int8, logProbabilities, networkAlone }),
    usage: (files) => Promise.all(files.filter(({ name }) => name.endsWith(".onnx")).map(describeGraph)),
  },
  pytorch: {
    extension: ".pt",
    otherExtensions: [".pth", ".bin"],
    options: ["networkAlone"],
    files: async (model, { name, whole }, { networkAlone }) => {
      const { pytorchFiles } = await import("../../tasks/exchange/pytorch/mod.ts");
      return pytorchFiles(model, { name, weightsName: whole, networkAlone });
    },
    usage: ([, { name }]) => {
      const module = name.replace(/\.py$/, "");
      return [`In Python: import ${module}; model = ${module}.load()`];
    },
  },
  safetensors: {
    extension: ".safetensors",
    options: ["maxShardSize"],
    files: async (model, { name }, { maxShardSize }) => {
      const { safetensorsFiles } = await import("../../tasks/exchange/pytorch/mod.ts");
      return safetensorsFiles(model, {
        name,
        maxShardBytes: maxShardSize === undefined ? undefined : bytesOf(maxShardSize),
      });
    },
    earlier: (files) => {
      const { name } = files.at(-1)!;
      return files.length === 1 ? name + INDEX : name.slice(0, -INDEX.length);
    },
    usage: () => [],
  },
} as const satisfies Record<string, Format>;

const NAMES = Object.keys(FORMATS) as (keyof typeof FORMATS)[];

/** The command-line names of the options that only some formats have. */
const FLAGS = {
  int8: "int8",
  logProbabilities: "log-probabilities",
  networkAlone: "network-alone",
  maxShardSize: "max-shard-size",
} as const;

/** A size of files: a number of bytes, or of thousands, millions or billions of them. */
const SIZE = /^([1-9]\d*)(kb|mb|gb)?$/i;

const OPTIONS = {
  ...MODEL_OPTION,
  ...VERIFY_OPTION,
  format: {
    kind: "choice",
    group: "run",
    choices: NAMES,
    value: "FORMAT",
    help: `Format: ${NAMES.join(", ")}.`,
    default: "that of the extension of --out",
  },
  out: {
    kind: "path",
    group: "run",
    value: "FILE",
    help: "File for the model; others are written beside it.",
    default: "the name of the model's directory",
  },
  int8: { kind: "boolean", group: "run", help: "Write matrices in 8 bits, about a quarter of the size (onnx)." },
  "log-probabilities": {
    kind: "boolean",
    group: "run",
    help: "Let the graphs compute the logarithms of probabilities instead of logits (onnx).",
  },
  "network-alone": {
    kind: "boolean",
    group: "run",
    help: "Leave out the linear model beside a classifier's network (onnx, pytorch).",
  },
  "max-shard-size": {
    kind: "string",
    group: "run",
    value: "SIZE",
    check: (text) => SIZE.test(text) ? undefined : "a size such as 500MB",
    help: "Largest size of a file; a larger model has several and an index (safetensors).",
    default: "5GB",
  },
  json: { kind: "boolean", group: "run", help: "Print one JSON object and nothing else." },
} as const satisfies OptionSpecs;

/** Makes the command that writes a model in the format of other programs. */
export function makeExportCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return { options: OPTIONS, run: (values) => exportModel(tasks, values) };
}

async function exportModel(tasks: readonly TaskEntry[], values: Values<typeof OPTIONS>): Promise<number> {
  const { model: named, json } = values;
  const chosen = chosenFormat(values);
  const format: Format = FORMATS[chosen];
  const asked = askedOptions(format, chosen, values);
  if (named !== undefined) await expectModel("model", named, tasks);
  if (values.out !== undefined) await checkPlace(values.out);
  const directory = named ?? await newestModel(tasks, json);
  const out = values.out ?? basename(resolve(directory)) + format.extension;
  await checkPlace(out);
  const model = await loadModel(directory, { tasks, ...verifying(values) });
  const files = await format.files(model, namesOf(out, format), asked);
  model[Symbol.dispose]();
  const places = files.map((file) => ({ file, path: placeOf(file, { out, ...format }) }));
  const changed: Place[] = [];
  for (const place of places) {
    if (await isWritten(place)) continue;
    await checkPlace(place.path);
    changed.push(place);
  }
  const earlier = format.earlier && join(dirname(out), format.earlier(files));
  if (earlier !== undefined) await checkPlace(earlier);
  for (const place of changed) await write(place);
  if (earlier !== undefined && await exists(earlier)) {
    sayMoved(earlier, await attempt(`move ${earlier} aside`, () => keepAside(earlier)));
  }
  const written = changed.map(({ path }) => path);
  if (json) jsonLine({ model: directory, format: chosen, files: places.map(({ path }) => path) });
  else {
    writeLine(`Exported ${directory}: ${writtenOf(written, places.map(({ path }) => path))}.`);
    for (const line of await format.usage(files)) writeLine(line);
  }
  return 0;
}

/** Returns the inputs and outputs of a graph, with their shapes. */
async function describeGraph(file: File): Promise<string> {
  const { decodeOnnx } = await import("../../src/formats/onnx/mod.ts");
  const { graph } = decodeOnnx(new Uint8Array(await file.arrayBuffer()));
  const describe = ({ name, type }: ValueInfoProto): string => {
    const extents = type?.tensorType?.shape?.dim?.map(({ dimParam, dimValue }) => dimParam || dimValue) ?? [];
    return `${name} [${extents.join(", ")}]`;
  };
  const [inputs, outputs] = [graph?.input ?? [], graph?.output ?? []].map((list) => list.map(describe).join(", "));
  return `${file.name}: ${inputs} -> ${outputs}`;
}

/** Says which files were written, or that all were there. */
function writtenOf(written: readonly string[], all: readonly string[]): string {
  if (written.length > 0) return `${count(written.length, "file")} written: ${written.join(", ")}`;
  return `nothing to write, since ${all.join(", ")} ${all.length === 1 ? "has" : "have"} the same contents already`;
}

/** Returns the number of bytes of a size. */
function bytesOf(size: string): number {
  const [, digits, unit = ""] = SIZE.exec(size)!;
  return Number(digits) * 1000 ** ["", "kb", "mb", "gb"].indexOf(unit.toLowerCase());
}

/**
 * Returns the format that --format names, or the extension of --out. Throws `UsageError` if neither does, or they name
 * different ones.
 */
function chosenFormat({ format, out = "" }: Values<typeof OPTIONS>): keyof typeof FORMATS {
  const named = NAMES.find((name) => {
    const { extension, otherExtensions = [] }: Format = FORMATS[name];
    return [extension, ...otherExtensions].some((extension) => out.endsWith(extension));
  });
  const found = format ?? named;
  if (found === undefined) {
    throw new UsageError(`--format: expected one of ${NAMES.join(", ")}, or --out with its extension, found none`);
  }
  if (named === undefined || named === found) return found;
  throw new UsageError(`--out ${out}: expected a name for --format ${found}, found one of ${named}`);
}

/** Returns the options of a format. Throws `UsageError` if another format's was given. */
function askedOptions(format: Format, chosen: string, values: Values<typeof OPTIONS>): FormatValues {
  const asked = {
    int8: values.int8 ?? false,
    logProbabilities: values["log-probabilities"] ?? false,
    networkAlone: values["network-alone"] ?? false,
    maxShardSize: values["max-shard-size"],
  };
  for (const [name, flag] of Object.entries(FLAGS) as [keyof FormatValues, string][]) {
    if (!asked[name] || format.options.includes(name)) continue;
    const others = NAMES.filter((other) => (FORMATS[other] as Format).options.includes(name)).join(" or ");
    throw new UsageError(`--${flag}: expected --format ${others} with it, found ${chosen}`);
  }
  return asked;
}

/** Returns the name of the file of --out without its folder, and without one of a format's extensions. */
function namesOf(out: string, { extension, otherExtensions = [] }: Format): Names {
  const whole = basename(out);
  const own = [extension, ...otherExtensions].find((extension) => whole.endsWith(extension) && whole !== extension);
  return { whole, name: own === undefined ? whole : whole.slice(0, -own.length) };
}

/**
 * Returns where a file belongs: in the folder of --out, and there if it is the first of a name that has no extension.
 */
function placeOf(
  { name }: File,
  { out, extension }: { readonly out: string; readonly extension: string },
): string {
  const isWhole = !out.endsWith(extension) && name === basename(out) + extension;
  return isWhole ? out : join(dirname(out), name);
}

/** Whether a file is there already. */
async function isWritten({ file, path }: Place): Promise<boolean> {
  if ((await statsOf(path, `read ${path}`))?.size !== file.size) return false;
  const old = await readFile(path).catch(() => undefined);
  const bytes = new Uint8Array(await file.arrayBuffer());
  return old?.length === bytes.length && bytes.every((byte, i) => old[i] === byte);
}

/** Writes a file, and keeps another one of its name aside. */
async function write({ file, path }: Place): Promise<void> {
  const kept = await replaceFile(path, new Uint8Array(await file.arrayBuffer()), { keepOld: true });
  if (kept === undefined) return;
  // The files of processors have the same names whatever the model is called.
  const isShared = file.name.endsWith(".json") && MODEL_FILES.test(file.name);
  const hint = " A model that was exported beside it needs it there: export each one to a folder of its own.";
  sayMoved(path, kept, isShared ? hint : "");
}

function sayMoved(path: string, kept: string, hint = ""): void {
  writeError(`Moved the existing file ${path} to ${kept}.${hint}\n`);
}
