import { expectTexts } from "../task_model/mod.ts";
import { InputRangeError } from "../../errors.ts";
import type { ClassifierConfig } from "./hyperparameters.ts";
import { FeatureReader } from "./linear/features.ts";
import { strandsOf } from "./strands.ts";

/**
 * The inputs `features` and `feature_values` of an exported classifier with a linear model.
 *
 * @example
 * ```ts
 * import { type LinearInputs, linearInputs } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const linear = { words: 1, shapes: false, letters: null, positions: null, buckets: 1024, blend: [1, 1] } as const;
 * const { features, values, shape }: LinearInputs = linearInputs(["a fine film"], { linear, alphabet: null });
 * // The three words and the marks of both ends.
 * assertEquals(shape, [1, 5]);
 * assertEquals([features.length, values.length], [5, 5]);
 * ```
 */
export interface LinearInputs {
  /** The ids of the features, `[texts, F]`. */
  readonly features: Int32Array;
  /** The value of each feature, `[texts, F]`; 0 for padding. */
  readonly values: Float32Array;
  /** The shape of both: the number of texts, and the largest number of features of one. */
  readonly shape: readonly [texts: number, features: number];
}

/**
 * Computes the features of texts that the linear model of a classifier reads, padded to one length, for the graph that
 * `exportONNX` writes.
 *
 * @param texts The texts.
 * @param config The classifier's configuration: `config` of a model, of `config.json` or of a graph's metadata.
 * @returns The ids and the values of the features.
 * @throws {RangeError} If the configuration has no linear model.
 *
 * @example
 * ```ts
 * import { Classifier, treebankTokenizer } from "@elman/elman";
 * import { linearInputs } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const train = [{ text: "a fine film", label: "good" }, { text: "a dull film", label: "bad" }];
 * const tokenizer = treebankTokenizer(train.map(({ text }) => text));
 * const model = Classifier.create({ tokenizer, labels: ["bad", "good"], architecture: "linear" });
 * await model.fit(train);
 * const { features, shape: [texts, most] } = linearInputs(["A fine plot.", "Dull!"], model.config);
 * assertEquals([texts, features.length], [2, 2 * most]);
 * // As the tensor that ONNX Runtime takes.
 * const ids = BigInt64Array.from(features, BigInt);
 * assertEquals(Number(ids[0]), features[0]);
 * ```
 */
export function linearInputs(
  texts: readonly string[],
  { linear, alphabet }: Pick<ClassifierConfig, "linear" | "alphabet">,
): LinearInputs {
  expectTexts("compute features", "texts", texts);
  if (!linear) throw new InputRangeError("compute features: expected a classifier with a linear model, found none");
  const own = texts.map((text) => strandsOf(text, { alphabet, reverseComplement: false })[0]);
  const rows = new FeatureReader(linear).read(own);
  const counts = texts.map((_, i) => rows.starts[i + 1] - rows.starts[i]);
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  const [features, values] = [new Int32Array(texts.length * most), new Float32Array(texts.length * most)];
  counts.forEach((count, i) => {
    const start = rows.starts[i];
    features.set(rows.columns.subarray(start, start + count), i * most);
    values.set(rows.values.subarray(start, start + count), i * most);
  });
  return { features, values, shape: [texts.length, most] };
}
