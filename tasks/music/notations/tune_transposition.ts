import { textToTune, transposeTune, tuneToText } from "../../data/music/abc/mod.ts";
import { readKey, transposeKey } from "../../data/music/keys.ts";

/** Whether a text of a tune changes its key, so that its tokens depend on those before them. */
export function changesKey(tokens: readonly string[]): boolean {
  return tokens.some((token) => token.startsWith("[K:"));
}

/** Returns the key that the header of a tune's text names. */
export function headerKey(tokens: readonly string[]): string {
  return tokens.find((token) => token.startsWith("K:"))?.slice(2) ?? "C";
}

/**
 * Returns a token of a tune in a key as it is written in the tune that is some semitones higher; `undefined` if a pitch
 * would leave the range. The tune must not change its key.
 */
export function transposeToken(token: string, key: string, semitones: number): string | undefined {
  if (token.startsWith("K:")) return `K:${transposeKey(readKey(token.slice(2)), semitones).name}`;
  // Meters, counts, bar lines and tuplets have no pitch.
  if (/^(?:[MB]:|@|\[[A-Z]:)/.test(token) || !/[A-Ga-g]/.test(token)) return token;
  const isChord = token.startsWith('"');
  const moved = transposeTune(textToTune(`K:${key} ${token}${isChord ? " z" : ""} |]`).tune, semitones);
  return moved && tuneToText(moved, { positions: false }).split(" ")[3];
}
