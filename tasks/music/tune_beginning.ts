import { InputRangeError } from "../../errors.ts";
import { type ABCTune, semitonesBetween, textToTune, transposeTune, tuneToText } from "../data/music/abc/mod.ts";
import { readKey } from "../data/music/keys.ts";

/** Returns the text of a tune to continue: as `tuneToText` writes it, but without a bar line that the tune lacks. */
export function beginningOfTune(tune: ABCTune): string {
  const text = tuneToText(tune);
  return tune.voices[0].items.at(-1)?.kind === "bar" ? text : text.replace(/ \|\]$/, "");
}

/**
 * Returns the text of a beginning in the key that is asked for: transposed to the nearest one, or with its notes as they
 * are if both keys have the same signature. Throws `RangeError` if their modes differ otherwise.
 */
export function beginningInKey(text: string, key: string | null): string {
  const own = /(?:^|\s)K:(\S+)/.exec(text)?.[1];
  if (key === null || own === undefined || own === key) return text;
  const [from, to] = [readKey(own), readKey(key)];
  if (from.fifths === to.fifths) return text;
  const moved = from.mode === to.mode ? transposeTune(textToTune(text).tune, semitonesBetween(from, to)) : undefined;
  if (moved !== undefined) return beginningOfTune(moved);
  throw new InputRangeError(`compose: expected a beginning that can be moved to ${key}, found one in ${own}`);
}
