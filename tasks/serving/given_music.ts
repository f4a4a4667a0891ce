import { InputRangeError } from "../../errors.ts";
import { scoreEnd } from "../data/music/mod.ts";
import { type MusicFiles, type MusicReading, readMusicBytes } from "../music/music_files.ts";
import { expectLength } from "./answers.ts";
import { asApiError } from "./api_error.ts";
import { type GivenMusic, isRoll } from "./music_answer.ts";
import type { Serving } from "./serving.ts";

/** The beginning of a MIDI file in base64. */
const MIDI = /^TVRoZ[\w+/=\s]*$/;

/** Reads the music in the field `param` of a request, of which `convert` makes what is needed. Throws `ApiError`. */
export async function readGivenMusic<T>(
  serving: Serving,
  given: GivenMusic,
  param: string,
  convert: (reading: MusicReading, source: string) => T,
): Promise<T> {
  try {
    const reading = await readAny(given);
    for (const quarters of lengthsOf(reading.music)) expectLength(serving, quarters, "quarter notes", param);
    return convert(reading, param);
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
