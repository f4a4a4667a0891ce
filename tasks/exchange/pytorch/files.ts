import { InputRangeError } from "../../../errors.ts";
import { encodePyTorchParts } from "../../../src/formats/mod.ts";
import type { Module } from "../../../src/nn/mod.ts";
import type { AnyModelClass } from "../../task_model/mod.ts";
import { classifier } from "./classifier.ts";
import { forecaster } from "./forecaster.ts";
import { languageModel } from "./language_model.ts";
import { program, type PythonModel } from "./python.ts";
import { speechRecognizer } from "./speech.ts";
import { translator } from "./translator.ts";
import { vectorClassifier } from "./vector_classifier.ts";

/** Writes a model of each task; the types of configuration and network belong to the task. */
const WRITERS: Readonly<Record<string, (config: never, network: never) => PythonModel>> = {
  "language-modeling": languageModel,
  classification: classifier,
  "vector-classification": vectorClassifier,
  translation: translator,
  forecasting: forecaster,
  "speech-recognition": speechRecognizer,
};

/** A model of any task. */
export interface ExportableModel {
  /** The configuration. */
  readonly config: object;
  /** The network. */
  readonly network: Module;
}

/** The files of an exported model, by name. */
export interface PyTorchFiles {
  /** The weights, in parts to write one after another; `torch.load(file, weights_only=True)` reads them. */
  readonly "model.pt": readonly Uint8Array[];
  /** The program that rebuilds the network: `load()` returns it with the weights. */
  readonly "model.py": string;
}

/**
 * Exports a model to PyTorch: its weights, and a short program in Python that rebuilds the network from them.
 *
 * Cells that PyTorch lacks are written out step by step, which is slower there. What surrounds the network, such as a
 * tokenizer, is not exported.
 *
 * @param model The model.
 * @returns The contents of the files by name.
 * @throws {RangeError} If models of the task cannot be exported, or the model has a part that the program cannot have: a
 * linear model on n-grams, or a cell of a user.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import { pytorchFiles } from "@elman/elman/tasks";
 * import { assertMatch } from "@std/assert";
 *
 * const model = LanguageModel.create({ tokenizer: CharTokenizer.train("abc"), hidden: 8, layers: 2 });
 * const files = pytorchFiles(model);
 * assertMatch(files["model.py"], /self\.rnn = nn\.LSTM\(\d+, 8, num_layers=2\)/);
 * ```
 */
export function pytorchFiles(model: ExportableModel): PyTorchFiles {
  const { task: { name: task } } = model.constructor as unknown as AnyModelClass;
  const write = Object.hasOwn(WRITERS, task) ? WRITERS[task] : undefined;
  if (!write) {
    throw new InputRangeError(
      `export to PyTorch: expected a model of ${Object.keys(WRITERS).join(", ")}, found one of ${task}`,
    );
  }
  const python = write(model.config as never, model.network as never);
  return { "model.pt": encodePyTorchParts(python.tensors), "model.py": program(python) };
}
