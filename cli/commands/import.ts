import { InputRangeError, isInputError } from "../../errors.ts";
import { count, type Given } from "../../src/schema/mod.ts";
import { stat } from "node:fs/promises";
import { checkpointOf } from "../../src/formats/checkpoint.ts";
import { fileFacts, FIRST_BYTES } from "../../src/formats/file_kind.ts";
import { type Checkpoint, readCheckpoint } from "../../src/formats/mod.ts";
import { readFirst, readWhole } from "../../src/formats/whole_file.ts";
import { openZip } from "../../src/formats/zip.ts";
import { IMPORT_TASKS, importModel, type ImportOptions, type ImportTask } from "../../tasks/exchange/import/mod.ts";
import { type NetworkTensors, networkTensors } from "../../tasks/exchange/import/network_file.ts";
import { IMPORTED_CELLS } from "../../tasks/exchange/layers/layer.ts";
import { POOLINGS } from "../../tasks/labels/mod.ts";
import { readTokenizer } from "../../tasks/processors/mod.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import { type Command, type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import { invocation, quoted } from "../invocation.ts";
import { jsonLine, visible, writeLine } from "../terminal/mod.ts";
import { expectOutput, keepOldModel } from "../training/mod.ts";

/** Number of bytes of a JSON file in which a model of TensorFlow.js names its topology. */
const MAX_TOPOLOGY = 2 ** 20;

const OPTIONS = {
  from: {
    kind: "path",
    group: "data",
    value: "FILE",
    help:
      "Checkpoint of PyTorch or safetensors, its index of shards, a folder with one, or a model of Keras, TensorFlow.js or ONNX.",
  },
  tokenizer: {
    kind: "path",
    group: "data",
    value: "FILE",
    help: "Tokenizer whose ids the model was trained on: tokenizer.json, or another format that train-lm reads.",
  },
  task: { kind: "choice", group: "model", choices: IMPORT_TASKS, value: "TASK", help: "Task of the model." },
  map: {
    kind: "string",
    group: "model",
    value: "THEIRS=OURS",
    repeatable: true,
    check: (text) => /^[^=]+=[^=]*$/.test(text) ? undefined : "THEIRS=OURS, or THEIRS= to leave a tensor out",
    help: "Name of a tensor in the file and its name here, where the proposal is wrong; may be given more than once.",
  },
  cell: {
    kind: "choice",
    group: "model",
    choices: IMPORTED_CELLS,
    value: "CELL",
    help: "Cell of the recurrent layers of a checkpoint: chogru for a GRU whose reset gate applies before the product.",
    default: "the one with as many gates; with three, PyTorch's GRU",
  },
  labels: {
    kind: "string",
    group: "model",
    value: "A,B,...",
    help: "Labels of a classifier, in the order of its outputs; for a single output, those of 0 and of 1.",
    default: "0, 1 and so on",
  },
  pooling: {
    kind: "choice",
    group: "model",
    choices: POOLINGS,
    value: "POOLING",
    help: "Pooling of a classifier's states; attention needs weights with the names that Elman has for them.",
    default: "the one that the tensors' sizes and names tell",
  },
  out: { kind: "path", group: "run", value: "DIR", help: "Directory for the model." },
  "dry-run": { kind: "boolean", group: "run", help: "Only show what would be imported." },
  json: { kind: "boolean", group: "run", help: "Print one JSON object and nothing else." },
} as const satisfies OptionSpecs;

/** Makes the command that makes a model of a checkpoint that was trained elsewhere. */
export function makeImportCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return { options: OPTIONS, run: (values) => importFile(tasks, values) };
}

async function importFile(tasks: readonly TaskEntry[], values: Values<typeof OPTIONS>): Promise<number> {
  const { from, task, tokenizer: tokenizerFile, out, json, "dry-run": isDry } = values;
  if (from === undefined) throw new UsageError("--from: expected a file to import, found none");
  if (task === undefined) throw new UsageError(`--task: expected one of ${IMPORT_TASKS.join(", ")}, found none`);
  if (tokenizerFile === undefined) throw new UsageError("--tokenizer: expected the model's tokenizer, found none");
  if (out === undefined && !isDry) throw new UsageError("--out: expected a directory for the model, found none");
  if (task !== "classification" && (values.labels ?? values.pooling) !== undefined) {
    throw new UsageError(`--${values.labels === undefined ? "pooling" : "labels"}: expected --task classification`);
  }
  if (out !== undefined && !isDry) await expectOutput(out, [from, tokenizerFile]);
  const { line, notes = [], tensors, cells, map = new Map(), written } = await readSource(from, task);
  if (values.cell !== undefined && cells !== undefined) {
    throw new UsageError("--cell: expected a checkpoint, which has tensors alone, found a file that names its cells");
  }
  const { model, lines } = importModel(tensors, {
    task,
    cell: values.cell ?? written?.cell,
    multiLabel: written?.multiLabel,
    cells,
    tokenizer: await readTokenizer(tokenizerFile),
    map: { ...Object.fromEntries(map), ...mapOf(values.map ?? []) },
    labels: values.labels?.split(",").map((label) => label.trim()) ?? written?.labels,
    pooling: values.pooling ?? written?.pooling,
    source: from,
  });
  const all = [line, ...notes, ...lines];
  if (!json) { for (const line of all) writeLine(visible(line)); }
  if (!isDry && out !== undefined) {
    const kept = await keepOldModel(out);
    if (kept !== undefined && !json) writeLine(kept);
    await model.save(out);
    const verb = tasks.find(({ name }) => name === task)!.verb;
    if (!json) writeLine(`Saved to ${out}. Try it: ${invocation(verb, "--model", quoted(out))}`);
  } else if (!json) writeLine("Nothing is saved, since --dry-run is given.");
  if (json) jsonLine({ from, task, lines: all, config: model.config, out: isDry ? null : out });
  return 0;
}

