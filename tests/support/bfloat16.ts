/** Returns the bits of the bfloat16 number nearest to a float, of two equally near ones the even one. */
export function bfloat16Bits(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0];
  const [upper, lower] = [bits >>> 16, bits & 0xffff];
  const isNearerToNext = lower > 0x8000 || (lower === 0x8000 && (upper & 1) === 1);
  return (upper + (isNearerToNext ? 1 : 0)) & 0xffff;
}

/** Returns the values of bfloat16 numbers. */
export function floatsOf(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer);
}

/** Returns the bfloat16 number nearest to a float. */
export function roundToBFloat16(value: number): number {
  return new Float32Array(Uint32Array.of(bfloat16Bits(value) << 16).buffer)[0];
}
