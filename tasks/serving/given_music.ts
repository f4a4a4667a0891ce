import { InputRangeError } from "../../errors.ts";
import { describeProblems, scoreEnd } from "../data/music/mod.ts";
import { type BeginningOptions, onlyPiece } from "../music/beginning.ts";
import { type MusicFiles, type MusicReading, readMusicBytes } from "../music/music_files.ts";
import { expectLength } from "./answers.ts";
import { type GivenMusic, isRoll } from "./music_answer.ts";
import { asApiError } from "./request_body.ts";
import type { Serving } from "./serving.ts";

/** Music of a request that was read. */
export interface ReadMusic {
  /** The text of the model's notation. */
  readonly text: string;
  /** Sentences about parts that were left out. */
  readonly warnings: readonly string[];
}

/** The beginning of a MIDI file in base64. */
const MIDI = /^TVRoZ[\w+/=\s]*$/;

/** Reads the music in the field `param` of a request. Throws `ApiError`. */
export async function readGivenMusic(
  serving: Serving,
  given: GivenMusic,
  options: BeginningOptions,
  param: string,
): Promise<ReadMusic> {
  try {
    const { music, problems } = await readAny(given);
    for (const quarters of lengthsOf(music)) expectLength(serving, quarters, "quarter notes", param);
    const text = onlyPiece(music, options, param);
    return { text, warnings: problems.length === 0 ? [] : [`${param}: ${describeProblems(problems)}`] };
  } catch (error) {
    throw asApiError(error, { param });
  }
}

async function readAny(given: GivenMusic): Promise<MusicReading> {
  const text = typeof given === "string" ? given.trim() : JSON.stringify([given]);
  return await readMusicBytes(MIDI.test(text) ? fromBase64(text) : new TextEncoder().encode(rollAlone(text)));
}

/** Puts a piano roll that stands alone into a list of pieces, as files have them. */
function rollAlone(text: string): string {
  if (!text.startsWith("[")) return text;
  try {
    return isRoll(JSON.parse(text)) ? `[${text}]` : text;
  } catch {
    return text;
  }
}

/** Returns the lengths of MIDI files in quarter notes: a small file may last for years. */
function lengthsOf(music: MusicFiles): number[] {
  return music.kind === "scores" ? music.scores.map((score) => Math.ceil(scoreEnd(score) / score.division)) : [];
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw new InputRangeError("read a MIDI file: expected base64, found something else");
  }
}
