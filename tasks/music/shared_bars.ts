/** The bars of a tune's text: their notes, without chords, counts and bar lines. */
function barsOf(text: string): string[] {
  const bars: string[] = [];
  let bar: string[] = [];
  for (const token of text.split(" ")) {
    if (/^(?:[MKB]:|@|")/.test(token)) continue;
    if (!/^[|:\]]/.test(token)) bar.push(token);
    else if (bar.length > 0) {
      bars.push(bar.join(" "));
      bar = [];
    }
  }
  return bars;
}

/** The bars of texts, which are long and looked up often. */
const known = new WeakMap<readonly string[], readonly (readonly string[])[]>();

/**
 * Returns how many consecutive bars a tune shares at most with one of other tunes, note for note as written in its key.
 *
 * `texts` must not change.
 */
export function longestShared(text: string, texts: readonly string[]): number {
  const all = known.get(texts) ?? texts.map(barsOf);
  known.set(texts, all);
  const own = barsOf(text);
  return all.reduce((most, other) => Math.max(most, longestRun(own, other)), 0);
}

/** Returns the length of the longest common run of two lists. */
function longestRun(a: readonly string[], b: readonly string[]): number {
  let most = 0;
  let last = new Int32Array(b.length + 1);
  for (const bar of a) {
    const next = new Int32Array(b.length + 1);
    for (let j = 0; j < b.length; j++) {
      if (bar === b[j]) most = Math.max(most, next[j + 1] = last[j] + 1);
    }
    last = next;
  }
  return most;
}
