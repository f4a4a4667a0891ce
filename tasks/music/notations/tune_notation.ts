import type { Tokenizer } from "../../../tokenizers/mod.ts";
import { textToTune, transposeTune, tuneToText } from "../../data/music/abc/mod.ts";
import type { FullNotation } from "./notation.ts";
import { TuneRules } from "./tune_rules.ts";
import { tuneTokens } from "./tune_tokens.ts";

/** The notation of tunes in ABC, if the tokens of a tokenizer are those of tunes. */
export function tuneNotation(tokenizer: Tokenizer): FullNotation | undefined {
  const tokens = tuneTokens(tokenizer);
  if (tokens === undefined) return undefined;
  const rules = new TuneRules(tokens);
  const moved = new WeakMap<Int32Array, Map<number, Int32Array | undefined>>();
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
      const known = moved.get(ids) ?? new Map<number, Int32Array | undefined>();
      moved.set(ids, known);
      if (!known.has(semitones)) known.set(semitones, transposed(tokenizer, ids, semitones));
      return known.get(semitones);
    },
  };
}

/** Transposes a tune. Returns undefined if a token would be unknown or their number would change. */
function transposed(tokenizer: Tokenizer, ids: Int32Array, semitones: number): Int32Array | undefined {
  const text = tokenizer.decode(ids.subarray(0, -1));
  const tune = transposeTune(textToTune(text).tune, semitones);
  if (tune === undefined) return undefined;
  const moved = tuneToText(tune);
  if (tokenizer.unknownSymbols(moved).length > 0) return undefined;
  const own = tokenizer.encode(moved);
  if (own.length !== ids.length - 1 || own.includes(tokenizer.unknownId ?? -1)) return undefined;
  return Int32Array.from([...own, ids[ids.length - 1]]);
}
