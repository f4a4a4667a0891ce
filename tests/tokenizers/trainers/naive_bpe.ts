import type { BPETrainerOptions } from "../../../tokenizers/trainers/bpe_settings.ts";

/** The result of the naive trainers. */
export interface NaiveResult {
  tokens: string[];
  merges: [string, string][];
  /** The number of merges that made an existing token. */
  reused: number;
}

interface Word {
  symbols: number[];
  lengths: number[];
  count: number;
}

interface Candidate {
  pair: string;
  count: number;
  words: Set<number>;
}

/**
 * Hugging Face's algorithm written without regard to speed: a list of candidates that is searched linearly, each with
 * the words in which its pair arose at one time, and counts that a pair keeps after it is merged.
 */
export function naiveMerges(corpus: ReadonlyMap<string, number>, options: BPETrainerOptions): NaiveResult {
  const { vocabSize = 30_000, minCount = 0, continuingSubwordPrefix: prefix = "", maxTokenLength = Infinity } = options;
  const { tokens, words } = spell(corpus, options);
  const counts = new Map<string, number>();
  const candidates: Candidate[] = [];
  let arisen = new Map<string, Set<number>>();
  const change = (pair: string, by: number, word: number): void => {
    counts.set(pair, (counts.get(pair) ?? 0) + by * words[word].count);
    if (by > 0) arisen.set(pair, (arisen.get(pair) ?? new Set()).add(word));
  };
  const collect = (): void => {
    for (const [pair, words] of arisen) {
      if (counts.get(pair)! > 0) candidates.push({ pair, count: counts.get(pair)!, words });
    }
    arisen = new Map();
  };
  words.forEach(({ symbols }, word) => symbols.slice(1).forEach((s, i) => change(`${symbols[i]} ${s}`, 1, word)));
  collect();

  const merged = new Map<string, [string, string]>();
  let reused = 0;
  while (tokens.length < vocabSize && candidates.length > 0) {
    const best = candidates.reduce((best, other) => precedes(other, best) ? other : best);
    if (best.count !== counts.get(best.pair)) {
      best.count = counts.get(best.pair)!;
      continue;
    }
    if (best.count < Math.max(1, minCount)) break;
    candidates.splice(candidates.indexOf(best), 1);
    const [left, right] = best.pair.split(" ").map(Number);
    const end = prefix !== "" && tokens[right].startsWith(prefix) ? tokens[right].slice(prefix.length) : tokens[right];
    let id = tokens.indexOf(tokens[left] + end);
    if (id >= 0) reused++;
    else id = tokens.push(tokens[left] + end) - 1;
    merged.delete(best.pair);
    merged.set(best.pair, [tokens[left], tokens[right]]);
    for (const word of best.words) {
      mergeWord(words[word], left, right, id, maxTokenLength, (p, by) => change(p, by, word));
    }
    collect();
  }
  return { tokens, merges: [...merged.values()], reused };
}

/** The textbook algorithm: count all pairs, merge the best everywhere, count again. */
export function textbookMerges(corpus: ReadonlyMap<string, number>, options: BPETrainerOptions): NaiveResult {
  const { vocabSize = 30_000, minCount = 0 } = options;
  const { tokens, words } = spell(corpus, options);
  const merges: [string, string][] = [];
  let reused = 0;
  while (tokens.length < vocabSize) {
    const counts = new Map<string, number>();
    for (const { symbols, count } of words) {
      for (let i = 1; i < symbols.length; i++) {
        const pair = `${symbols[i - 1]} ${symbols[i]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + count);
      }
    }
    const all = Array.from(counts, ([pair, count]) => ({ pair, count, words: new Set<number>() }));
    if (all.length === 0) break;
    const best = all.reduce((best, other) => precedes(other, best) ? other : best);
    if (best.count < minCount) break;
    const [left, right] = best.pair.split(" ").map(Number);
    let id = tokens.indexOf(tokens[left] + tokens[right]);
    if (id >= 0) reused++;
    else id = tokens.push(tokens[left] + tokens[right]) - 1;
    merges.push([tokens[left], tokens[right]]);
    for (const word of words) mergeWord(word, left, right, id, Infinity, () => {});
  }
  return { tokens, merges, reused };
}

function precedes(a: Candidate, b: Candidate): boolean {
  if (a.count !== b.count) return a.count > b.count;
  const [a0, a1] = a.pair.split(" ").map(Number);
  const [b0, b1] = b.pair.split(" ").map(Number);
  return a0 !== b0 ? a0 < b0 : a1 < b1;
}

function mergeWord(
  { symbols, lengths }: Word,
  left: number,
  right: number,
  id: number,
  maxLength: number,
  change: (pair: string, by: number) => void,
): void {
  for (let i = 0; i + 1 < symbols.length; i++) {
    if (symbols[i] !== left || symbols[i + 1] !== right) continue;
    const length = lengths[i] + lengths[i + 1];
    if (i > 0) {
      change(`${symbols[i - 1]} ${left}`, -1);
      if (lengths[i - 1] + length < maxLength) change(`${symbols[i - 1]} ${id}`, 1);
    }
    if (i + 2 < symbols.length) {
      change(`${right} ${symbols[i + 2]}`, -1);
      if (lengths[i + 2] + length < maxLength) change(`${id} ${symbols[i + 2]}`, 1);
    }
    symbols.splice(i, 2, id);
    lengths.splice(i, 2, length);
  }
}

function spell(corpus: ReadonlyMap<string, number>, options: BPETrainerOptions): { tokens: string[]; words: Word[] } {
  const { continuingSubwordPrefix: prefix = "", endOfWordSuffix: suffix = "", specialTokens = [] } = options;
  const characters = new Map<string, number>();
  for (const [piece, count] of corpus) {
    for (const c of piece) characters.set(c, (characters.get(c) ?? 0) + count);
  }
  for (const c of options.initialAlphabet ?? []) characters.set(c, Number.MAX_SAFE_INTEGER);
  const order = (a: string, b: string): number => a.codePointAt(0)! - b.codePointAt(0)!;
  const kept = [...characters.keys()].sort((a, b) => characters.get(b)! - characters.get(a)! || order(a, b));
  const alphabet = new Set([...specialTokens, ...kept.slice(0, options.limitAlphabet).sort(order)]);
  const spelled = Array.from(corpus.keys(), (piece) => {
    const all = [...piece];
    return all.map((c, i) => ({ c, start: i > 0 ? prefix : "", end: i === all.length - 1 ? suffix : "" }))
      .filter(({ c }) => alphabet.has(c));
  });
  const kind = ({ start, end }: { start: string; end: string }): number => (start ? 1 : 0) + (end ? 2 : 0);
  const marked = spelled.flat().filter((form) => kind(form) > 0).sort((a, b) => kind(a) - kind(b) || order(a.c, b.c));
  const tokens = [...new Set([...alphabet, ...marked.map(({ c, start, end }) => start + c + end)])];
  const counts = [...corpus.values()];
  const words = spelled.map((forms, i) => {
    const symbols = forms.map(({ c, start, end }) => tokens.indexOf(start + c + end));
    return { symbols, lengths: symbols.map(() => 1), count: counts[i] };
  });
  return { tokens, words };
}
