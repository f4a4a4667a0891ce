import type { ImportedCell } from "../layers/layer.ts";
import { InputRangeError } from "../../../errors.ts";
import type { NamedArray } from "../../../src/formats/mod.ts";
import { type Cell, loadStateDict } from "../../../src/nn/mod.ts";
import { formatShape } from "../../../src/tensor/mod.ts";
import type { Tokenizer } from "../../../tokenizers/mod.ts";
import { Classifier } from "../../classification/mod.ts";
import { hasAttention, pooledWidth, type Pooling } from "../../labels/mod.ts";
import { LanguageModel } from "../../language_modeling/mod.ts";
import { type ImportPlan, planImport } from "./plan.ts";
import { roundedTensors, withFirstLabel } from "./tensors.ts";

/**
 * The tasks whose models can be imported.
 *
 * @example
 * ```ts
 * import { IMPORT_TASKS } from "@elman/elman/exchange";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...IMPORT_TASKS], ["language-modeling", "classification"]);
 * ```
 */
export const IMPORT_TASKS = ["language-modeling", "classification"] as const;

/** A task whose models can be imported. */
export type ImportTask = typeof IMPORT_TASKS[number];

/** The names of the tasks' output layers. */
export const OUTPUTS: { readonly [T in ImportTask]: string } = {
  "language-modeling": "decoder",
  classification: "classifier",
};

/** Options of `importModel`. */
export interface ImportOptions {
  /** The task. */
  readonly task: ImportTask;
  /** The tokenizer whose ids the model was trained on. */
  readonly tokenizer: Tokenizer;
  /** Our names of tensors by theirs, which nothing overrides; an empty name leaves a tensor out. Default: none. */
  readonly map?: Readonly<Record<string, string>>;
  /**
   * The labels of a classifier, in the order of the outputs. Of a network with one output, whose sigmoid is the
   * probability of the second label, the first is the other one. Default: "0", "1" and so on.
   */
  readonly labels?: readonly string[];
  /**
   * How a classifier pools its states. Default: "concat" for four times as many inputs, "attention" if there are
   * weights for it under our names, "last" otherwise.
   */
  readonly pooling?: Pooling;
  /** Whether a text may have several labels of a classifier, whose outputs are logits of sigmoids. Default: false. */
  readonly multiLabel?: boolean;
  /**
   * The cell of all recurrent layers. Default: that which `cells` names, or PyTorch's with as many gates: of three, a
   * GRU whose reset gate applies after the product ("gru"), not before ("chogru").
   */
  readonly cell?: ImportedCell;
  /** The cells of recurrent layers by the names of their modules, if the file tells them. Default: by their gates. */
  readonly cells?: ReadonlyMap<string, Cell>;
  /** Name of the file in messages. Default: "a checkpoint". */
  readonly source?: string;
}

/** A model made of a checkpoint. */
export interface ImportedModel {
  /** The model. */
  readonly model: LanguageModel | Classifier;
  /** A line for each tensor, with the part of the network that it became, then one about the network. */
  readonly lines: readonly string[];
}

/**
 * Makes a model of tensors that were trained elsewhere. The configuration follows from shapes, the mapping of names
 * from shapes and names: an embedding, recurrent layers with PyTorch's names wherever they stand, and an output layer,
 * whose weights may be those of the embedding. Of weights with weight drop, the raw ones are taken. Biases that the
 * tensors lack are zeros. Where the recurrent layers read vectors with a single 1, the embedding becomes the identity.
 * 64-bit numbers are rounded to 32 bits.
 *
 * @param tensors The tensors by name, as `readCheckpoint` returns them.
 * @param options The task, the tokenizer, and what the tensors cannot tell.
 * @returns The model, and what was done.
 * @throws {RangeError} If a part of the network is missing or fits several tensors, if shapes do not fit one another or
 * the tokenizer (the message has both), or if a tensor is not used.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import { parameterArrays } from "@elman/elman/nn";
 * import { importModel } from "@elman/elman/exchange";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = CharTokenizer.train("abcdef");
 * const { network } = LanguageModel.create({ tokenizer, cell: "gru", embed: 4, hidden: 5, layers: 2 });
 * const renamed = parameterArrays(network).map((array) => [array.name.replace("embedding", "encoder"), array] as const);
 * const { model, lines } = importModel(new Map(renamed), { task: "language-modeling", tokenizer });
 * assertEquals(parameterArrays(model.network), parameterArrays(network));
 * assertEquals(lines.at(-1), "Network: cell gru, layers 2, hidden size 5, embedding size 4, vocabulary 6, outputs 6");
 * ```
 */
