import type { Tokenizer } from "../../../tokenizers/mod.ts";
import { textToTune, transposeTune, tuneToText } from "../../data/music/abc/mod.ts";
import type { FullNotation } from "./notation.ts";
import { TuneRules } from "./tune_rules.ts";
import { type TuneTokens, tuneTokens } from "./tune_tokens.ts";
import { changesKey, headerKey, transposeToken } from "./tune_transposition.ts";

/** The notation of tunes in ABC, if the tokens of a tokenizer are those of tunes. */
export function tuneNotation(tokenizer: Tokenizer): FullNotation | undefined {
  const tokens = tuneTokens(tokenizer);
  if (tokens === undefined) return undefined;
  const rules = new TuneRules(tokens);
  const transposition = new IdTransposition(tokens);
  return {
    kind: "abc",
    unit: "bar",
    rules,
    end: rules.begin,
    isNote: (id) => {
      const token = tokens.kinds[id];
      return token?.kind === "notes" && token.pitches.length > 0;
    },
    endsStep: (id) => tokens.kinds[id]?.kind === "bar",
    isPosition: (id) => tokens.kinds[id]?.kind === "left",
    tune: { rules },
    transpose(ids, semitones) {
      if (semitones === 0) return ids;
      return transposition.move(ids, semitones);
    },
  };
}

/** Transposes the ids of tunes. What it has found out about a token in a key is kept. */
class IdTransposition {
  readonly #tokens: TuneTokens;
  readonly #ids: ReadonlyMap<string, number>;
  /** The moved tokens [V] by key and semitones: -1 if there is none, -2 if it is not known yet. */
  readonly #moved = new Map<string, Int32Array>();

  constructor(tokens: TuneTokens) {
    this.#tokens = tokens;
    this.#ids = new Map(tokens.texts.map((text, id) => [text, id]));
  }

  /** Transposes a tune. Returns undefined if a token would be unknown or their number would change. */
  move(ids: Int32Array, semitones: number): Int32Array | undefined {
    const { texts, size } = this.#tokens;
    const own = Array.from(ids.subarray(0, -1), (id) => texts[id]);
    if (changesKey(own)) return this.#moveWhole(own, ids[ids.length - 1], semitones);
    const key = headerKey(own);
    const place = `${key} ${semitones}`;
    const known = this.#moved.get(place) ?? new Int32Array(size).fill(-2);
    this.#moved.set(place, known);
    const moved = ids.map((id) => {
      if (id === size) return id;
      if (known[id] === -2) known[id] = this.#ids.get(transposeToken(texts[id], key, semitones) ?? "") ?? -1;
      return known[id];
    });
    return moved.includes(-1) ? undefined : moved;
  }

  #moveWhole(own: readonly string[], end: number, semitones: number): Int32Array | undefined {
    const tune = transposeTune(textToTune(own.join(" ")).tune, semitones);
    const moved = tune && tuneToText(tune).split(" ").map((token) => this.#ids.get(token) ?? -1);
    if (moved === undefined || moved.length !== own.length || moved.includes(-1)) return undefined;
    return Int32Array.from([...moved, end]);
  }
}
