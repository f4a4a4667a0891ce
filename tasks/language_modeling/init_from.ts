import { InputRangeError } from "../../errors.ts";
import { count, type Given } from "../../src/schema/mod.ts";
import { CharTokenizer, extendTokenizer, type OutOfVocabulary, WordTokenizer } from "../../tokenizers/mod.ts";
import { listSymbols } from "../processors/mod.ts";
import { expectSource, inherit, withoutFixed } from "../task_model/inherit.ts";
import { percent, type Preset, type VerifyOption } from "../task_model/mod.ts";
import type { TextCorpus } from "./corpus.ts";
import { isDocuments } from "./document_ids.ts";
import { LanguageModel } from "./model.ts";
import { LANGUAGE_MODELING, type LanguageModelTypes } from "./task.ts";
import type { SourcePart } from "./text_parts.ts";
import { type TextPlan, trainKind } from "./text_plan.ts";
import type { TokenIds } from "./token_ids.ts";
import { countUnknown, describeUnknownTokens } from "./unknown_symbols.ts";

/** The given options of a run. */
type Asked = Required<Preset<LanguageModelTypes, TextPlan>>;

/** A tokenizer whose symbols can be counted. */
type Symbols = CharTokenizer | WordTokenizer;

/** A model that starts from another one, and what became of its vocabulary. */
export interface Start {
  /** The model. */
  readonly model: LanguageModel;
  /** Sentences about it. */
  readonly lines: readonly string[];
  /** The same as JSON. */
  readonly fields: Given;
}

/**
 * Completes what is asked with what the model that a run starts from decides, if it starts from one. Throws
 * `RangeError` if there is no such model or an option contradicts it.
 */
export async function inheritFrom(asked: Asked, reading?: VerifyOption): Promise<Asked> {
  const { initFrom = null, extendVocab = false, vocabSize = null, minCount = null } = asked.plan;
  if (initFrom === null) return asked;
  await expectSource(initFrom);
  return await withSource(initFrom, reading, (source) => {
    const { kind } = source.tokenizer;
    const given = withoutFixedOf(initFrom, source, asked.model);
    if (!extendVocab && (vocabSize ?? minCount) !== null) {
      const option = vocabSize === null ? "--min-count" : "--vocab-size";
      throw new InputRangeError(
        `init from ${initFrom}: expected --extend-vocab with ${option}, since the model has a vocabulary, found none`,
      );
    }
    if (extendVocab && !hasSymbols(source.tokenizer)) {
      const reason = source.tokenizer.unknownId === undefined ? ", whose tokens are made for any text" : "";
      throw new InputRangeError(
        `init from ${initFrom}: expected a vocabulary of characters or words for --extend-vocab, ` +
          `found ${kind}${reason}`,
      );
    }
    const { vocabSize: _size, endOfText: _end, ...kept } = source.config;
    return { ...asked, plan: { ...asked.plan, tokenizer: kind }, model: { ...kept, ...given } };
  });
}

/**
 * Creates the model that `plan.initFrom` leads to. Throws `RangeError` if it is trained on documents and these are
 * running text, or the reverse, or if its tokenizer cannot read the texts.
 */
export async function initFrom(
  plan: TextPlan & { readonly initFrom: string },
  { initRange: _range, seed: _seed, ...options }: Partial<LanguageModelTypes["config"] & LanguageModelTypes["initial"]>,
  corpus: TextCorpus<SourcePart>,
  reading?: VerifyOption,
): Promise<Start> {
  const { initFrom: directory } = plan;
  return await withSource(directory, reading, async (source) => {
    const given = withoutFixedOf(directory, source, options);
    refuseOtherParts(directory, source, corpus);
    const { tokenizer } = source;
    if (!hasSymbols(tokenizer)) {
      const model = LanguageModel.fromLanguageModel(source, given);
      return { model, lines: [`Starting from ${directory}.`], fields: { init_from: directory, new_symbols: 0 } };
    }
    const own = await ownSymbols(tokenizer, plan, corpus);
    const added = own.tokenizer.vocabulary.symbols.slice(tokenizer.size);
    const symbols = added.length === 0 ? "" : ` with ${count(added.length, "new symbol")}: ${listSymbols(added)}`;
    return {
      model: LanguageModel.fromLanguageModel(source, { ...given, tokenizer: own.tokenizer }),
      lines: [
        `Starting from ${directory}${symbols}.`,
        ...own.missing.unknown === 0 ? [] : [describeMissing(own.missing, tokenizer.kind, plan.extendVocab)],
      ],
      fields: {
        init_from: directory,
        new_symbols: added.length,
        unknown_symbols: own.missing.unknownTypes,
        unknown_share: own.missing.rate,
      },
    };
  });
}

