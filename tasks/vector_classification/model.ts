import { InputRangeError, InputTypeError } from "../../errors.ts";
import { count, definedOnly, describeValue, expectOptions, type Given } from "../../src/schema/mod.ts";
import { extentOf } from "../data/extent.ts";
import { argmax } from "../data/argmax.ts";
import type { VectorSequence } from "../data/mod.ts";
import {
  calibrationError,
  evaluateProbabilities,
  fitTemperature,
  type LabelEvaluation,
  probabilitiesOf,
} from "../labels/mod.ts";
import { type EngineChoice, type FitOptions, type Prepared, type Task, TaskModel } from "../task_model/mod.ts";
import { readSequences } from "./batches.ts";
import { FrameProcessor } from "./frame_processor.ts";
import type {
  VectorClassifierConfig,
  VectorClassifierInitialisation,
  VectorClassifierSettings,
} from "./hyperparameters.ts";
import { vectorEvent, VectorLearning } from "./learning.ts";
import { expectSequences, expectVectorCorpus, fingerprintOf, targetsOf, type VectorCorpus } from "./sequences.ts";
import { suitConvolution } from "./suited_convolution.ts";
import { VECTOR_CLASSIFICATION, type VectorClassifierTypes } from "./task.ts";

/** Options of `VectorClassifier.create`. */
export interface VectorClassifierOptions
  extends
    Partial<Omit<VectorClassifierConfig, "input" | "picture" | "labels" | "temperature">>,
    Partial<VectorClassifierInitialisation>,
    EngineChoice {
  /** Makes the network's inputs of frames; `FrameProcessor.fit` makes one for training sequences. */
  readonly processor: FrameProcessor;
  /** The labels, at least two; see `vectorLabels`. */
  readonly labels: readonly string[];
}

/**
 * Options of a vector classifier's `fit`.
 *
 * @example
 * ```ts
 * import { FrameProcessor, VectorClassifier, type VectorClassifierFitOptions } from "@elman/elman";
 * import { vectorSequence } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const options: VectorClassifierFitOptions = { epochs: 2, speed: 0, jitter: 0.1 };
 * const train = [vectorSequence([[1], [2]], { label: "up" }), vectorSequence([[2], [1]], { label: "down" })];
 * const processor = FrameProcessor.fit(train);
 * const model = VectorClassifier.create({ processor, labels: ["up", "down"], hidden: 4 });
 * assertEquals((await model.fit(train, options)).epochs.length, 2);
 * ```
 */
export type VectorClassifierFitOptions = FitOptions<VectorClassifierSettings>;

/** The prediction for a sequence. */
export interface VectorClassification {
  /** The most probable label. */
  readonly label: string;
  /** The probability of `label`. */
  readonly confidence: number;
  /** The probability of each label. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** The evaluation of a vector classifier. */
export interface VectorEvaluation extends LabelEvaluation {
  /** Number of sequences. */
  readonly sequences: number;
}

/**
 * A recurrent classifier of sequences of numbers, such as movements: predicts the label of a sequence and the
 * probability of each label.
 *
 * @example
 * ```ts
 * import { FrameProcessor, VectorClassifier } from "@elman/elman";
 * import { vectorSequence } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const line = (slope: number) => Array.from({ length: 8 }, (_, t) => [slope * t]);
 * const train = [1, 2, -1, -2].map((slope) => vectorSequence(line(slope), { label: slope > 0 ? "up" : "down" }));
 * const processor = FrameProcessor.fit(train);
 * const model = VectorClassifier.create({ processor, labels: ["up", "down"], hidden: 8 });
 * await model.fit(train, { epochs: 40 });
 * const { label } = await model.classify(vectorSequence([[0], [1.5], [3], [4.5]]));
 * assertEquals(label, "up");
 * ```
 */
export class VectorClassifier extends TaskModel<VectorClassifierTypes> {
  /** The task. */
  static readonly task: Task<VectorClassifierTypes> = VECTOR_CLASSIFICATION;

  /** Creates an untrained classifier. Throws `TypeError` or `RangeError` if an option is invalid. */
  static create(options: VectorClassifierOptions): VectorClassifier {
    const { processor, ...rest } = options ?? {};
    if (!(processor instanceof FrameProcessor)) {
      throw new InputTypeError(
        `create a vector classifier: expected a frame processor, as FrameProcessor.fit makes, found ${
          describeValue(processor)
        }`,
      );
    }
    const given = rest.conv === undefined ? { ...suitConvolution(processor, rest), ...definedOnly(rest) } : rest;
    return TaskModel.make(VectorClassifier, { processor }, given, {
      input: processor.width,
      picture: processor.picture,
    }, { kind: processor.kind });
  }

