import { InputRangeError, InputTypeError } from "../../errors.ts";
import { count, describeValue, expectKinds, expectOptions, type Given, refuse } from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { weightsOf } from "../labels/mod.ts";
import { LanguageModel } from "../language_modeling/mod.ts";
import { tokenOffsets } from "../processors/mod.ts";
import { shortestOf } from "../task_model/hidden_sizes.ts";
import {
  type EngineChoice,
  expectText,
  expectTexts,
  expectTokenizer,
  type Prepared,
  type Task,
  TaskModel,
} from "../task_model/mod.ts";
import {
  type Calibration,
  type Classification,
  type ClassifierEvaluateOptions,
  type ClassifierEvaluation,
  type Explanation,
  EXPLANATION_METHODS,
  type ExplanationMethod,
} from "./answers.ts";
import type { ClassifierOptions, ClassifierStartOptions } from "./classifier_options.ts";
import { type ClassifierContinuationOptions, copyWeights, startFrom } from "./classifier_start.ts";
import { calibrateDecisions, classificationOf } from "./decisions.ts";
import { spansOf, weighSpans } from "./explanation.ts";
import type { Beginning, ClassifierConfig, ClassifierSettings } from "./hyperparameters.ts";
import { linearLogits, readBoth, type Reading } from "./inference.ts";
import { startFromLanguageModel } from "./language_model_start.ts";
import {
  classifierEvent,
  ClassifierLearning,
  type ClassifierMeasurement,
  evaluateTexts,
  measurementOf,
} from "./learning.ts";
import { linearPart, SUM, trainLinear } from "./linear/mod.ts";
import { encodeLabelled, fitThresholds, rescaleThresholds, sigmoids } from "./multi_label/mod.ts";
import { mapMutations, weighLetters } from "./mutations.ts";
import { weighOmissions } from "./omission.ts";
import { type ClassifierPreset, PRESETS } from "./presets.ts";
import { remember, rememberLatest } from "./remember.ts";
import { CLASSIFICATION, type ClassifierTypes } from "./task.ts";
import { allStrands, strandsOf } from "./strands.ts";
import {
  type EncodedTexts,
  encodeForReading,
  expectLabelled,
  expectLabelledTexts,
  fingerprintOf,
  hasTokens,
  type LabelledCorpus,
  type LabelledText,
  type MultiLabelText,
  type ReadableTexts,
  refuseManyLabels,
  refuseRunningText,
  tokenLimit,
} from "./texts.ts";
import { placeVectors, type VectorCoverage } from "./vectors.ts";

const NO_CONVOLUTION = { conv: null, filters: null, convPool: null } as const;

/**
 * A recurrent text classifier: predicts the label of a text and the probability of each label.
 *
 * @example
 * ```ts
 * import { Classifier, labelsOf, treebankTokenizer } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const train = ["a fine film", "a dull film", "fine acting", "dull acting"].map((text) => ({
 *   text,
 *   label: text.includes("fine") ? "good" : "bad",
 * }));
 * const tokenizer = treebankTokenizer(train.map(({ text }) => text));
 * const model = Classifier.create({ tokenizer, labels: labelsOf(train), embed: 8, hidden: 8 });
 * await model.fit(train, { epochs: 40, learningRate: 0.02 });
 * const { label } = await model.classify("a fine acting");
 * assertEquals(label, "good");
 * ```
 */
export class Classifier extends TaskModel<ClassifierTypes> {
  /** The task. */
  static readonly task: Task<ClassifierTypes> = CLASSIFICATION;
  /** The presets by name: options of `create` and `fit` for the demonstration. */
  static readonly presets: Readonly<Record<string, ClassifierPreset>> = PRESETS;
  #beginning: Beginning = "scratch";
  #coverage: VectorCoverage | undefined;

  /** Creates an untrained classifier. Throws `TypeError` or `RangeError` if an option is invalid. */
  static create(options: ClassifierOptions): Classifier {
    const { tokenizer, vectors, ...rest } = expectTokenizer("create a classifier", options, "tokenizer");
    if (vectors !== undefined && !(vectors?.width > 0)) {
      throw new InputTypeError(
        `create a classifier: expected vectors as returned by readWordVectors, found ${describeValue(vectors)}`,
      );
    }
    const embed = rest.embed ?? vectors?.width;
    const model = Classifier.#make(tokenizer, { ...rest, embed }, vectors ? "vectors" : "scratch");
    if (vectors) {
      const [coverage] = model.network.members.map(({ embedding }) =>
        placeVectors(embedding.weight, tokenizer, vectors)
      );
      model.#coverage = coverage;
    }
    return model;
  }

