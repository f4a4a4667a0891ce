import { InputRangeError } from "../../../errors.ts";
import { count } from "../../../src/schema/mod.ts";
import { type Parts, runParts } from "../parts.ts";
import { expectSamples, isRate, LEAST_RATE, MOST_RATE, type Sound } from "./sound.ts";

/** Reads a sample at an offset, from -1 to 1 unless it is a float. */
type ReadSample = (view: DataView, at: number) => number;

/** An encoding of samples. */
interface Encoding {
  readonly bytes: number;
  readonly read: ReadSample;
}

function readInteger16(view: DataView, at: number): number {
  return view.getInt16(at, true) / 2 ** 15;
}

/** The encodings by the name and the number of bits. */
const ENCODINGS: Readonly<Record<string, Encoding>> = {
  "integer 8": { bytes: 1, read: (view, at) => (view.getUint8(at) - 128) / 2 ** 7 },
  "integer 16": { bytes: 2, read: readInteger16 },
  "integer 24": { bytes: 3, read: (view, at) => (view.getInt8(at + 2) * 2 ** 16 + view.getUint16(at, true)) / 2 ** 23 },
  "integer 32": { bytes: 4, read: (view, at) => view.getInt32(at, true) / 2 ** 31 },
  "float 32": { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  "float 64": { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  "A-law 8": { bytes: 1, read: (view, at) => expandALaw(view.getUint8(at)) / 2 ** 15 },
  "mu-law 8": { bytes: 1, read: (view, at) => expandMuLaw(view.getUint8(at)) / 2 ** 15 },
};

/** Formats of samples by their code. */
const FORMATS: Readonly<Record<number, string>> = { 1: "integer", 3: "float", 6: "A-law", 7: "mu-law" };
/** The format's code follows in a longer header. */
const EXTENSIBLE = 0xfffe;
/**
 * The least size that programs write that do not know how many samples follow, such as those that write to a pipe:
 * 2 GiB, or a little less.
 */
const UNKNOWN_SIZE = 0x7fff0000;
/** The size of samples whose size stands in a chunk of its own; 0 there if the writer did not know it either. */
const ELSEWHERE = 0xffffffff;
/** The names of files with sizes of 32 bits, and of those whose sizes of 64 bits follow in a chunk (EBU Tech 3306). */
const [RIFF, LARGE] = ["RIFF", ["RF64", "BW64"]];

/** Whether bytes begin as those of a WAV file. */
export function isWav(bytes: Uint8Array): boolean {
  return [RIFF, ...LARGE].includes(fourCharacters(bytes, 0)) && fourCharacters(bytes, 8) === "WAVE";
}

/** Expands a byte of the A-law to an integer of 16 bits (ITU-T G.711); its even bits are inverted. */
function expandALaw(byte: number): number {
  const code = byte ^ 0x55;
  const [exponent, mantissa] = [code >> 4 & 7, code & 15];
  const size = exponent === 0 ? (mantissa << 4) + 8 : (mantissa << 4) + 0x108 << exponent - 1;
  return code & 0x80 ? size : -size;
}

/** Expands a byte of the mu-law to an integer of 16 bits (ITU-T G.711); all its bits are inverted. */
function expandMuLaw(byte: number): number {
  const code = ~byte & 0xff;
  const size = (((code & 15) << 3) + 0x84 << (code >> 4 & 7)) - 0x84;
  return code & 0x80 ? -size : size;
}

/** Whether a WAV file has an encoding that `readWav` does not know, such as ADPCM. */
export function hasOtherEncoding(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    if (fourCharacters(bytes, at) === "fmt ") {
      return size >= 16 && at + 8 + size <= bytes.length && encodingOf(view, at + 8, size) === undefined;
    }
    at += 8 + size + size % 2;
  }
  return false;
}

/** Returns the code of the format of a whole header. */
function formatCode(view: DataView, at: number, size: number): number {
  const code = view.getUint16(at, true);
  return code === EXTENSIBLE && size >= 26 ? view.getUint16(at + 24, true) : code;
}

/**
 * Returns the encoding that a whole header describes, if it is known here. An integer stands in as many bytes as its
 * bits need, at their upper end. Where blocks are larger, programs differ in what they mean: Cool Edit writes floats as
 * integers of 24 bits in 4 bytes. The blocks of integers of up to 16 bits are taken to have their size.
 */
function encodingOf(view: DataView, at: number, size: number): Encoding | undefined {
  const kind = FORMATS[formatCode(view, at, size)];
  const [channels, blockBytes, bits] = [2, 12, 14].map((field) => view.getUint16(at + field, true));
  if (kind !== "integer") return ENCODINGS[`${kind} ${bits}`];
  const encoding = ENCODINGS[`integer ${8 * Math.ceil(bits / 8)}`];
  return encoding && bits > 16 && blockBytes > channels * encoding.bytes ? undefined : encoding;
}

/**
 * Reads a WAV file: integers of up to 32 bits, floats of 32 or 64, or bytes of the A-law or the mu-law, of any rate;
 * the channels are averaged.
 *
 * Throws `RangeError` if it is damaged, has no samples or another encoding.
 */
export function readWav(bytes: Uint8Array): Sound {
  if (!isWav(bytes)) throw new InputRangeError("expected a WAV file, found something else");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: Format | undefined;
  let dataSize: number | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = fourCharacters(bytes, at);
    const size = view.getUint32(at + 4, true);
    if (name === "ds64" && at + 24 <= bytes.length) dataSize = Number(view.getBigUint64(at + 16, true));
    if (name === "fmt ") format = readFormat(view, at + 8, size);
    if (name === "data" && size === 0 && !areChunks(bytes, at + 8)) return readSamples(view, at + 8, ELSEWHERE, format);
    if (name === "data") return readSamples(view, at + 8, size === ELSEWHERE ? dataSize || size : size, format);
    at += 8 + size + size % 2;
  }
  throw new InputRangeError(`expected ${format ? "samples" : "a format"} in a WAV file, found its end`);
}

