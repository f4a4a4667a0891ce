import { type TrainSettings, usualRate } from "../../src/train/mod.ts";
import { count, type Preset, type Suited } from "../task_model/mod.ts";
import { commonLength } from "./common_length.ts";
import type { LabelledPlan } from "./labelled_plan.ts";
import { SHORT_MEAN } from "./short_texts.ts";
import type { ClassifierTypes } from "./task.ts";
import type { LabelledText } from "./texts.ts";
import { UNSPACED } from "./unspaced.ts";

/** Counts of the training texts, from which defaults follow. */
export interface DataFacts {
  /** Number of training texts. */
  readonly texts: number;
  /** Number of words in all of them, or of letters or characters: roughly that of the tokens. */
  readonly tokens: number;
  /** Number of them that 95 % of the texts do not exceed. */
  readonly longText: number;
  /** Number of different ones. */
  readonly types: number;
  /** Whether letters are counted: the texts are sequences of symbols, or are read letter by letter. */
  readonly areSymbols: boolean;
  /** Whether the tokens are parts of any text, as those of BPE, and not words, letters or k-mers. Default: false. */
  readonly areSubwords?: boolean;
  /** Whether characters are counted, since the texts have no spaces between words. Default: false. */
  readonly areCharacters?: boolean;
  /** Whether nearly all sequences of symbols have one length, so that their places may be compared. Default: false. */
  readonly areAligned?: boolean;
}

/** The start of a training, its optimizer, how it is judged, and what is asked of it. */
interface Start {
  /** Whether the embeddings start from word vectors. Default: false. */
  readonly hasVectors?: boolean;
  /** Whether there are validation texts, by which epochs are judged. Default: true. */
  readonly hasValidation?: boolean;
  /** Whether a text may have several labels. Default: false. */
  readonly multiLabel?: boolean;
  /** The optimizer. Default: "adam". */
  readonly optimizer?: TrainSettings["optimizer"];
  /** The weight decay. Default: 0. */
  readonly weightDecay?: number;
  /** The names of the options that are given. Default: none. */
  readonly given?: ReadonlySet<string>;
}

