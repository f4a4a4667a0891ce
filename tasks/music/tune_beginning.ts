import { type ABCTune, textToTune, transposeTune, tuneToText } from "../data/music/abc/mod.ts";
import { movedToKey } from "./beginning_key.ts";

/** Returns the text of a tune to continue: as `tuneToText` writes it, but without a bar line that the tune lacks. */
export function beginningOfTune(tune: ABCTune): string {
  const text = tuneToText(tune);
  return tune.voices[0].items.at(-1)?.kind === "bar" ? text : text.replace(/ \|\]$/, "");
}

/** Returns the text of a beginning in the key that is asked for. Throws `RangeError` as `movedToKey` does. */
function inKey(text: string, key: string | null): string {
  const own = /(?:^|\s)K:(\S+)/.exec(text)?.[1];
  if (key === null || own === undefined || own === key) return text;
  const move = (semitones: number): string | undefined => {
    const moved = transposeTune(textToTune(text).tune, semitones);
    return moved && beginningOfTune(moved);
  };
  return movedToKey(text, { own, key, move });
}

/** The number of bars, the bars that are left, and endings. */
const COUNTS = /(?:^|(?<=\s))(?:B:\d+|@\d+|\[\d\S*)(?=\s|$)/g;

/** Bar lines, with repeats or without. */
const BAR_LINES = /(?<=\s)(?=[^\s"]*\|)[|:\]]+(?=\s|$)|(?<=\s)::(?=\s|$)/g;

/**
 * Returns the text of a beginning as composing goes on from it: in the key asked for, with plain bar lines, without the
 * counts of bars, which are written anew, and without a missing meter if one is asked for.
 */
export function beginningOfNotes(
  text: string,
  { key, meter }: { readonly key: string | null; readonly meter: string | null },
): string {
  const plain = inKey(text, key).replaceAll(COUNTS, "").replaceAll(BAR_LINES, "|");
  return meter === null ? plain : plain.replace(/^M:none(?=\s|$)/, "");
}
