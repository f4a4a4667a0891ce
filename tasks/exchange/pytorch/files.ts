import { InputRangeError } from "../../../errors.ts";
import { encodePyTorchParts, encodeShards } from "../../../src/formats/mod.ts";
import { type Module, parameterArrays } from "../../../src/nn/mod.ts";
import type { AnyModelClass } from "../../task_model/mod.ts";
import { expectGraphOptions } from "../../task_model/graph_plan.ts";
import { classifier } from "./classifier.ts";
import { forecaster } from "./forecaster.ts";
import { languageModel } from "./language_model.ts";
import { musicModel } from "./music_model.ts";
import { program, type PythonModel } from "./python.ts";
import { moduleName } from "./python_names.ts";
import { speechRecognizer } from "./speech.ts";
import { translator } from "./translator.ts";
import { vectorClassifier } from "./vector_classifier.ts";

/** Writes a model of each task; the types of configuration and network belong to the task. */
const WRITERS: Readonly<
  Record<string, (config: never, network: never, networkAlone: boolean, processors: never) => PythonModel>
> = {
  "language-modeling": languageModel,
  classification: classifier,
  "vector-classification": vectorClassifier,
  translation: translator,
  forecasting: forecaster,
  "speech-recognition": speechRecognizer,
  music: musicModel,
};

/** A model of any task. */
export interface ExportableModel {
  /** The configuration. */
  readonly config: object;
  /** The network. */
  readonly network: Module;
  /** The converters from data to the network's input. */
  readonly processors: object;
}

/** Options of `pytorchFiles`. */
export interface PyTorchOptions {
  /** The name of the files without their endings. Default: "model". */
  readonly name?: string;
  /** The whole name of the file of weights. Default: the name with the ending `.pt`. */
  readonly weightsName?: string;
  /** Whether to leave out the linear model beside a classifier's network. Default: false. */
  readonly networkAlone?: boolean;
}

/** Options of `safetensorsFiles`. */
export interface SafetensorsOptions {
  /** The name of the files without their endings. Default: "model". */
  readonly name?: string;
  /** Maximum number of bytes of a file; a larger model has several and an index. Default: 5 GB. */
  readonly maxShardBytes?: number;
}

/**
 * Exports a model to PyTorch: its weights in `model.pt`, which `torch.load(file, weights_only=True)` reads, and a short
 * program in Python, `model.py`, whose `load()` rebuilds the network from them.
 *
 * Cells that PyTorch lacks are written out step by step, which is slower there. What surrounds the network, such as a
 * tokenizer, is not exported. Characters that Python's `import` does not take, such as hyphens, become underscores in
 * the name of the program, and one follows a keyword or the name of a module that PyTorch needs.
 *
 * @param model The model.
 * @param options The name of the files, and whether to leave out a linear model.
 * @returns The files: the weights, then the program; of a classifier with a linear model, of a forecaster, of a
 * speech recognizer and of a music model also one that computes the inputs.
 * @throws {RangeError} If models of the task cannot be exported or have no linear model to leave out, or if the model
 * has a part that the program cannot have, such as a cell of a user.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import { pytorchFiles } from "@elman/elman/exchange";
 * import { assertMatch } from "@std/assert";
 *
 * const model = LanguageModel.create({ tokenizer: CharTokenizer.train("abc"), hidden: 8, layers: 2 });
 * const [_weights, program] = pytorchFiles(model, { name: "abc" });
 * assertMatch(await program.text(), /self\.rnn = nn\.LSTM\(\d+, 8, num_layers=2\)/);
 * ```
 */
export function pytorchFiles(model: ExportableModel, options: PyTorchOptions = {}): File[] {
  const { name = "model", weightsName = `${name}.pt`, networkAlone = false } = options;
  const { task } = model.constructor as unknown as AnyModelClass;
  const write = Object.hasOwn(WRITERS, task.name) ? WRITERS[task.name] : undefined;
  if (!write) {
    throw new InputRangeError(
      `export to PyTorch: expected a model of ${Object.keys(WRITERS).join(", ")}, found one of ${task.name}`,
    );
  }
  expectGraphOptions({ networkAlone }, task, "export to PyTorch");
  const python = write(model.config as never, model.network as never, networkAlone, model.processors as never);
  return [
    new File(encodePyTorchParts(python.tensors) as BlobPart[], weightsName),
    new File([program(python, weightsName)], `${moduleName(name)}.py`, { type: "text/x-python" }),
    ...python.beside
      ? [new File([python.beside.text], `${moduleName(name + python.beside.suffix)}.py`, { type: "text/x-python" })]
      : [],
  ];
}

/**
 * Exports a model's weights as safetensors files: one, or several of a limited size and an index, as Hugging Face's
 * libraries read them. Their metadata `task` and `config` say what the weights belong to.
 *
 * @param model The model.
 * @param options The name of the files, and the size of one.
 * @returns The files.
 * @throws {RangeError} If the size is not a whole number above 0.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import { safetensorsFiles } from "@elman/elman/exchange";
 * import { assertEquals } from "@std/assert";
 *
 * const model = LanguageModel.create({ tokenizer: CharTokenizer.train("abc"), hidden: 8 });
 * assertEquals(safetensorsFiles(model).map(({ name }) => name), ["model.safetensors"]);
 * assertEquals(safetensorsFiles(model, { maxShardBytes: 8000 }).at(-1)!.name, "model.safetensors.index.json");
 * ```
 */
export function safetensorsFiles(model: ExportableModel, options: SafetensorsOptions = {}): File[] {
  const { task } = model.constructor as unknown as AnyModelClass;
  const metadata = { format: "pt", task: task.name, config: JSON.stringify(model.config) };
  const shards = encodeShards(parameterArrays(model.network), { ...options, metadata });
  return Object.entries(shards).map(([name, content]) => {
    return new File(typeof content === "string" ? [content] : content as BlobPart[], name);
  });
}
