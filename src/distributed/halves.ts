/** Rounds floats to bfloat16 numbers, to the nearest and to even at a tie; they keep the upper 16 bits. */
export function toHalves(floats: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  const halves = new Uint16Array(floats.length);
  for (let i = 0; i < bits.length; i++) {
    const own = bits[i];
    // Rounding must not turn a NaN into an infinity.
    halves[i] = (own & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : (own + 0x7fff + ((own >>> 16) & 1)) >>> 16;
  }
  return halves;
}

/** Returns bfloat16 numbers as floats. */
export function fromHalves(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i] << 16;
  return new Float32Array(bits.buffer);
}

/** Sums lists of bfloat16 numbers of the same length in float32, and rounds the sums. */
export function sumHalves(lists: readonly Uint16Array[]): Uint16Array<ArrayBuffer> {
  const [first, ...others] = lists;
  const sums = fromHalves(first);
  for (const other of others) {
    const floats = fromHalves(other);
    for (let i = 0; i < sums.length; i++) sums[i] += floats[i];
  }
  return toHalves(sums);
}
