/** The same string in memory of its own: a slice would keep the whole text that it was taken from. */
export function detached(slice: string): string {
  return slice.split("").join("");
}
