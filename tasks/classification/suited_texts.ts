import { InputRangeError } from "../../errors.ts";
import { expectKinds, type OptionKinds } from "../../src/schema/mod.ts";
import { OPTIMIZERS } from "../../src/train/mod.ts";
import { type Alphabet, ALPHABETS } from "../data/sequences/mod.ts";
import type { ClassifierOptions } from "./classifier_options.ts";
import type { ClassifierSettings } from "./hyperparameters.ts";
import { areUnspaced, type DataFacts, measureTexts, suitOptions } from "./suited_options.ts";
import { areMultiLabel, expectLabelledTexts, type LabelledText, type MultiLabelText } from "./texts.ts";
import { areSingleWords } from "./unspaced.ts";

/** Facts about a training besides its texts, and options that are settled. */
export interface SuitedOptionsChoice {
  /** The alphabet, if the texts are symbol sequences. Default: null. */
  readonly alphabet?: Alphabet | null;
  /** The kind of tokenizer, if it is settled: "word", "char", "kmer" or another. Default: one that suits the texts. */
  readonly tokenizer?: string;
  /** Whether the embeddings start from word vectors. Default: false. */
  readonly hasVectors?: boolean;
  /** Whether there are validation texts, by which epochs are judged. Default: true. */
  readonly hasValidation?: boolean;
  /** The optimizer. Default: "adam". */
  readonly optimizer?: ClassifierSettings["optimizer"];
  /** The weight decay. Default: 0. */
  readonly weightDecay?: number;
  /** The names of further options that are settled. Default: none. */
  readonly given?: readonly string[];
}

/** Options of a classifier that follow from its training texts. */
export interface SuitedOptions {
  /** The kind of tokenizer: "word" for `treebankTokenizer`, "char" for `CharTokenizer`, or the given one. */
  readonly tokenizer: string;
  /** Number of times that a word must occur to enter the vocabulary. Default: 1. */
  readonly minCount?: number;
  /** Options of `Classifier.create`. */
  readonly model: Omit<ClassifierOptions, "tokenizer" | "labels" | "vectors" | "engine">;
  /** Options of `fit`. */
  readonly fit: Partial<ClassifierSettings>;
  /** Says in one line what was chosen, after the facts from which it follows. */
  readonly description?: string;
}

/**
 * Chooses options that suit training texts, as `train-classifier` does: from their number, their lengths and their
 * vocabulary.
 *
 * @param texts The training texts, at least one.
 * @param choice Further facts, and options that are settled.
 * @returns Options of the tokenizer, of the classifier and of its training.
 * @throws {TypeError | RangeError} If the texts or an option are invalid.
 *
 * @example
 * ```ts
 * import { Classifier, labelsOf, treebankTokenizer } from "@elman/elman";
 * import { type SuitedOptions, suitedOptions, type SuitedOptionsChoice } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const train = [{ text: "a fine film", label: "good" }, { text: "a dull film", label: "bad" }];
 * const choice: SuitedOptionsChoice = { hasValidation: false };
 * const { minCount, model, fit }: SuitedOptions = suitedOptions(train, choice);
 * assertEquals(fit.epochs, 30);
 * const tokenizer = treebankTokenizer(train.map(({ text }) => text), { minCount });
 * const classifier = Classifier.create({ ...model, tokenizer, labels: labelsOf(train), hidden: 4 });
 * await classifier.fit(train, { ...fit, epochs: 1 });
 * ```
 */
export function suitedOptions(
  texts: readonly (LabelledText | MultiLabelText)[],
  choice: SuitedOptionsChoice = {},
): SuitedOptions {
  const action = "choose options";
  const train = expectLabelledTexts(action, "texts", texts);
  if (train.length === 0) throw new InputRangeError(`${action}: expected at least 1 text, found none`);
  const { alphabet = null, tokenizer, given: names = [], ...start } = expectChoice(action, choice);
  const kind = tokenizer ?? (alphabet === null ? "word" : "char");
  const given = new Set([...names, ...tokenizer === undefined ? [] : ["tokenizer"]]);
  const facts = measureFor(train, { alphabet, kind });
  const { plan = {}, model, fit, describe } = suitOptions(facts, { ...start, multiLabel: areMultiLabel(train), given });
  const { tokenizer: found = kind, minCount } = plan;
  return {
    tokenizer: found,
    ...typeof minCount === "number" && { minCount },
    model,
    fit,
    description: describe(new Set(Object.keys({ ...plan, ...model, ...fit }).filter((name) => !given.has(name)))),
  };
}

const KINDS: OptionKinds<SuitedOptionsChoice> = {
  alphabet: ALPHABETS,
  tokenizer: "string",
  hasVectors: "boolean",
  hasValidation: "boolean",
  optimizer: OPTIMIZERS,
  weightDecay: "number",
  given: "list",
};

function expectChoice(action: string, choice: SuitedOptionsChoice): SuitedOptionsChoice {
  return expectKinds(action, choice?.alphabet === null ? { ...choice, alphabet: undefined } : choice, KINDS);
}

/**
 * Measures training texts: sequences, and what is read letter by letter or in k-mers, by letters; texts without spaces
 * by characters, whatever their tokens are, since a whole one may be one word; all others by words.
 */
export function measureFor(
  texts: readonly LabelledText[],
  { alphabet, kind }: { readonly alphabet: Alphabet | null; readonly kind: string },
): DataFacts {
  const areRead = kind === "char" || kind === "kmer";
  const areCharacters = alphabet === null && (areUnspaced(texts) || !areRead && areSingleWords(texts));
  const areLetters = !areCharacters && areRead;
  const areSymbols = areLetters || alphabet !== null;
  const areSubwords = areSymbols ? !areLetters : kind !== "word" && kind !== "char";
  return { ...measureTexts(texts, areSymbols, { areCharacters }), areSubwords };
}