  /**
   * Creates a classifier with the embeddings, recurrent layers and tokenizer of a language model (Howard and Ruder
   * 2018). By default, `fit` then unfreezes the layers one by one and gives deeper layers lower learning rates.
   */
  static fromLanguageModel(source: LanguageModel, options: ClassifierStartOptions): Classifier {
    if (!(source instanceof LanguageModel)) {
      throw new InputTypeError(`start a classifier: expected a language model, found ${describeValue(source)}`);
    }
    if (options.architecture === "linear") {
      throw new InputRangeError(
        "start a classifier: expected architecture network with a language model, found linear",
      );
    }
    const { cell, mogrifierRounds, embed, layers } = source.config;
    const hidden = shortestOf(source.network.rnn.hiddenSizes);
    const brought = { cell, mogrifierRounds, embed, hidden, layers, ...NO_CONVOLUTION };
    const model = Classifier.#make(source.tokenizer, options, "language model", brought);
    for (const member of model.network.members) startFromLanguageModel(member, source.network);
    return model;
  }

  /**
   * Creates a classifier that goes on from another one. It has all its weights if the labels are the same and
   * `multiLabel` is, and otherwise all but those of the output layer; `fit` trains the linear model anew.
   *
   * @example
   * ```ts
   * import { Classifier, type ClassifierContinuationOptions, treebankTokenizer } from "@elman/elman";
   * import { assertEquals } from "@std/assert";
   *
   * const tokenizer = treebankTokenizer(["a fine film", "a dull film"]);
   * const source = Classifier.create({ tokenizer, labels: ["bad", "good"], hidden: 4 });
   * const options: ClassifierContinuationOptions = { labels: ["comedy", "drama", "thriller"] };
   * const model = Classifier.fromClassifier(source, options);
   * assertEquals(model.config.hidden, 4);
   * assertEquals(Object.keys((await model.classify("a fine film")).probabilities).length, 3);
   * ```
   */
  static fromClassifier(source: Classifier, options: ClassifierContinuationOptions = {}): Classifier {
    if (!(source instanceof Classifier)) {
      throw new InputTypeError(`start a classifier: expected a classifier, found ${describeValue(source)}`);
    }
    if (source.config.architecture === "linear") {
      throw new InputRangeError("start a classifier: expected a classifier with a network, found a linear model");
    }
    const { fixed, open, hasSameLabels } = startFrom(source.config, options);
    const model = Classifier.#make(source.tokenizer, open, "classifier", fixed);
    copyWeights(model.network, source.network, hasSameLabels);
    return model;
  }