/**
 * Whether all bytes from an offset on are chunks. If not, they are the samples of a writer to a pipe that left their
 * size at 0.
 */
function areChunks(bytes: Uint8Array, start: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;
  for (let size = 0; at + 8 <= bytes.length; at += 8 + size + size % 2) {
    if (!/^[ -~]{4}$/.test(fourCharacters(bytes, at))) return false;
    size = view.getUint32(at + 4, true);
  }
  // Some writers leave out the byte that makes the size of the last chunk even.
  return at === bytes.length || at === bytes.length + 1;
}

/** How samples are stored. */
interface Format {
  readonly encoding: Encoding;
  readonly channels: number;
  readonly rate: number;
}

function readFormat(view: DataView, at: number, size: number): Format {
  if (size < 16 || at + size > view.byteLength) {
    throw new InputRangeError("expected a whole header of a WAV file, found the end of the file");
  }
  const encoding = encodingOf(view, at, size);
  if (encoding === undefined) {
    const code = formatCode(view, at, size);
    const [blockBytes, bits] = [view.getUint16(at + 12, true), view.getUint16(at + 14, true)];
    const samples = `${FORMATS[code]} samples of ${count(bits, "bit")} in blocks of ${count(blockBytes, "byte")}`;
    throw new InputRangeError(
      "expected a WAV file with integers of up to 32 bits, floats of 32 or 64, or A-law or mu-law samples of 8, " +
        `found ${FORMATS[code] === undefined ? `the format ${code}` : samples}`,
    );
  }
  const channels = view.getUint16(at + 2, true);
  const rate = view.getUint32(at + 4, true);
  if (channels < 1) throw new InputRangeError("expected a WAV file with a channel, found none");
  if (!isRate(rate)) {
    throw new InputRangeError(
      `expected a WAV file with a sampling rate from ${LEAST_RATE} to ${MOST_RATE} Hz, found ${rate}`,
    );
  }
  return { encoding, channels, rate };
}

function readSamples(view: DataView, at: number, size: number, format: Format | undefined): Sound {
  if (format === undefined) throw new InputRangeError("expected a format before the samples of a WAV file, found none");
  const { encoding: { bytes, read }, channels, rate } = format;
  const room = view.byteLength - at;
  if (size > room && size < UNKNOWN_SIZE) {
    throw new InputRangeError(`expected ${count(size, "byte")} of samples in a WAV file, found ${room}`);
  }
  const pitch = bytes * channels;
  const samples = new Float32Array(Math.floor(Math.min(size, room) / pitch));
  if (samples.length === 0) throw new InputRangeError("expected a sound of at least 1 sample, found none");
  if (read === readInteger16 && channels === 1) {
    // The usual encoding, read in a fraction of the time.
    for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(at + 2 * i, true) / 2 ** 15;
  } else {
    for (let i = 0; i < samples.length; i++) {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += read(view, at + i * pitch + c * bytes);
      samples[i] = sum / channels;
    }
  }
  expectSamples(samples);
  return { samples, rate };
}

function fourCharacters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** Bytes before the samples. */
const HEADER_BYTES = 44;

/**
 * Returns a sound as a WAV file with integers of 16 bits, with two channels if `right` has the samples of the second.
 * Samples beyond -1 and 1 are clipped.
 */
export function writeWav(sound: Sound, right?: Float32Array): Uint8Array<ArrayBuffer> {
  return runParts(wavParts(sound, right));
}

/** Samples that are written at a time. */
const PART = 2 ** 15;

/** Writes a WAV file as `writeWav` does, in parts. */
export function* wavParts({ samples, rate }: Sound, right?: Float32Array): Parts<Uint8Array<ArrayBuffer>> {
  const channels = right === undefined ? [samples] : [samples, right];
  const frameBytes = 2 * channels.length;
  const dataBytes = frameBytes * samples.length;
  const file = new Uint8Array(HEADER_BYTES + dataBytes);
  const view = new DataView(file.buffer);
  writeCharacters(file, 0, "RIFF");
  view.setUint32(4, file.length - 8, true);
  writeCharacters(file, 8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  // Integers.
  view.setUint16(20, 1, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, frameBytes * rate, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, 16, true);
  writeCharacters(file, 36, "data");
  view.setUint32(40, dataBytes, true);
  const limit = 2 ** 15;
  for (const [channel, values] of channels.entries()) {
    for (let i = 0; i < samples.length; i++) {
      if (i % PART === 0) yield;
      const rounded = Math.round((values[i] ?? 0) * limit);
      view.setInt16(HEADER_BYTES + frameBytes * i + 2 * channel, Math.max(-limit, Math.min(limit - 1, rounded)), true);
    }
  }
  return file;
}

function writeCharacters(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
}
