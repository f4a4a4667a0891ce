import { InputRangeError } from "../../../errors.ts";
import { readBytes } from "../bytes.ts";
import { decodeMedia, type StartProgram } from "../ffmpeg.ts";
import { nameOf, STANDARD_INPUT } from "../file_system.ts";
import { resampleSound } from "./resample.ts";
import { cutSound, type SoundSegment } from "./segment.ts";
import { expectRate, type Sound } from "./sound.ts";
import { hasOtherEncoding, isWav, readWav } from "./wav.ts";

const AUDIO = /\.(?:wav|wave|flac|mp3|ogg|oga|opus|m4a|aac|wma|aif|aiff|aifc|au|snd|sph|amr|webm|mp4|mka|mkv)$/i;

/** Options of `readSound`. */
export interface ReadSoundOptions {
  /** Samples a second; a sound of another rate is resampled. Default: the sound's own. */
  readonly rate?: number;
  /** The part of the sound that is wanted. Default: all of it. */
  readonly segment?: SoundSegment;
  /** Starts ffmpeg, which decodes what is no WAV file. Without it, other files are refused. */
  readonly startProgram?: StartProgram;
}

/** Whether a file's name says that it holds sound. */
export function isAudio(path: string): boolean {
  return AUDIO.test(path);
}

/**
 * Reads a sound from a file, or from standard input for `-`: WAV files are read here, others, and WAV files with ADPCM
 * or other rare encodings, are decoded by ffmpeg. The channels are averaged.
 *
 * Throws `RangeError` that names the file if it is missing, damaged or empty, if ffmpeg is missing or cannot read it,
 * if the sound does not have the segment, or if `rate` is not a whole number from 100 to 1,000,000.
 *
 * @example
 * ```ts
 * import { readSound, resampleSound, type Sound } from "@elman/elman/data";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * await assertRejects(() => readSound("none.wav"), RangeError, "expected a file, found none");
 * const sound: Sound = { samples: new Float32Array(8000), rate: 8000 };
 * assertEquals(resampleSound(sound, 16000).samples.length, 16000);
 * ```
 */
export async function readSound(path: string, { rate, segment, startProgram }: ReadSoundOptions = {}): Promise<Sound> {
  const name = nameOf(path);
  if (rate !== undefined) expectRate(rate, `read ${name}`);
  const bytes = await readBytes(path);
  if (bytes.length === 0) throw new InputRangeError(`read ${name}: expected a sound, found an empty file`);
  const wav = isWav(bytes) && !hasOtherEncoding(bytes) ? bytes : await decode(path, bytes, startProgram);
  try {
    const whole = readWav(wav);
    const sound = segment === undefined ? whole : cutSound(whole, segment);
    return rate === undefined ? sound : resampleSound(sound, rate);
  } catch (error) {
    if (!(error instanceof InputRangeError)) throw error;
    throw new InputRangeError(`read ${name}: ${error.message}`);
  }
}

/** Returns a sound in any format as a WAV file. */
async function decode(path: string, bytes: Uint8Array, startProgram?: StartProgram): Promise<Uint8Array> {
  const contents = (async function* () {
    yield await Promise.resolve(bytes);
  })();
  const source = path === STANDARD_INPUT ? { name: nameOf(path), contents } : path;
  const after = ["-map", "0:a:0", "-c:a", "pcm_f32le", "-f", "wav"];
  const chunks = await Array.fromAsync(decodeMedia({ source, kind: "a sound", after, startProgram }));
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}
