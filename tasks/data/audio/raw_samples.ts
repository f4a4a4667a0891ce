import { InputRangeError } from "../../../errors.ts";
import { count } from "../../../src/schema/mod.ts";
import { expectSamples } from "./sound.ts";

/** The formats of raw samples: integers of 16 bits or floats of 32, little-endian. */
export const RAW_FORMATS = ["s16le", "f32le"] as const;

/** A format of raw samples. */
export type RawFormat = typeof RAW_FORMATS[number];

/** How files begin that are not raw samples. */
const BEGINNINGS: readonly (readonly [beginning: string, kind: string])[] = [
  ...["RIFF", "RF64", "BW64"].map((beginning) => [beginning, "a WAV file"] as const),
  ["fLaC", "a FLAC file"],
  ["OggS", "an Ogg file"],
  ["ID3", "an MP3 file"],
];
const LONGEST = 4;

/**
 * Yields the samples of one channel in a stream of bytes, as soon as they are whole. Throws `RangeError` if there are
 * none, if the bytes are those of a file of another kind, or if a sample is not finite.
 */
export async function* rawSamples(
  bytes: AsyncIterable<Uint8Array>,
  format: RawFormat,
): AsyncGenerator<Float32Array, void, void> {
  const size = format === "s16le" ? 2 : 4;
  let rest = new Uint8Array(0);
  let isBegun = false;
  let before = 0;
  for await (const chunk of bytes) {
    const all = new Uint8Array(rest.length + chunk.length);
    all.set(rest);
    all.set(chunk, rest.length);
    if (!isBegun && all.length < LONGEST) {
      rest = all;
      continue;
    }
    if (!isBegun) refuseFiles(all);
    isBegun = true;
    const whole = Math.floor(all.length / size);
    const view = new DataView(all.buffer);
    const read = (i: number): number =>
      format === "s16le" ? view.getInt16(2 * i, true) / 2 ** 15 : view.getFloat32(4 * i, true);
    rest = all.slice(whole * size);
    if (whole === 0) continue;
    const samples = Float32Array.from({ length: whole }, (_, i) => read(i));
    expectSamples(samples, undefined, before);
    before += whole;
    yield samples;
  }
  if (!isBegun) {
    throw new InputRangeError(`expected samples, found ${rest.length === 0 ? "none" : count(rest.length, "byte")}`);
  }
}

function refuseFiles(bytes: Uint8Array): void {
  const beginning = String.fromCharCode(...bytes.subarray(0, LONGEST));
  const found = BEGINNINGS.find(([own]) => beginning.startsWith(own))?.[1];
  if (found !== undefined) throw new InputRangeError(`expected samples only, found ${found}; name it as an operand`);
}
