import type { Tokenizer } from "../../../tokenizers/mod.ts";
import { barLength } from "../../data/music/abc/tune.ts";
import { readTuneToken, type TuneToken } from "../../data/music/abc/text.ts";

/** The tokens of tunes, by id. */
export interface TuneTokens {
  /** Number of tokens of the tokenizer. */
  readonly size: number;
  /** The meaning of each token; undefined for one that no tune has. */
  readonly kinds: readonly (TuneToken | undefined)[];
  /** The text of each token. */
  readonly texts: readonly string[];
  /** The ticks of a bar after each token of a meter; undefined for other tokens and free meter. */
  readonly barTicks: readonly (number | undefined)[];
}

/** Reads the tokens of a tokenizer; undefined if it is not one of tunes. */
export function tuneTokens(tokenizer: Tokenizer): TuneTokens | undefined {
  const texts = Array.from({ length: tokenizer.size }, (_, id) => tokenizer.decode([id]).trim());
  const kinds = texts.map((text) => text === "" ? undefined : readTuneToken(text));
  const has = (kind: TuneToken["kind"]): boolean => kinds.some((token) => token?.kind === kind);
  if (!has("meter") || !has("key") || !has("bars") || !has("bar") || !has("notes")) return undefined;
  const barTicks = kinds.map((token) => token?.kind === "meter" ? barLength(token.meter) : undefined);
  return { size: tokenizer.size, kinds, texts, barTicks };
}