/**
 * Adds how many tokens of the encoded texts stand for unknown symbols, unless a start says so already, as with a
 * vocabulary of characters or words.
 */
export async function withUnknownTokens(start: Start, { train, valid, test }: TextCorpus<TokenIds>): Promise<Start> {
  const { model: { tokenizer }, lines, fields } = start;
  if (tokenizer.unknownId === undefined || fields.unknown_share !== undefined) return start;
  let [unknown, tokens] = [0, 0];
  for (const ids of [train, valid, test]) {
    if (ids === undefined) continue;
    unknown += await countUnknown(ids, tokenizer) ?? 0;
    tokens += ids.length;
  }
  return {
    ...start,
    lines: unknown === 0 ? lines : [...lines, `${describeUnknownTokens(unknown, tokens)}.`],
    fields: { ...fields, unknown_tokens: unknown, unknown_share: unknown / tokens },
  };
}

/** Calls `body` with the model in a directory, and frees its memory after that. */
async function withSource<R>(
  directory: string,
  reading: VerifyOption | undefined,
  body: (source: LanguageModel) => R | Promise<R>,
): Promise<R> {
  const source = await LanguageModel.load(directory, reading);
  try {
    return await body(source);
  } finally {
    source[Symbol.dispose]();
  }
}

/** Returns the given fields without those that the model decides. Throws `RangeError` if one contradicts it. */
function withoutFixedOf(directory: string, { config }: LanguageModel, given: Given): Given {
  const { fixed } = inherit(LANGUAGE_MODELING.model, config);
  return withoutFixed(`init from ${directory}`, LANGUAGE_MODELING.noun, fixed, given);
}

function refuseOtherParts(directory: string, { config }: LanguageModel, { train }: TextCorpus<SourcePart>): void {
  const [isOwn, isFound] = [config.endOfText !== null, isDocuments(train)];
  if (isOwn === isFound) return;
  const [expected, found] = isOwn
    ? ["documents", "running text; --document-separator divides one"]
    : ["running text", "documents"];
  throw new InputRangeError(
    `init from ${directory}: expected ${expected}, as the model is trained on, found ${found}`,
  );
}

function hasSymbols(tokenizer: unknown): tokenizer is Symbols {
  return tokenizer instanceof CharTokenizer || tokenizer instanceof WordTokenizer;
}

/**
 * Returns the tokenizer for the texts, extended if it is to be, and which symbols it lacks. Throws `RangeError` if it
 * lacks some and has no unknown token.
 */
async function ownSymbols(
  source: Symbols,
  { initFrom, extendVocab, vocabSize, minCount }: TextPlan,
  corpus: TextCorpus<SourcePart>,
): Promise<{ readonly tokenizer: Symbols; readonly missing: OutOfVocabulary }> {
  const all = await trainKind(source.kind, corpus, {}) as Symbols;
  let tokenizer = source;
  if (extendVocab) {
    const frequent = minCount === null ? all : await trainKind(source.kind, corpus, { minCount });
    tokenizer = extendTokenizer(source, frequent, { vocabSize: vocabSize ?? undefined }) as Symbols;
  }
  const missing = tokenizer.vocabulary.outOfVocabulary(countsOf(all));
  if (missing.unknown === 0 || tokenizer.unknownId !== undefined) return { tokenizer, missing };
  const remedy = extendVocab ? "without --vocab-size and --min-count it adds them all" : "--extend-vocab adds them";
  const found = listSymbols(missing.mostFrequent.map(([symbol]) => symbol), missing.unknownTypes);
  throw new InputRangeError(
    `init from ${initFrom}: expected the ${count(tokenizer.size, "symbol")} in the vocabulary, ` +
      `found ${count(missing.unknownTypes, "other")} (${found}); ${remedy}`,
  );
}

/** How often each symbol occurs, without the special ones. */
function countsOf({ vocabulary }: Symbols): Map<string, number> {
  const specials = new Set(vocabulary.specials);
  const symbols = vocabulary.symbols.filter((symbol) => !specials.has(symbol));
  return new Map(symbols.map((symbol) => [symbol, vocabulary.count(vocabulary.id(symbol)!)!]));
}

function describeMissing({ rate, unknownTypes }: OutOfVocabulary, kind: string, isExtended: boolean): string {
  const noun = kind === "word" ? "words" : "characters";
  const remedy = isExtended ? "" : "; --extend-vocab adds them";
  return `${percent(rate)} of the ${noun}, ${
    count(unknownTypes, "different one")
  }, are outside the vocabulary and are ` +
    `read as <unk>${remedy}.`;
}
