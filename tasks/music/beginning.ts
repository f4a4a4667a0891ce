import { InputRangeError } from "../../errors.ts";
import { count } from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { ProblemList } from "../data/music/mod.ts";
import { naming } from "../data/named_error.ts";
import type { Notation } from "./notations/mod.ts";
import { type MusicReading, readMusic, warningsOf } from "./music_files.ts";
import { pieceTexts } from "./music_plan.ts";
import { beginningOfTune } from "./tune_beginning.ts";

/** How a beginning is read. */
export interface BeginningOptions {
  /** The notation of the model. */
  readonly notation: Notation["kind"];
  /** Time steps of a quarter note, for MIDI files and a model of piano rolls. */
  readonly stepsPerQuarter: number;
  /** That of the model: names of chords that it does not know are left out. Default: all are kept. */
  readonly tokenizer?: Tokenizer;
}

/** A piece that was read from a file. */
export interface Beginning {
  /** The piece as a text of the notation. */
  readonly text: string;
  /** Sentences about what was put in order or left out. */
  readonly warnings: readonly string[];
}

/** Reads one piece as a text of a notation. Throws `RangeError` if the file has more, or no such notation. */
export async function readBeginning(path: string, options: BeginningOptions): Promise<Beginning> {
  return onlyPiece(await readMusic(path), options, path);
}

/**
 * Returns the only piece of a file as a text of a notation. Throws like `readBeginning`; `source` is named in errors.
 */
export function onlyPiece(
  { music, problems: found }: MusicReading,
  options: BeginningOptions,
  source: string,
): Beginning {
  const problems = new ProblemList();
  problems.addAll(found, "");
  const isTunes = music.kind === "tunes" && options.notation === "abc";
  const texts = naming(
    source,
    () => isTunes ? music.tunes.map(beginningOfTune) : pieceTexts(music, { ...options, problems }),
  );
  if (texts.length === 1) {
    const text = withKnownChords(texts[0], options.tokenizer, problems);
    return { text, warnings: warningsOf(source, problems.list()) };
  }
  throw new InputRangeError(`read ${source}: expected one piece, found ${count(texts.length, "piece")}`);
}

/** Returns the text of a tune without the names of chords that a tokenizer does not know. */
function withKnownChords(text: string, tokenizer: Tokenizer | undefined, problems: ProblemList): string {
  return text.split(" ").filter((token) => {
    const isUnknown = token.startsWith('"') && (tokenizer?.unknownSymbols(token).length ?? 0) > 0;
    if (isUnknown) problems.add("names of chords that the model does not know", token);
    return !isUnknown;
  }).join(" ");
}
