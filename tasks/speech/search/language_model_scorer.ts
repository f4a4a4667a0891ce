import { InputRangeError } from "../../../errors.ts";
import { describeList } from "../../../src/schema/mod.ts";
import type { Tokenizer } from "../../../tokenizers/mod.ts";
import { endOfTextId } from "../../language_modeling/end_of_text.ts";
import { lineFeedId } from "../../language_modeling/own_ids.ts";
import type { LanguageModel } from "../../language_modeling/model.ts";
import { rangeOf, spellingLog, textAtStart, writableWords } from "./label_texts.ts";
import type { Extension, PrefixScorer } from "./scorer.ts";
import { subwordModel, type SubwordState } from "./subword_scorer.ts";
import { type TokenPrefix, TokenPrefixes } from "./token_prefixes.ts";
import { scoreWords, type WordModel, type WordState } from "./word_scorer.ts";

/** A scorer that holds memory until it is disposed of. */
export type LanguageModelScorer =
  & PrefixScorer<TokenPrefix | WordState<TokenPrefix> | WordState<SubwordState>>
  & Disposable;

/**
 * Returns a scorer of labels by a language model of characters, bytes, subwords or words. `texts` has the text of each
 * label, and may grow; `unknown` is the label of unknown symbols, which a model of characters excludes; `needed` has
 * the texts whose characters the model must know. Throws `RangeError` if its tokens are others, or if it lacks one.
 */
export function languageModelScorer(
  action: string,
  { network, tokenizer, config: { endOfText } }: LanguageModel,
  texts: readonly string[],
  unknown?: number,
  needed: readonly string[] = texts.filter((_, label) => label !== unknown),
): LanguageModelScorer {
  const { kind } = tokenizer;
  const known = kind === "word" ? knownWords(action, tokenizer, texts) : [];
  if (kind !== "word") expectCharacters(action, tokenizer, needed);
  const boundary = endOfText === null ? lineFeedId(tokenizer) : endOfTextId(action, tokenizer, endOfText);
  const prefixes = new TokenPrefixes(network, boundary);
  const parts = { prefixes, tokenizer, boundary };
  const scorer = kind === "word"
    ? scoreWords(texts, wordModel(parts, known, texts.filter((_, label) => label !== unknown)))
    : kind === "char" || kind === "byte"
    ? characterScorer(parts, texts, unknown)
    : scoreWords(texts, subwordModel(prefixes, tokenizer, boundary));
  return { ...scorer, [Symbol.dispose]: () => prefixes[Symbol.dispose]() } as LanguageModelScorer;
}

/** The model that scores tokens. */
interface Parts {
  readonly prefixes: TokenPrefixes;
  readonly tokenizer: Tokenizer;
  /** The token before and after each text. */
  readonly boundary: number | undefined;
}

/** Scores each label as its characters, without the space that symbols of words begin with at the start of a text. */
function characterScorer(
  { prefixes, tokenizer, boundary }: Parts,
  texts: readonly string[],
  unknown: number | undefined,
): PrefixScorer<TokenPrefix> {
  const known = new Map<string, Int32Array>();
  const idsOf = (text: string): Int32Array => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const isWritable = tokenizer.unknownId !== undefined || tokenizer.unknownSymbols(text).length === 0;
    const ids = tokenizer.encodePrompt(isWritable ? text : "");
    known.set(text, ids);
    return ids;
  };
  return {
    begin: () => prefixes.start,
    extend: (state, label) => {
      const ids = idsOf(label === unknown ? "" : state === prefixes.start ? textAtStart(texts[label]) : texts[label]);
      return ids.length === 0 ? { state, score: -Infinity } : prefixes.extend(state, ids);
    },
    end: (state) => endScore(prefixes, state, boundary),
    prepare: (states) => prefixes.read(states),
  };
}

/**
 * Scores words. One that the model lacks is spelled: it is as probable as the unknown word, times one in the number of
 * symbols for each of its characters; without an unknown word, it scores -Infinity.
 */
function wordModel(
  { prefixes, tokenizer, boundary }: Parts,
  words: readonly string[],
  texts: readonly string[],
): WordModel<TokenPrefix> {
  const [known, sorted, symbol] = [new Set(words), [...words].sort(), spellingLog(texts)];
  const ids = Int32Array.from(sorted, (word) => tokenizer.encodePrompt(word)[0]);
  const { unknownId } = tokenizer;
  const lettersOf = (word: string): number => unknownId === undefined ? -Infinity : symbol * Array.from(word).length;
  const spell = (state: TokenPrefix, word: string): Extension<TokenPrefix> => {
    const extended = prefixes.extend(state, unknownId === undefined ? [] : [unknownId]);
    return { state: extended.state, score: extended.score + lettersOf(word) };
  };
  return {
    begin: () => prefixes.start,
    add: (state, word) => known.has(word) ? prefixes.extend(state, tokenizer.encodePrompt(word)) : spell(state, word),
    most: (state, beginning) => {
      const [first, end] = rangeOf(sorted, beginning);
      // The label that has just ended the word before has begun this one, too: the network reads it with others, later.
      if (state.next === undefined) return first < end ? 0 : lettersOf(beginning);
      return Math.max(prefixes.most(state, ids.subarray(first, end)), spell(state, beginning).score);
    },
    end: (state) => endScore(prefixes, state, boundary),
    prepare: (states) => prefixes.read(states),
  };
}

function endScore(prefixes: TokenPrefixes, state: TokenPrefix, boundary: number | undefined): number {
  return boundary === undefined ? 0 : prefixes.extend(state, [boundary]).score;
}

function expectCharacters(action: string, tokenizer: Tokenizer, texts: readonly string[]): void {
  const unknown = tokenizer.unknownSymbols(texts.join(""));
  if (unknown.length === 0) return;
  const found = describeList(unknown.map((symbol) => JSON.stringify(symbol)));
  const other = [(text: string) => text.toLowerCase(), (text: string) => text.toUpperCase()]
    .find((mend) => unknown.every((symbol) => tokenizer.unknownSymbols(mend(symbol)).length === 0));
  const hint = other === undefined ? "" : `; it knows ${JSON.stringify(other(unknown[0]))}`;
  throw new InputRangeError(
    `${action}: expected a language model that knows all symbols of the recognizer, found one without ${found}${hint}`,
  );
}

/** Returns the words of a model that the texts of labels can write. Throws `RangeError` if there are none. */
function knownWords(action: string, tokenizer: Tokenizer, texts: readonly string[]): readonly string[] {
  return writableWords(action, "a language model of words", wordsIn(tokenizer), texts);
}

/** Lists the words of a language model of words. */
export function wordsIn(tokenizer: Tokenizer): string[] {
  const words = Array.from({ length: tokenizer.size }, (_, id) => tokenizer.decode([id]).trim());
  return words.filter((word) => !/^<.*>$|^$/.test(word));
}
