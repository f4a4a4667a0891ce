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

/** The bars of texts as numbers, and which texts have each bar. */
interface KnownBars {
  readonly numbers: ReadonlyMap<string, number>;
  readonly tunes: readonly Int32Array[];
  readonly places: readonly ReadonlySet<number>[];
}

/** The bars of texts, which are long and looked up often. */
const known = new WeakMap<readonly string[], KnownBars>();

function knownBars(texts: readonly string[]): KnownBars {
  const numbers = new Map<string, number>();
  const places: Set<number>[] = [];
  const tunes = texts.map((text, i) =>
    Int32Array.from(barsOf(text), (bar) => {
      const number = numbers.get(bar) ?? numbers.size;
      numbers.set(bar, number);
      (places[number] ??= new Set()).add(i);
      return number;
    })
  );
  return { numbers, tunes, places };
}

/**
 * Returns how many consecutive bars a tune shares at most with one of other tunes, note for note as written in its key.
 *
 * `texts` must not change.
 */
export function longestShared(text: string, texts: readonly string[]): number {
  const all = known.get(texts) ?? knownBars(texts);
  known.set(texts, all);
  const own = Int32Array.from(barsOf(text), (bar) => all.numbers.get(bar) ?? -1);
  const others = new Set([...own].flatMap((number) => [...all.places[number] ?? []]));
  return [...others].reduce((most, i) => Math.max(most, longestRun(own, all.tunes[i])), 0);
}

/** Returns the length of the longest common run of two lists; negative numbers are equal to none. */
function longestRun(a: Int32Array, b: Int32Array): number {
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
