import { InputRangeError } from "../../../errors.ts";
import { describeList } from "../../../src/schema/mod.ts";
import type { Tokenizer } from "../../../tokenizers/mod.ts";
import { endOfTextId } from "../../language_modeling/end_of_text.ts";
import { lineFeedId } from "../../language_modeling/line_feed.ts";
import type { LanguageModel } from "../../language_modeling/model.ts";
import { writableWords } from "./label_texts.ts";
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
 * label;
 * `unknown` is the label of unknown symbols, which a model of characters excludes. Throws `RangeError` if the model's
 * tokens are others, or if it lacks symbols of the recognizer.
 */
export function languageModelScorer(
  action: string,
  { network, tokenizer, config: { endOfText } }: LanguageModel,
  texts: readonly string[],
  unknown?: number,
): LanguageModelScorer {
  const { kind } = tokenizer;
  const written = texts.map((text, label) => label === unknown ? "" : text);
  if (kind === "word") expectWords(action, tokenizer, texts);
  else expectCharacters(action, tokenizer, written);
  const boundary = endOfText === null ? lineFeedId(tokenizer) : endOfTextId(action, tokenizer, endOfText);
  const prefixes = new TokenPrefixes(network, boundary);
  const parts = { prefixes, tokenizer, boundary };
  const scorer = kind === "word"
    ? scoreWords(texts, wordModel(parts))
    : kind === "char" || kind === "byte"
    ? characterScorer(parts, written)
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

/** Scores each label as its characters. */
function characterScorer(
  { prefixes, tokenizer, boundary }: Parts,
  texts: readonly string[],
): PrefixScorer<TokenPrefix> {
  const ids = texts.map((text) => tokenizer.encodePrompt(text));
  return {
    begin: () => prefixes.start,
    extend: (state, label) =>
      ids[label].length === 0 ? { state, score: -Infinity } : prefixes.extend(state, ids[label]),
    end: (state) => endScore(prefixes, state, boundary),
    prepare: (states) => prefixes.read(states),
  };
}

/** Scores words; one that cannot be encoded scores -Infinity. */
function wordModel({ prefixes, tokenizer, boundary }: Parts): WordModel<TokenPrefix> {
  return {
    begin: () => prefixes.start,
    add: (state, word): Extension<TokenPrefix> => {
      const isKnown = tokenizer.unknownId !== undefined || tokenizer.unknownSymbols(word).length === 0;
      return isKnown ? prefixes.extend(state, tokenizer.encodePrompt(word)) : { state, score: -Infinity };
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

function expectWords(action: string, tokenizer: Tokenizer, texts: readonly string[]): void {
  const words = Array.from({ length: tokenizer.size }, (_, id) => tokenizer.decode([id]).trim());
  writableWords(action, "a language model of words", words.filter((word) => !/^<.*>$|^$/.test(word)), texts);
}
