import { InputRangeError } from "../../errors.ts";
import { count } from "../../src/schema/mod.ts";
import type { Notation } from "./notations/mod.ts";
import { readMusic } from "./music_files.ts";
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
export async function readBeginning(path: string, { notation, stepsPerQuarter }: BeginningOptions): Promise<string> {
  const { music } = await readMusic(path);
  const isTunes = music.kind === "tunes" && notation === "abc";
  const texts = isTunes ? music.tunes.map(beginningOfTune) : pieceTexts(music, { notation, stepsPerQuarter });
  if (texts.length === 1) return texts[0];
  throw new InputRangeError(`read ${path}: expected one piece, found ${count(texts.length, "piece")}`);
}
