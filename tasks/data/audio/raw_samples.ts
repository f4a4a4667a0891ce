/** The formats of raw samples: integers of 16 bits or floats of 32, little-endian. */
export const RAW_FORMATS = ["s16le", "f32le"] as const;

/** A format of raw samples. */
export type RawFormat = typeof RAW_FORMATS[number];

/** Yields the samples of one channel in a stream of bytes, as soon as they are whole. */
export async function* rawSamples(
  bytes: AsyncIterable<Uint8Array>,
  format: RawFormat,
): AsyncGenerator<Float32Array, void, void> {
  const size = format === "s16le" ? 2 : 4;
  let rest = new Uint8Array(0);
  for await (const chunk of bytes) {
    const all = new Uint8Array(rest.length + chunk.length);
    all.set(rest);
    all.set(chunk, rest.length);
    const count = Math.floor(all.length / size);
    const view = new DataView(all.buffer);
    const read = (i: number): number =>
      format === "s16le" ? view.getInt16(2 * i, true) / 2 ** 15 : view.getFloat32(4 * i, true);
    rest = all.slice(count * size);
    if (count > 0) yield Float32Array.from({ length: count }, (_, i) => read(i));
  }
}
