import { InputRangeError } from "../../errors.ts";
import { count } from "../../src/schema/mod.ts";
import type { Notation } from "./notations/mod.ts";
import { type MusicFiles, readMusic } from "./music_files.ts";
import { pieceTexts } from "./music_plan.ts";
import { beginningOfTune } from "./tune_beginning.ts";

/** How a beginning or a melody is read. */
export interface BeginningOptions {
  /** The notation of the model. */
  readonly notation: Notation["kind"];
  /** Time steps of a quarter note, for MIDI files and a model of piano rolls. */
  readonly stepsPerQuarter: number;
}

/** Reads one piece as a text of a notation. Throws `RangeError` if the file has more, or no such notation. */
export async function readBeginning(path: string, options: BeginningOptions): Promise<string> {
  const { music } = await readMusic(path);
  return onlyPiece(music, options, path);
}

/**
 * Returns the only piece of a file as a text of a notation. Throws like `readBeginning`; `source` is named in errors.
 */
export function onlyPiece(music: MusicFiles, options: BeginningOptions, source: string): string {
  const isTunes = music.kind === "tunes" && options.notation === "abc";
  const texts = isTunes ? music.tunes.map(beginningOfTune) : pieceTexts(music, options);
  if (texts.length === 1) return texts[0];
  throw new InputRangeError(`read ${source}: expected one piece, found ${count(texts.length, "piece")}`);
}