  static #make(tokenizer: Tokenizer, options: Given & EngineChoice, beginning: Beginning, brought?: Given): Classifier {
    const derived = { ...brought, vocabSize: tokenizer.size, thresholds: null, linear: null };
    const model = TaskModel.make(Classifier, { tokenizer }, options, derived, { beginning });
    model.#beginning = beginning;
    return model;
  }

  /** The tokenizer. */
  get tokenizer(): Tokenizer {
    return this.processors.tokenizer;
  }

  /** The coverage of the vocabulary by the word vectors; `undefined` if the classifier was created without vectors. */
  get coverage(): VectorCoverage | undefined {
    return this.#coverage;
  }

  /** The default settings depend on what the classifier starts from, and on whether a text may have several labels. */
  protected override settingsContext(): Given {
    return { beginning: this.#beginning, multiLabel: this.config.multiLabel };
  }

  /** Encodes labeled texts. Throws `RangeError` if a text is empty or a label is unknown to the classifier. */
  protected override prepare(
    data: ClassifierTypes["data"],
    settings: ClassifierSettings,
  ): Promise<Prepared<ClassifierTypes>> {
    const corpus = expectLabelled("fit", data);
    refuseRunningText("fit", corpus.train);
    refuseManyLabels("fit", corpus.train.length, this.config);
    const { train, valid, fingerprint } = this.#encodeCorpus(corpus);
    const { labels, multiLabel, rareDropout } = this.config;
    const labelWeights = weightsOf(settings.labelWeights, train.targets, { labels, multiLabel });
    const { unknownId } = this.tokenizer;
    const rare = unknownId !== undefined && rareDropout > 0 ? { unknownId, rate: rareDropout } : undefined;
    const longest = train.ids.reduce((most, { length }) => Math.max(most, length), 0);
    return Promise.resolve({
      noun: "the texts",
      fingerprint,
      step: `batches of ${count(settings.batch, "text")} of up to ${count(longest, "token")}`,
      before: async (isResumed, signal) => {
        if (!(isResumed && this.network.linear)) await this.#trainLinear(corpus, { valid, labelWeights, signal });
      },
      ...this.config.architecture === "network" && {
        learning: (network, communicator) =>
          new ClassifierLearning(network, { train, valid, labels, multiLabel, rare }, settings, communicator),
      },
      measure: async () =>
        valid && measurementOf(await evaluateTexts(this.network, valid, labels, this.config), settings),
      largestBatch: (learning: ClassifierLearning) => learning.largestBatch,
      // The fitted temperature belongs to the previous parameters, and the thresholds to it.
      begin: (best) => {
        const { temperature: from, thresholds } = this.config;
        const rescaled = rescaleThresholds(thresholds, { from, to: 1 });
        return { temperature: 1, thresholds: rescaled, ...best && this.#learnedFrom(best) };
      },
      event: (event, learning) => {
        if (event.best) this.configure(this.#learnedFrom(event.best));
        if (!event.measured) this.configure({ thresholds: null });
        return classifierEvent(event, learning);
      },
    });
  }

  /** The fields that were fitted to the best parameters; the checkpoint of an earlier version lacks them. */
  #learnedFrom({ blend, thresholds }: Partial<ClassifierMeasurement>): Partial<ClassifierConfig> {
    const { linear } = this.config;
    return { ...linear && blend && { linear: { ...linear, blend } }, ...thresholds && { thresholds } };
  }

  /** Trains the linear model, if the configuration wants one, and discards the previous one. */
  async #trainLinear(
    corpus: LabelledCorpus,
    { valid: encoded, labelWeights, signal }: {
      readonly valid?: EncodedTexts;
      readonly labelWeights?: Float32Array;
      readonly signal?: AbortSignal;
    },
  ): Promise<void> {
    const { train, valid } = corpus;
    const { architecture, wide, labels, alphabet, reverseComplement, multiLabel } = this.config;
    if (architecture === "network" && !wide) return;
    const { network } = this;
    const strands = (texts: readonly LabelledText[]): LabelledText[] => allStrands(texts, this.config);
    const model = await remember(
      corpus,
      JSON.stringify(["linear", labels, [...labelWeights ?? []], alphabet, reverseComplement, multiLabel]),
      () =>
        trainLinear({
          ...{ train: strands(train), valid: valid && strands(valid), labels, multiLabel, labelWeights },
          ...{ group: reverseComplement ? 2 : 1, signal },
        }),
    );
    for (const parameter of network.linear?.parameters() ?? []) parameter.free();
    network.linear = linearPart(model, network.engine);
    this.configure({ linear: { ...model.features, blend: SUM }, ...architecture === "linear" && { temperature: 1 } });
    if (!multiLabel || architecture === "network") return;
    const probabilities = encoded && (await linearLogits(network, encoded))!.map((row) => sigmoids(row));
    this.configure({ thresholds: probabilities ? fitThresholds(probabilities, encoded.targets) : null });
  }

  /**
   * Predicts the label of a text, or its labels, and the probability of each label. Throws `RangeError` if the text is
   * empty.
   */
  classify(text: string): Promise<Classification>;
  /** Predicts the labels of several texts in batches. Throws `RangeError` if a text is empty. */
  classify(texts: readonly string[]): Promise<Classification[]>;
  async classify(texts: string | readonly string[]): Promise<Classification | Classification[]> {
    if (typeof texts === "string") return (await this.classify([texts]))[0];
    expectTexts("classify", "texts", texts);
    const { readable, isTruncated } = this.#encodeGiven(texts);
    const readings = await this.#read(readable);
    return readings.map(({ logits }, i) => classificationOf(logits, isTruncated[i], this.config));
  }

  /**
   * Predicts the label of a text and weights each word by its part in the decision. The default method is "attention"
   * if the pooling is attention; otherwise it is "omission", which leaves each word out in turn. For symbol sequences
   * it is "mutation", which replaces each letter by every other one of the alphabet. The other methods weight the
   * letters of sequences, too. Throws `RangeError` if the text is empty, if the method is "attention" and the pooling
   * has none, or if it is another one and there are more than 10,000 words or letters, or "mutation" and the texts are
   * no sequences.
   */
  async explain(
    text: string,
    options: { /** The method of weighting words. */ readonly method?: ExplanationMethod } = {},
  ): Promise<Explanation> {
    expectText("explain", "text", text);
    expectOptions("explain", options, ["method"]);
    const { architecture, pooling, alphabet } = this.config;
    const hasAttention = architecture === "network" && pooling === "attention";
    const usual = alphabet !== null ? "mutation" : hasAttention ? "attention" : "omission";
    const { method = usual } = options;
    if (!EXPLANATION_METHODS.includes(method)) {
      refuse("explain", "method", `one of ${EXPLANATION_METHODS.join(", ")}`, method);
    }
    const { readable, isTruncated: [isTruncated] } = this.#encodeGiven([text]);
    const [{ logits, attention }] = await this.#read(readable);
    const classification = classificationOf(logits, isTruncated, this.config);
    const classify = (texts: readonly string[]): Promise<Classification[]> => this.classify(texts);
    const [own] = readable.texts;
    if (method === "omission") {
      const isReadable = (text: string): boolean => hasTokens(text, this.tokenizer);
      const words = await weighOmissions(own, classification, { alphabet, isReadable, classify });
      return { ...classification, method, words };
    }
    if (method === "mutation") {
      const mutations = await mapMutations(text, classification, alphabet, classify);
      return { ...classification, method, words: weighLetters(mutations), mutations };
    }
    if (!attention) {
      throw new InputRangeError(
        `explain by attention: expected pooling attention or concat, found ${
          architecture === "linear" ? "a linear model" : pooling
        }`,
      );
    }
    const offsets = tokenOffsets(this.tokenizer, own);
    return { ...classification, method, words: weighSpans(own, spansOf(own, alphabet), offsets, attention) };
  }

  /** Evaluates the classifier on labeled texts. Throws `RangeError` if a text is empty or a label is unknown to it. */
  async evaluate(
    texts: readonly (LabelledText | MultiLabelText)[],
    options: ClassifierEvaluateOptions = {},
  ): Promise<ClassifierEvaluation> {
    const kinds = { intervals: "boolean", signal: AbortSignal } as const;
    const { intervals = true, signal } = expectKinds("evaluate", options, kinds);
    const encoded = this.#encodeSome("evaluate", texts);
    return await evaluateTexts(this.network, encoded, this.config.labels, { ...this.config, intervals, signal });
  }

  /**
   * Fits the temperature that divides the logits, by minimizing the cross-entropy on the given texts, which should be
   * validation texts (Guo et al. 2017). The predicted labels do not change.
   */
  async calibrate(texts: readonly (LabelledText | MultiLabelText)[]): Promise<Calibration> {
    const encoded = this.#encodeSome("calibrate", texts);
    const logits = (await this.#read(encoded)).map((reading) => reading.logits);
    const { thresholds, ...calibration } = calibrateDecisions(logits, encoded.targets, this.config);
    this.configure({ temperature: calibration.temperature, thresholds });
    return calibration;
  }

  #read(texts: ReadableTexts): Promise<Reading[]> {
    return readBoth(this.network, texts, { linear: this.config.linear });
  }

  #encodeSome(action: string, texts: readonly (LabelledText | MultiLabelText)[]): EncodedTexts {
    const labelled = expectLabelledTexts(action, "texts", texts);
    if (labelled.length === 0) throw new InputRangeError(`${action}: expected at least 1 text, found none`);
    return this.#encode(labelled, "given");
  }

  /** Encodes the parts of a corpus, all of them so that their texts are checked; once for trials that encode alike. */
  #encodeCorpus(corpus: LabelledCorpus): { train: EncodedTexts; valid?: EncodedTexts; fingerprint: number } {
    const { labels, multiLabel, alphabet, reverseComplement } = this.config;
    const encoding = JSON.stringify([labels, multiLabel, alphabet, reverseComplement, tokenLimit(this.config)]);
    return rememberLatest(corpus, [this.tokenizer, encoding], () => {
      const train = this.#encode(corpus.train, "training");
      const valid = corpus.valid && this.#encode(corpus.valid, "validation");
      if (corpus.test) this.#encode(corpus.test, "test");
      return { train, valid, fingerprint: fingerprintOf([train, valid]) };
    });
  }

  #encode(texts: readonly LabelledText[], part: string): EncodedTexts {
    const strands = texts.map(({ text }) => strandsOf(text, this.config));
    const own = texts.map((labelled, i) => ({ ...labelled, text: strands[i][0] }));
    const encoding = { ...this.config, maxTokens: tokenLimit(this.config) };
    return { ...encodeLabelled(own, this.tokenizer, encoding, part), ...this.#reverseOf(strands) };
  }

  /** Encodes texts to classify. */
  #encodeGiven(texts: readonly string[]): { readable: ReadableTexts; isTruncated: boolean[] } {
    const strands = texts.map((text) => strandsOf(text, this.config));
    const own = strands.map(([text]) => text);
    const most = tokenLimit(this.config);
    const encoded = own.map((text, i) =>
      encodeForReading(text, this.tokenizer, most, own.length === 1 ? {} : { what: `text ${i + 1}` })
    );
    return {
      readable: { texts: own, ids: encoded.map(({ ids }) => ids), ...this.#reverseOf(strands) },
      isTruncated: encoded.map(({ isTruncated }) => isTruncated),
    };
  }

  /** Encodes the other strands, if they are read. */
  #reverseOf(strands: readonly string[][]): Pick<ReadableTexts, "reverse"> {
    if (!this.config.reverseComplement) return {};
    const texts = strands.map(([, other]) => other);
    const ids = texts.map((text) => encodeForReading(text, this.tokenizer, tokenLimit(this.config)).ids);
    return { reverse: { texts, ids } };
  }
}