export function importModel(tensors: ReadonlyMap<string, NamedArray>, options: ImportOptions): ImportedModel {
  const { task, tokenizer, source = "a checkpoint", map = {}, cell, cells } = options;
  const action = `import ${source}`;
  const { tensors: named, lines } = roundedTensors(tensors);
  const output = OUTPUTS[task];
  const plan = planImport(named, {
    ...{ action, output, cell, cells, map: new Map(Object.entries(map)), vocabulary: tokenizer.size },
  });
  if (plan.vocabulary !== tokenizer.size) {
    throw new InputRangeError(
      `${action}: expected a tokenizer of ${plan.vocabulary} tokens, as many as ${
        plan.tensors.get("embedding.weight")!.name
      } ` +
        `has rows, found one of ${tokenizer.size}`,
    );
  }
  const isOfTwo = task === "classification" && plan.outputs === 1;
  if (isOfTwo && options.multiLabel) {
    throw new InputRangeError(`${action}: expected an output for each of several labels, found one output`);
  }
  const model = task === "language-modeling"
    ? makeLanguageModel(plan, options, action)
    : makeClassifier(isOfTwo ? { ...plan, outputs: 2 } : plan, options, action);
  loadStateDict(model.network, isOfTwo ? withFirstLabel(plan.tensors) : plan.tensors, { source });
  if (isOfTwo) lines.push("classifier: zeros for the first label, since the one output is the logit of the second");
  return { model, lines: [...plan.lines, ...lines, describe(plan, model)] };
}

function makeLanguageModel(plan: ImportPlan, { tokenizer }: ImportOptions, action: string): LanguageModel {
  const { stack: { cell, hidden, bidirectional }, embed, vocabulary, outputs, inputs, isTied } = plan;
  if (bidirectional) {
    throw new InputRangeError(
      `${action}: expected a language model that reads forward, found layers of two directions`,
    );
  }
  const [expected, found] = [[vocabulary, hidden.at(-1)!], [outputs, inputs]].map(formatShape);
  if (expected !== found) {
    throw new InputRangeError(`${action}: expected decoder.weight to be ${expected}, found ${found}`);
  }
  const sizes = new Set(hidden).size === 1 ? { hidden: hidden[0], layers: hidden.length } : { hidden };
  return LanguageModel.create({ tokenizer, cell, embed, tied: isTied, ...sizes });
}

function makeClassifier(plan: ImportPlan, options: ImportOptions, action: string): Classifier {
  const { stack: { cell, hidden, bidirectional }, embed, outputs, inputs } = plan;
  const labels = options.labels ?? Array.from({ length: outputs }, (_, i) => String(i));
  if (labels.length !== outputs) {
    throw new InputRangeError(`${action}: expected ${outputs} labels, one for each output, found ${labels.length}`);
  }
  if (new Set(hidden).size > 1) {
    throw new InputRangeError(`${action}: expected layers of one hidden size, found ${hidden.join(", ")}`);
  }
  const width = hidden[0] * (bidirectional ? 2 : 1);
  const { hasAttention: found } = plan;
  const pooling = options.pooling ?? (inputs === 4 * width ? "concat" : found ? "attention" : "last");
  const expected = pooledWidth(pooling, width);
  if (inputs !== expected) {
    throw new InputRangeError(`${action}: expected ${expected} inputs of the output layer, found ${inputs}`);
  }
  if (hasAttention(pooling) !== found) {
    throw new InputRangeError(
      `${action}: expected ${found ? "a pooling with attention" : `weights of attention.query for ${pooling}`}, found ${
        found ? pooling : "none"
      }`,
    );
  }
  const sizes = { hidden: hidden[0], layers: hidden.length, bidirectional };
  const { tokenizer, multiLabel } = options;
  return Classifier.create({ tokenizer, labels, cell, embed, pooling, multiLabel, members: 1, wide: false, ...sizes });
}

function describe(
  { stack, embed, vocabulary, outputs, isTied }: ImportPlan,
  model: LanguageModel | Classifier,
): string {
  const sizes = [...new Set(stack.hidden)].length === 1 ? String(stack.hidden[0]) : stack.hidden.join(", ");
  return [
    `Network: cell ${stack.cell}${stack.bidirectional ? " in two directions" : ""}, layers ${stack.hidden.length}`,
    `hidden size ${sizes}, embedding size ${embed}, vocabulary ${vocabulary}, outputs ${outputs}`,
    ...isTied ? ["tied"] : [],
    ...model instanceof Classifier ? [`pooling ${model.config.pooling}`] : [],
  ].join(", ");
}
