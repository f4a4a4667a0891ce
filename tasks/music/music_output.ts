import { InputRangeError } from "../../errors.ts";
import { scoreToTune, writeABC } from "../data/music/abc/mod.ts";
import type { Pause } from "../../src/train/mod.ts";
import { wavParts } from "../data/audio/wav.ts";
import { drawPianoRoll, drawScore, type Score, writeMIDI } from "../data/music/mod.ts";
import { soundParts } from "../data/music/render_sound.ts";
import { runPartsPatiently } from "../data/parts.ts";
import type { WrittenPiece } from "./pieces.ts";

/** The endings of files that a piece can be written to. */
export const OUTPUTS = ["mid", "wav", "svg", "abc", "json"] as const;

/** Returns the kind of file that a path names. Throws `RangeError` if it is none of music. */
export function outputKind(path: string): typeof OUTPUTS[number] {
  const [, ending] = /\.([a-z]+)$/i.exec(path) ?? [];
  const kind = ending?.toLowerCase() === "midi" ? "mid" : OUTPUTS.find((kind) => kind === ending?.toLowerCase());
  if (kind !== undefined) return kind;
  const known = OUTPUTS.map((kind) => `.${kind}`).join(", ");
  throw new InputRangeError(`write ${path}: expected a name that ends with one of ${known}`);
}

/**
 * Returns the content of a file for a piece, as the path's ending says; an SVG shows a tune in notation and other music
 * as a piano roll. `pause` is awaited between the parts of a sound. Throws `RangeError` if the piece has no such form:
 * only piano rolls are written in JSON.
 */
export async function musicFile(
  path: string,
  { score, tune, roll }: WrittenPiece,
  pause?: Pause,
): Promise<string | Uint8Array> {
  switch (outputKind(path)) {
    case "mid":
      return await writeMIDI(score);
    case "wav":
      return await writeSound(score, pause);
    case "svg":
      return tune ? await drawScore(tune) : drawPianoRoll(score);
    case "abc":
      return writeABC([tune ?? scoreToTune(score).tune]);
    case "json":
      if (roll) return `${JSON.stringify({ test: [roll] })}\n`;
      throw new InputRangeError(
        `write ${path}: expected a model of piano rolls for JSON, found one of another notation`,
      );
  }
}

async function writeSound(score: Score, pause: Pause | undefined): Promise<Uint8Array> {
  return await runPartsPatiently(wavParts(await runPartsPatiently(soundParts(score), pause)), pause);
}
