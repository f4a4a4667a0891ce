/** Returns the symbols that would repeat an n-gram of the sequence; none if n is 0. */
export function blocked(symbols: readonly number[], n: number): ReadonlySet<number> {
  const banned = new Set<number>();
  if (n === 0) return banned;
  const open = symbols.length - (n - 1);
  for (let start = 0; start + n <= symbols.length; start++) {
    let same = 0;
    while (same < n - 1 && symbols[start + same] === symbols[open + same]) same++;
    if (same === n - 1) banned.add(symbols[start + n - 1]);
  }
  return banned;
}
