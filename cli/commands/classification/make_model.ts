import { readWordVectors, type WordVectors } from "../../../src/formats/mod.ts";
import type { Tokenizer } from "../../../tokenizers/mod.ts";
import { UsageError, type Values } from "../../arguments/mod.ts";
import { LanguageModel } from "../../../tasks/language_modeling/mod.ts";
import { readTokenizer, trainModel } from "../../../tasks/processors/mod.ts";
import { settingsOf } from "../../training/mod.ts";
import { SentimentClassifier } from "../../../tasks/classification/model.ts";
import { type LabelledText, labelsOf } from "../../../tasks/classification/texts.ts";
import { coveredShare, tokensOf } from "../../../tasks/classification/vectors.ts";
import { wordTokenizer } from "../../../tasks/classification/words.ts";
import { READING, SHAPE, TOKENIZERS, type TRAIN_OPTIONS } from "./train_options.ts";

type TrainValues = Values<typeof TRAIN_OPTIONS>;

/** A model, and what is to be told of it. */
export interface MadeModel {
  /** The classifier. */
  readonly model: SentimentClassifier;
  /** The share of the training texts' words that have a vector, where there are vectors. */
  readonly covered?: number;
}

/** Makes the classifier that the options ask for, with a vocabulary of the training texts. */
export async function makeModel(values: TrainValues, train: readonly LabelledText[]): Promise<MadeModel> {
  const labels = labelsOf(train);
  const { bidirectional, unidirectional } = values;
  const directions = { bidirectional: bidirectional ?? (unidirectional ? false : undefined) };
  const reading = { labels, ...directions, ...settingsOf(values, READING) };
  const start = values["init-from"];
  if (start !== undefined) {
    return { model: SentimentClassifier.fromLanguageModel(await LanguageModel.load(start), reading) };
  }
  const texts = train.map(({ text }) => text);
  const tokenizer = await makeTokenizer(values, texts);
  const shape = { ...reading, ...settingsOf(values, SHAPE) };
  if (values.vectors === undefined) return { model: SentimentClassifier.create({ ...shape, tokenizer }) };
  const vectors = await readVectors(values.vectors, new Set(tokensOf(tokenizer)));
  if (values.embed !== undefined && values.embed !== vectors.width) {
    throw new UsageError(`--embed: expected ${vectors.width}, as in the vectors, or nothing, found ${values.embed}`);
  }
  const moreWords = vectors.words;
  const own = values.tokenizer ?? "word";
  const wider = own === "word" ? wordTokenizer(texts, { ...wordLimits(values), moreWords }) : tokenizer;
  return {
    model: SentimentClassifier.create({ ...shape, tokenizer: wider, vectors }),
    covered: coveredShare(texts, wider, vectors),
  };
}

/** Words of a file of vectors, the first ones, that get a place in the vocabulary though no training text has them. */
const MOST_WORDS = 100_000;

async function readVectors(path: string, own: ReadonlySet<string>): Promise<WordVectors> {
  let words = 0;
  return await readWordVectors(path, { wanted: (word) => words++ < MOST_WORDS || own.has(word) });
}

function wordLimits(values: TrainValues): { minCount?: number; maxWords?: number } {
  return { minCount: values["min-count"], maxWords: values["max-vocab"] };
}

/** The tokenizer that was asked for, with the vocabulary of the training texts. */
async function makeTokenizer(values: TrainValues, texts: readonly string[]): Promise<Tokenizer> {
  const { tokenizer = "word", "vocab-size": vocabSize } = values;
  if (tokenizer === "word") return wordTokenizer(texts, wordLimits(values));
  if (!isKind(tokenizer)) return await readTokenizer(tokenizer);
  const { minCount, maxWords = 100_000 } = wordLimits(values);
  // A character that training has not seen is unknown, not an error.
  const limits = tokenizer === "char" ? { vocabSize: maxWords, minCount } : { vocabSize, minCount };
  return await trainModel(tokenizer, stream(texts), limits);
}

async function* stream(texts: readonly string[]): AsyncGenerator<string, void, void> {
  for (const text of texts) yield text + "\n";
}

/** Whether a tokenizer is one of those that need no file. */
export function isKind(tokenizer: string): tokenizer is typeof TOKENIZERS[number] {
  return (TOKENIZERS as readonly string[]).includes(tokenizer);
}