/** The tensors of a file, and a line about it. */
interface Source extends Partial<NetworkTensors> {
  readonly tensors: NetworkTensors["tensors"];
  readonly line: string;
  /** The options that the file itself tells. */
  readonly written?: WrittenOptions;
  /** Sentences about parts that were left out, and facts that a user must know. */
  readonly notes?: readonly string[];
}

/** How lines name the formats of networks. */
const FORMATS = { keras: "Keras", "tensorflow.js": "TensorFlow.js", onnx: "ONNX" } as const;

/** Reads a checkpoint, or a network of Keras, TensorFlow.js or ONNX. */
async function readSource(from: string, task: ImportTask): Promise<Source> {
  const { holdsLayers, bytes } = await lookInto(from);
  if (!holdsLayers) {
    const checkpoint = await (bytes ? checkpointOf(from, bytes) : readCheckpoint(from));
    return { tensors: checkpoint.tensors, line: readLine(from, checkpoint), ...writtenOptions(checkpoint, from, task) };
  }
  const { importLayers } = await import("../../tasks/exchange/layers/mod.ts");
  const network = await (bytes ? importLayers(bytes, { name: from }) : importLayers(from));
  const read = networkTensors(network, task, `import ${from}`);
  const line = `Read ${from}: ${FORMATS[network.format]}, ${count(read.tensors.size, "tensor")}`;
  return { ...read, line, notes: network.notes };
}

type WrittenOptions = Pick<ImportOptions, "cell" | "labels" | "pooling" | "multiLabel">;

/** Properties of a classifier that importing does not take over, with the values that change nothing. */
const LEFT_OUT = { temperature: 1, thresholds: null, reverseComplement: false } as const;

/** Returns what `export --format safetensors` has written about a model, and a note on what is left out. */
function writtenOptions(
  { format, metadata: { task: written, config: text } }: Checkpoint,
  from: string,
  task: ImportTask,
): Pick<Source, "written" | "notes"> {
  const config = format === "safetensors" ? ownConfig(text) : undefined;
  if (config === undefined || !IMPORT_TASKS.some((name) => name === written)) return {};
  if (written !== task) throw new UsageError(`--task: expected ${written}, as ${from} says, found ${task}`);
  const { cell, labels, pooling, multiLabel } = config;
  const left = Object.entries(LEFT_OUT).filter(([name, usual]) => (config[name] ?? usual) !== usual);
  return {
    written: {
      cell: IMPORTED_CELLS.find((name) => name === cell),
      labels: Array.isArray(labels) ? labels.map(String) : undefined,
      pooling: POOLINGS.find((name) => name === pooling),
      multiLabel: multiLabel === true,
    },
    notes: left.map(([name]) => `${from}: the ${name} of the exported model is left out.`),
  };
}

/** Returns the configuration of a model of Elman; undefined if a text is none. */
function ownConfig(text: string = ""): Given | undefined {
  try {
    const config = JSON.parse(text);
    return Object.hasOwn(config, "cell") && Object.hasOwn(config, "vocabSize") ? config : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Finds out whether a file has layers, not only tensors. The first bytes tell, except in an archive, which lists its
 * files at the end; its bytes are returned to save a second read.
 */
async function lookInto(from: string): Promise<{ holdsLayers: boolean; bytes?: Uint8Array<ArrayBuffer> }> {
  if (!(await stat(from).catch(() => undefined))?.isFile()) return { holdsLayers: false };
  const { kind } = fileFacts(await readFirst(from, FIRST_BYTES));
  if (kind === "json") {
    const text = new TextDecoder().decode(await readFirst(from, MAX_TOPOLOGY));
    return { holdsLayers: /"modelTopology"/.test(text) };
  }
  if (kind !== "zip") return { holdsLayers: kind === "hdf5" || kind === "onnx" };
  const bytes = await readWhole(from);
  return { holdsLayers: namesIn(bytes).includes("config.json"), bytes };
}

/** Returns the names of an archive's files; none for a damaged archive, which the reader of checkpoints refuses. */
function namesIn(bytes: Uint8Array<ArrayBuffer>): readonly string[] {
  try {
    return openZip(bytes).names;
  } catch (error) {
    if (!isInputError(error)) throw error;
    return [];
  }
}

function readLine(from: string, { format, tensors, removed }: Checkpoint): string {
  const name = { pytorch: "PyTorch", safetensors: "safetensors" }[format];
  const prefixes = removed.length > 0 ? `; removed from the names: ${removed.join(", ")}` : "";
  return `Read ${from}: ${name}, ${count(tensors.size, "tensor")}${prefixes}`;
}

function mapOf(pairs: readonly string[]): Record<string, string> {
  const map = new Map<string, string>();
  for (const pair of pairs) {
    const [theirs, ours] = pair.split("=");
    if (map.has(theirs)) throw new InputRangeError(`--map ${pair}: expected each name once, found ${theirs} twice`);
    map.set(theirs, ours);
  }
  return Object.fromEntries(map);
}
