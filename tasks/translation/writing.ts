import type { Tokenizer } from "../../tokenizers/mod.ts";
import { tokenOffsets } from "../processors/mod.ts";
import type { Alternative, Translation } from "./answers.ts";
import type { encodeSource, TokenizerPair } from "./pairs.ts";
import type { Hypothesis } from "./search/mod.ts";

/** The end of sentence in lists of tokens. */
const END = "</s>";

/**
 * Converts hypotheses to text. With `replaceUnknown`, unknown tokens become the source words with the most attention.
 */
export function writeTranslation(
  text: string,
  { ids, isTruncated }: ReturnType<typeof encodeSource>,
  found: readonly Hypothesis[],
  { source, target }: TokenizerPair,
  replaceUnknown: boolean,
): Omit<Translation, "unknown"> {
  const words = lazy(() => sourceWords(text, source));
  const alternatives = found.map(({ symbols, score, attention }): Alternative => {
    const isUnknown = (id: number): boolean => replaceUnknown && id === target.unknownId && attention.length > 0;
    const written = symbols.some(isUnknown)
      ? replaceSymbols(symbols, target, (id, i) => isUnknown(id) ? words()[mostAttended(attention[i])] : undefined)
      : target.decode(symbols);
    return { text: written, score, tokens: [...tokensOf(symbols, target), END], attention };
  });
  return {
    ...alternatives[0],
    sourceTokens: [...tokensOf(ids.subarray(0, -1), source), END],
    alternatives,
    isTruncated,
  };
}

function tokensOf(ids: Iterable<number>, tokenizer: Tokenizer): string[] {
  return Array.from(ids, (id) => tokenizer.decode([id]));
}

/** Returns the part of the text that each source token covers. */
function sourceWords(text: string, tokenizer: Tokenizer): string[] {
  return tokenOffsets(tokenizer, text).map(([start, end]) => text.slice(start, end));
}

/** Returns the index of the source token with the most attention, not counting the end of sentence. */
function mostAttended(weights: Float32Array): number {
  let best = 0;
  for (let s = 1; s < weights.length - 1; s++) if (weights[s] > weights[best]) best = s;
  return best;
}

/** Decodes symbols and replaces the text of some of them. */
function replaceSymbols(
  symbols: readonly number[],
  tokenizer: Tokenizer,
  replace: (id: number, index: number) => string | undefined,
): string {
  const decoder = tokenizer.decoder();
  let text = "";
  symbols.forEach((id, i) => {
    const piece = decoder.push(id);
    const other = replace(id, i);
    text += other === undefined ? piece : piece.replace(/\S+/, () => other);
  });
  return text + decoder.flush();
}

function lazy<T>(compute: () => T): () => T {
  let value: { of: T } | undefined;
  return () => (value ??= { of: compute() }).of;
}
