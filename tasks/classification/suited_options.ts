import { type TrainSettings, usualRate } from "../../src/train/mod.ts";
import { count, type Suited } from "../task_model/mod.ts";
import type { LabelledPlan } from "./labelled_plan.ts";
import type { ClassifierTypes } from "./task.ts";
import type { LabelledText } from "./texts.ts";

/** Counts of the training texts, from which defaults follow. */
export interface DataFacts {
  /** Number of training texts. */
  readonly texts: number;
  /** Number of tokens in all of them: words, or the letters of symbol sequences. */
  readonly tokens: number;
  /** Number of tokens that 95 % of the texts do not exceed. */
  readonly longText: number;
  /** Number of different tokens. */
  readonly types: number;
  /** Whether the texts are sequences of symbols, whose tokens are letters. */
  readonly areSymbols: boolean;
}

/** The start of a training, its optimizer, and what is asked of it. */
interface Start {
  /** Whether the embeddings start from word vectors. Default: false. */
  readonly hasVectors?: boolean;
  /** The optimizer. Default: "adam". */
  readonly optimizer?: TrainSettings["optimizer"];
  /** The weight decay. Default: 0. */
  readonly weightDecay?: number;
  /** The budget of time, which replaces the number of epochs. Default: null. */
  readonly minutes?: number | null;
}

/** Words, and other characters one by one, as a tokenizer roughly finds them. */
const WORDS = /[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu;

/** Measures training texts. */
export function measureTexts(texts: readonly LabelledText[], areSymbols: boolean): DataFacts {
  const types = new Set<string>();
  const lengths = texts.map(({ text }) => {
    const tokens = areSymbols ? [...text.trim()] : text.toLowerCase().match(WORDS) ?? [];
    for (const token of tokens) types.add(token);
    return tokens.length;
  });
  const ascending = lengths.toSorted((a, b) => a - b);
  return {
    texts: texts.length,
    tokens: lengths.reduce((sum, length) => sum + length, 0),
    longText: ascending[Math.floor(0.95 * (ascending.length - 1))],
    types: types.size,
    areSymbols,
  };
}

/** Tokens that are read in all epochs together, and the most and fewest epochs. */
const TOKENS_READ = 6_000_000;
const MOST_EPOCHS = 30;
const FEWEST_EPOCHS = 4;
/** With more tokens, regularizing by adversarial perturbations does not earn the time that it doubles. */
const MANY_TOKENS = 2_000_000;
/** With fewer tokens per text, a word that is dropped is too large a part of the text. */
const SHORT_MEAN = 15;
/** With more tokens per text, dropping words everywhere keeps the network from learning. */
const LONG_MEAN = 100;
/** Of more texts, however short, a batch takes more. */
const MANY_TEXTS = 50_000;
/** More tokens of a text are not read: what they add is little. */
const LONGEST_TEXT = 400;
/** With more different words, those that occur once become the unknown token. */
const MANY_TYPES = 20_000;

/**
 * Chooses the options of a classifier for training texts, for those that are not given:
 *
 * - Small data are read often, large data seldom; early stopping ends what helps no more.
 * - Letters carry meaning in groups, so a convolution finds these first and pooling shortens the sequence; none of them
 *   is dropped from a whole batch, since each is a large part of the alphabet.
 * - In long texts no word is dropped from a whole batch, either. A convolution over words and pooling leave a quarter
 *   of the steps, which the recurrent layers read in a quarter of the time, and learn from at a higher learning rate.
 * - In short texts no word is dropped at all, and a larger learning rate makes up for the few words that a step reads;
 *   embeddings that start from word vectors have both anyway, or need neither.
 * - With few validation texts, chance moves the number of correct labels more than an epoch does: the loss, which each
 *   text changes a little, selects the epoch.
 * - Large data need less regularization, very long texts are truncated, rare words dropped.
 * - If texts are long or many, words that a step does not use cost nothing, unless the optimizer or a weight decay
 *   changes them too.
 */
export function suitOptions(
  facts: DataFacts,
  { hasVectors = false, optimizer = "adam", weightDecay = 0, minutes = null }: Start = {},
): Suited<ClassifierTypes, LabelledPlan> {
  const { texts, tokens, longText, types, areSymbols } = facts;
  const epochs = Math.min(MOST_EPOCHS, Math.max(FEWEST_EPOCHS, Math.round(TOKENS_READ / tokens)));
  const isLarge = tokens > MANY_TOKENS;
  const isLong = tokens > LONG_MEAN * texts && !areSymbols;
  const isShort = tokens < SHORT_MEAN * texts && !areSymbols && !hasVectors && !isLarge;
  const isTruncated = longText > LONGEST_TEXT && !areSymbols;
  const isMany = texts > MANY_TEXTS;
  const mayBeLazy = optimizer === "adam" && weightDecay === 0;
  const isCut = types > MANY_TYPES && !areSymbols;
  return {
    plan: isCut ? { minCount: 2 } : {},
    model: {
      ...areSymbols && { conv: 8, convPool: 3, inputDropout: 0.1, embedDropout: 0 },
      ...isShort && { embedDropout: 0, wordDropout: 0 },
      ...isLong && { conv: 3, filters: 64, convPool: 4, embedDropout: 0, wordDropout: 0 },
      ...isTruncated && { maxTokens: LONGEST_TEXT },
    },
    fit: {
      epochs,
      ...!isLarge && { selectBy: "loss" },
      ...areSymbols && { learningRate: 0.5 * usualRate(optimizer) },
      ...isLong && { learningRate: 1.5 * usualRate(optimizer) },
      ...isShort && { learningRate: 2 * usualRate(optimizer) },
      ...(isLarge || isMany) && { batch: 50 },
      ...isLarge && { adversarial: 0 },
      ...(isLarge || isMany || isLong) && mayBeLazy && { lazy: true },
    },
    text: [
      `Chosen for ${count(texts, "text")} of up to ${count(longText, areSymbols ? "letter" : "word")} (95 %)`,
      ...isCut ? [`${types.toLocaleString("en")} words, of which those that occur once are dropped`] : [],
      ...isTruncated ? [`longer texts truncated to ${LONGEST_TEXT} tokens`] : [],
      ...areSymbols ? ["a convolution over 8 letters, pooled by 3"] : [],
      ...isLong ? ["a convolution over 3 words, pooled by 4"] : [],
      [
        minutes === null ? `at most ${count(epochs, "epoch")}` : count(minutes, "minute"),
        ...isLarge ? ["without adversarial training"] : [],
        ...isLarge || isMany ? ["in batches of 50"] : [],
      ].join(" ") + (isLarge ? "" : ", kept by validation loss"),
    ].join(", ") + ".",
  };
}