  /** Makes the network's inputs of frames. */
  get processor(): FrameProcessor {
    return this.processors.processor;
  }

  /** The default settings depend on the kind of frames, on the labels and on the number of training sequences. */
  protected override settingsContext(data: VectorCorpus | readonly VectorSequence[]): Given {
    const { length: examples } = expectVectorCorpus("fit", data).train;
    return { kind: this.processor.kind, labels: this.config.labels, examples };
  }

  /** Prepares sequences. Throws `RangeError` if one has other channels or a label that is unknown to the classifier. */
  protected override prepare(
    data: VectorCorpus | readonly VectorSequence[],
    settings: VectorClassifierSettings,
  ): Promise<Prepared<VectorClassifierTypes>> {
    const { labels } = this.config;
    const { processor } = this;
    const corpus = expectVectorCorpus("fit", data);
    const train = targetsOf(corpus.train, labels);
    const valid = corpus.valid && targetsOf(corpus.valid, labels);
    if (corpus.test) targetsOf(corpus.test, labels);
    const [, longest] = extentOf(corpus.train.map((sequence) => processor.shorten(sequence).length));
    return Promise.resolve({
      noun: "the sequences",
      fingerprint: fingerprintOf([train, valid]),
      step: `batches of ${count(settings.batch, "sequence")} of up to ${count(longest, "frame")}`,
      learning: (network, communicator) =>
        new VectorLearning(network, { train, valid, processor, labels }, settings, communicator),
      largestBatch: (learning: VectorLearning) => learning.largestBatch,
      // The fitted temperature belongs to the previous parameters.
      begin: () => ({ temperature: 1 }),
      event: (event) => vectorEvent(event),
    });
  }

  /** Predicts the label of a sequence and the probability of each label. */
  classify(sequence: VectorSequence): Promise<VectorClassification>;
  /** Predicts the labels of several sequences in batches. */
  classify(sequences: readonly VectorSequence[]): Promise<VectorClassification[]>;
  async classify(
    given: VectorSequence | readonly VectorSequence[],
  ): Promise<VectorClassification | VectorClassification[]> {
    if (!Array.isArray(given)) return (await this.classify([given as VectorSequence]))[0];
    expectSequences("classify", "sequences", given);
    const { labels, temperature } = this.config;
    return (await this.#read(given)).map((row) => {
      const p = probabilitiesOf(row, temperature);
      const best = argmax(p);
      const probabilities = Object.fromEntries(labels.map((label, i) => [label, p[i]]));
      return { label: labels[best], confidence: p[best], probabilities };
    });
  }

  /** Evaluates the classifier on labeled sequences. Throws `RangeError` if a label is unknown to the classifier. */
  async evaluate(
    sequences: readonly VectorSequence[],
    options: { /** Stops the evaluation. */ readonly signal?: AbortSignal } = {},
  ): Promise<VectorEvaluation> {
    expectOptions("evaluate", options, ["signal"]);
    const { labels, temperature } = this.config;
    const { targets } = this.#expectSome("evaluate", sequences);
    const logits = await this.#read(sequences, options.signal);
    const probabilities = logits.map((row) => probabilitiesOf(row, temperature));
    return { sequences: sequences.length, ...evaluateProbabilities(probabilities, targets, labels) };
  }

  /**
   * Fits the temperature that divides the logits, by minimizing the cross-entropy on the given sequences, which should
   * be validation sequences (Guo et al. 2017). The predicted labels do not change.
   */
  async calibrate(
    sequences: readonly VectorSequence[],
  ): Promise<{ temperature: number; before: number; after: number }> {
    const { targets } = this.#expectSome("calibrate", sequences);
    const logits = await this.#read(sequences);
    const error = (t: number): number => calibrationError(logits.map((row) => probabilitiesOf(row, t)), targets);
    const before = error(this.config.temperature);
    const temperature = fitTemperature(logits, targets);
    this.configure({ temperature });
    return { temperature, before, after: error(temperature) };
  }

  #expectSome(action: string, sequences: readonly VectorSequence[]): { readonly targets: Int32Array } {
    expectSequences(action, "sequences", sequences);
    if (sequences.length === 0) throw new InputRangeError(`${action}: expected at least 1 sequence, found none`);
    return targetsOf(sequences, this.config.labels);
  }

  #read(sequences: readonly VectorSequence[], signal?: AbortSignal): Promise<Float32Array[]> {
    const { processor } = this;
    const inputs = sequences.map((sequence) => processor.encode(sequence));
    return readSequences(this.network, inputs, processor.width, signal);
  }
}
