/** Copies a string: a slice would keep the whole source text in memory. */
export function detached(slice: string): string {
  return slice.split("").join("");
}
