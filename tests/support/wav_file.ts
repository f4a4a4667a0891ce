/** The contents of a file that `wavFile` writes. */
export interface WavOptions {
  /** Samples of each channel, from -1 to 1. */
  readonly channels: readonly ArrayLike<number>[];
  readonly rate: number;
  readonly encoding: keyof typeof WRITERS;
  /** Whether the format's code stands in a longer header. */
  readonly isExtensible?: boolean;
  /** A chunk before the samples. */
  readonly before?: string;
  /** The size that the header gives for the samples. Default: the right one. */
  readonly dataBytes?: number;
}

const WRITERS = {
  "integer 8": (view: DataView, at: number, x: number) => view.setUint8(at, 128 + x * 2 ** 7),
  "integer 16": (view: DataView, at: number, x: number) => view.setInt16(at, x * 2 ** 15, true),
  "integer 24": (view: DataView, at: number, x: number) => {
    view.setInt8(at + 2, Math.floor(x * 2 ** 7));
    view.setUint16(at, (x * 2 ** 23) & 0xffff, true);
  },
  "integer 32": (view: DataView, at: number, x: number) => view.setInt32(at, x * 2 ** 31, true),
  "float 32": (view: DataView, at: number, x: number) => view.setFloat32(at, x, true),
  "float 64": (view: DataView, at: number, x: number) => view.setFloat64(at, x, true),
};

/** Returns the bytes of a WAV file. */
export function wavFile(
  { channels, rate, encoding, isExtensible = false, before = "", dataBytes }: WavOptions,
): Uint8Array<ArrayBuffer> {
  const bits = Number(encoding.split(" ")[1]);
  const pitch = channels.length * bits / 8;
  const length = channels[0]?.length ?? 0;
  const formatBytes = isExtensible ? 40 : 16;
  const start = 28 + formatBytes + before.length;
  const file = new Uint8Array(start + length * pitch);
  const view = new DataView(file.buffer);
  const write = (at: number, text: string): void => {
    for (let i = 0; i < text.length; i++) file[at + i] = text.charCodeAt(i);
  };
  const code = encoding.startsWith("integer") ? 1 : 3;
  write(0, "RIFF");
  view.setUint32(4, file.length - 8, true);
  write(8, "WAVEfmt ");
  view.setUint32(16, formatBytes, true);
  view.setUint16(20, isExtensible ? 0xfffe : code, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * pitch, true);
  view.setUint16(32, pitch, true);
  view.setUint16(34, bits, true);
  if (isExtensible) view.setUint16(44, code, true);
  write(20 + formatBytes, before);
  write(start - 8, "data");
  view.setUint32(start - 4, dataBytes ?? length * pitch, true);
  for (let i = 0; i < length; i++) {
    channels.forEach((own, c) => WRITERS[encoding](view, start + i * pitch + c * bits / 8, own[i]));
  }
  return file;
}
