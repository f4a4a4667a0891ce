import { InputRangeError } from "../../errors.ts";
import { describeValue } from "../../src/schema/mod.ts";
import { asPipeline, type Tokenizer } from "../../tokenizers/mod.ts";
import { idOfText, TokenTexts } from "../../tokenizers/token_texts.ts";
import { biasEntries, type GenerationSettings, type TokenName } from "./generation_options.ts";
import { ownIds } from "./own_ids.ts";

/** Which tokens are never generated, and which logits are raised or lowered. */
export class TokenRules {
  #unused: readonly number[];
  #banned: readonly number[];
  #bias: readonly (readonly [id: number, bias: number])[];

  /**
   * `end` is the id of the token that ends a text, if there is one. Throws `RangeError` if a setting names a token that
   * the vocabulary lacks, or if all tokens are banned.
   */
  constructor(tokenizer: Tokenizer, end: number | undefined, settings: GenerationSettings) {
    const { logitBias, ban, allowUnknown, ignoreEnd } = settings;
    const { size, unknownId, unusedIds = [] } = tokenizer;
    const banned = new Set([ban].flat().map((name) => tokenId(tokenizer, "ban", name)));
    // In some vocabularies one token stands for unknown symbols and for the end.
    if (unknownId !== undefined && unknownId !== end && !allowUnknown) banned.add(unknownId);
    if (end !== undefined && ignoreEnd) banned.add(end);
    this.#unused = unusedIds;
    this.#banned = [...banned];
    this.#bias = biasEntries(logitBias).map(([name, bias]) => [tokenId(tokenizer, "logitBias", name), bias]);
    if (new Set([...unusedIds, ...banned]).size < size) return;
    throw new InputRangeError(
      `generate: expected at least one token that is not banned, found all ${size - unusedIds.length} banned`,
    );
  }

  /** Whether no logit changes. */
  get isEmpty(): boolean {
    return this.#unused.length + this.#banned.length + this.#bias.length === 0;
  }

  /** Excludes the ids that no token has from the logits [V]. */
  excludeUnused(logits: Float32Array): void {
    for (const id of this.#unused) logits[id] = -Infinity;
  }

  /** Adds the biases to the logits [V], then excludes the banned tokens. */
  apply(logits: Float32Array): void {
    for (const [id, bias] of this.#bias) logits[id] += bias;
    for (const id of this.#banned) logits[id] = -Infinity;
  }
}

/** Returns the id of a token. Throws `RangeError` if the vocabulary lacks it. */
function tokenId(tokenizer: Tokenizer, option: string, name: TokenName): number {
  const id = typeof name === "number" ? existingId(tokenizer, name) : textId(tokenizer, name);
  if (id !== undefined) return id;
  const expected = typeof name === "number" ? `the id of a token below ${tokenizer.size}` : "a token of the vocabulary";
  throw new InputRangeError(
    `generate: expected ${expected} in ${option}, found ${describeValue(name)}${lengthOf(tokenizer, name)}`,
  );
}

/** Says of how many tokens a text is that is not a token. */
function lengthOf(tokenizer: Tokenizer, name: TokenName): string {
  if (typeof name === "number" || tokenizer.unknownSymbols(name).length > 0) return "";
  const { length } = ownIds(tokenizer, name);
  return length > 1 ? `, which is ${length} tokens` : "";
}

function existingId({ size, unusedIds = [] }: Tokenizer, id: number): number | undefined {
  return Number.isInteger(id) && id >= 0 && id < size && !unusedIds.includes(id) ? id : undefined;
}

/**
 * The id of the one token that a text is encoded as and that adds it to a text, of the token that the vocabulary spells
 * like this, of the one that `logprobs` shows like this, or else of the one token that the text is encoded as: some
 * tokenizers put a space before every text, or make it lowercase.
 */
function textId(tokenizer: Tokenizer, text: string): number | undefined {
  const single = singleId(tokenizer, text);
  if (single !== undefined && new TokenTexts(tokenizer).of(single) === text) return single;
  return asPipeline(tokenizer).id(text) ?? idOfText(tokenizer, text) ?? single;
}

function singleId(tokenizer: Tokenizer, text: string): number | undefined {
  if (tokenizer.unknownSymbols(text).length > 0) return undefined;
  const ids = ownIds(tokenizer, text);
  return ids.length === 1 && ids[0] !== tokenizer.unknownId ? ids[0] : undefined;
}
