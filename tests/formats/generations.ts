/** File names of a generation. */
export const NAMES = ["config.json", "model.bin", "training_state.bin"] as const;

/**
 * Makes files that identify their write: every 32-bit word is the number of the generation, 0 <= n < 2^32. The files
 * have `size`, 2 `size` and 3 `size` words.
 */
export function generation(n: number, size = 8): Record<string, Uint8Array> {
  const entries = NAMES.map((name, i) => [name, new Uint8Array(new Uint32Array(size * (i + 1)).fill(n).buffer)]);
  return Object.fromEntries(entries);
}