/** Words, and other characters one by one, as a tokenizer roughly finds them. */
const WORDS = /[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu;

/** Letters, and those of scripts that put no spaces between words. */
const LETTERS = /\p{L}/gu;
const UNSPACED_LETTERS = new RegExp(UNSPACED, "gu");

/** Whether most letters of texts belong to scripts that put no spaces between words, such as Chinese and Thai. */
export function areUnspaced(texts: readonly LabelledText[]): boolean {
  const countOf = (pattern: RegExp): number =>
    texts.reduce((sum, { text }) => sum + (text.match(pattern)?.length ?? 0), 0);
  return 2 * countOf(UNSPACED_LETTERS) > countOf(LETTERS);
}

/** Measures training texts by their letters, characters or words. */
export function measureTexts(
  texts: readonly LabelledText[],
  areSymbols: boolean,
  { areCharacters = false }: { readonly areCharacters?: boolean } = {},
): DataFacts {
  const types = new Set<string>();
  const lengths = texts.map(({ text }) => {
    const tokens = areSymbols || areCharacters ? [...text.trim()] : text.toLowerCase().match(WORDS) ?? [];
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
    ...areCharacters && { areCharacters },
    ...areSymbols && commonLength(lengths) !== null && { areAligned: true },
  };
}

/** Tokens that are read in all epochs together, and the most and fewest epochs. */
const TOKENS_READ = 6_000_000;
const MOST_EPOCHS = 30;
const FEWEST_EPOCHS = 4;
/** With more tokens, regularizing by adversarial perturbations does not earn the time that it doubles. */
const MANY_TOKENS = 2_000_000;
/** With more tokens per text, dropping words everywhere keeps the network from learning. */
const LONG_MEAN = 100;
/** Of more texts, however short, a batch takes more. */
const MANY_TEXTS = 50_000;
/** More tokens of a text are not read: what they add is little. */
const LONGEST_TEXT = 400;
/** With more different words, those that occur once become the unknown token. */
const MANY_TYPES = 20_000;
/** Share of the words that occur once that are read as unknown where no other word is dropped. */
const RARE_DROPOUT = 0.5;
/** Number of regions of sequences of one length of which the maxima are pooled apart. */
const REGIONS = 9;

/**
 * Chooses the options of a classifier for training texts, for those that are not given:
 *
 * - Where a script puts no spaces between words, or texts are single words, each character is a token, except with word
 *   vectors.
 * - Small data are read often, large data seldom; early stopping ends what helps no more.
 * - Letters carry meaning in groups, so a convolution finds these first and pooling shortens the sequence; none of them
 *   is dropped from a whole batch, since each is a large part of the alphabet.
 * - Sequences of one length are often windows around a site, so the network is told in which region it found a pattern.
 * - In long texts no word is dropped, either. A convolution over words and pooling leave a quarter of the steps, which
 *   the recurrent layers read in a quarter of the time, and learn from at a higher learning rate.
 * - The unknown token learns from dropped words. Where no words are dropped and the vocabulary has all of them, half of
 *   those that occur only once are read as unknown, because new texts contain about as many unknown words.
 * - In short texts no word is dropped, and a larger learning rate makes up for the few words that a step reads;
 *   embeddings that start from word vectors have both anyway, or need neither.
 * - Filters and pooling belong to the convolution that is chosen: another one, which is given, has its own.
 * - With few validation texts, chance moves the number of correct labels more than an epoch does: the loss, which each
 *   text changes a little, selects the epoch. Several labels of a text are so many more decisions.
 * - Large data need less regularization, very long texts are truncated, rare words dropped.
 * - If texts are long or many, words that a step does not use cost nothing, unless the optimizer or a weight decay
 *   changes them too.
 */
export function suitOptions(facts: DataFacts, start: Start = {}): Suited<ClassifierTypes, LabelledPlan> {
  const { optimizer = "adam", weightDecay = 0, given = new Set() } = start;
  const { hasVectors = false, hasValidation = true, multiLabel = false } = start;
  const { texts, tokens, longText, types, areSymbols, areSubwords = false, areCharacters = false, areAligned = false } =
    facts;
  const areLetters = areSymbols && !areSubwords;
  const byCharacter = areCharacters && !hasVectors && !given.has("tokenizer");
  const isLarge = tokens > MANY_TOKENS;
  const isLong = tokens > LONG_MEAN * texts && !areSymbols;
  // A word that is dropped is too large a part of a short text.
  const isShort = tokens < SHORT_MEAN * texts && !areSymbols && !hasVectors && !isLarge;
  const isMany = texts > MANY_TEXTS;
  const dropsRare = types > MANY_TYPES && !areSymbols;
  // Nothing else teaches the network what an unknown word means.
  const hasUnseen = !areSubwords && !dropsRare && !hasVectors && !given.has("wordDropout");
  const mayBeLazy = optimizer === "adam" && weightDecay === 0;
  const mayConvolve = !given.has("conv");
  const factor = areLetters ? 0.5 : isLong ? 1.5 : isShort ? 2 : undefined;
  const rate = factor && factor * usualRate(optimizer);
  const chosen = {
    plan: { ...byCharacter && { tokenizer: "char" }, ...dropsRare && { minCount: 2 } },
    model: {
      ...areLetters && { ...mayConvolve && { conv: 8, convPool: 3 }, inputDropout: 0.1, embedDropout: 0 },
      ...areLetters && areAligned && { poolRegions: REGIONS },
      ...isLong && mayConvolve && { conv: 3, filters: 64, convPool: 4 },
      ...(isShort || isLong) && { embedDropout: 0, wordDropout: 0 },
      ...(isShort || isLong) && hasUnseen && { rareDropout: RARE_DROPOUT },
      ...longText > LONGEST_TEXT && !areSymbols && { maxTokens: LONGEST_TEXT },
    },
    fit: {
      epochs: Math.min(MOST_EPOCHS, Math.max(FEWEST_EPOCHS, Math.round(TOKENS_READ / tokens))),
      ...!isLarge && hasValidation && !multiLabel && { selectBy: "loss" as const },
      // The rate suits the optimizer that is asked for.
      ...rate !== undefined && { learningRate: rate, ...given.has("optimizer") && { optimizer } },
      ...(isLarge || isMany) && { batch: 50 },
      ...isLarge && { adversarial: 0 },
      ...(isLarge || isMany || isLong) && mayBeLazy && { lazy: true },
    },
  };
  return { ...chosen, describe: (kept) => describeChoice({ ...facts, byCharacter }, chosen, kept) };
}

/** Lists the chosen options that are kept, after the facts from which they follow; undefined if there are none. */
function describeChoice(
  facts: DataFacts & { readonly byCharacter: boolean },
  { model, fit }: Preset<ClassifierTypes>,
  kept: ReadonlySet<string>,
): string | undefined {
  const { texts, longText, types, areSymbols, areSubwords, areCharacters, byCharacter } = facts;
  const noun = areSymbols ? "letter" : areCharacters ? "character" : "word";
  // What is counted need not be what the network reads.
  const token = areSubwords || areCharacters && !byCharacter ? "token" : noun;
  const says = (name: string, phrase: string): string[] => kept.has(name) ? [phrase] : [];
  const filters = kept.has("filters") ? ` of ${model.filters} filters` : "";
  const pool = kept.has("convPool") ? `, pooled by ${model.convPool}` : "";
  const rare = kept.has("rareDropout") ? " but half of those that occur once" : "";
  const choices = [
    ...says("tokenizer", "each character a token, since there are no spaces between words"),
    ...says("minCount", `${count(types, noun)}, of which those that occur once are dropped`),
    ...says("maxTokens", `longer texts truncated to ${LONGEST_TEXT} tokens`),
    ...says("conv", `a convolution${filters} over ${model.conv} ${token}s${pool}`),
    ...says("poolRegions", `the maxima of ${model.poolRegions} regions, since most sequences have one length`),
    ...says("inputDropout", `an input dropout of ${model.inputDropout}`),
    ...kept.has("embedDropout") && kept.has("wordDropout") ? [`no ${token} dropped${rare}`] : [
      ...says("embedDropout", `no ${token} dropped from a whole batch`),
      ...says("wordDropout", `no ${token} replaced by the unknown token${rare}`),
    ],
    ...says("learningRate", `a learning rate of ${fit.learningRate}`),
    ...says("epochs", `at most ${count(fit.epochs!, "epoch")}`),
    ...says("adversarial", "no adversarial training"),
    ...says("batch", `batches of ${fit.batch}`),
    ...says("lazy", `${token}s outside a batch left alone`),
    ...says("selectBy", "kept by validation loss"),
  ];
  if (choices.length === 0) return undefined;
  return `${[`Chosen for ${count(texts, "text")} of up to ${count(longText, noun)} (95 %)`, ...choices].join(", ")}.`;
}
