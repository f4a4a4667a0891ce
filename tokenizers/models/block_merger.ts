/** Symbols of a block: the arrays of one fit a core's own cache. */
const BLOCK = 4096;

/** Most symbols around the seam between two blocks that are merged again. */
const WIDEST_SEAM = 2 * BLOCK;

/** Tokens on each side of a seam that are looked at first. */
const NARROWEST_SEAM = 4;

/** What merges the symbols of a piece, or of a part of it; see `Merger`. */
interface SymbolMerger {
  clear(): void;
  add(id: number): void;
  merge(): number;
  id(token: number): number;
  first(token: number): number;
}

/** The tokens of a piece: their ids and first symbols, and how many there are. `firsts` has one entry more, the number of symbols. */
export interface MergedTokens {
  readonly ids: Int32Array;
  readonly firsts: Int32Array;
  readonly count: number;
}

/**
 * Merges a long piece block by block, in time linear in its length, with the same result as merging it whole.
 *
 * Merging whole never merges over the end of a token that it gives in the end, and what happens inside two neighbours depends on nothing
 * outside them. So tokens are what merging gives for their symbols if and only if each two neighbours are that for their own. At the seam between
 * two blocks some tokens of both are merged again together; where the outermost of them come out as they were, all neighbours have been
 * merged together somewhere.
 *
 * @param merger What merges blocks and seams.
 * @returns `undefined` where a seam is too wide, as in text made for that.
 */
export function mergeInBlocks(symbols: Int32Array, merger: SymbolMerger): MergedTokens | undefined {
  const tokens = { ids: new Int32Array(symbols.length), firsts: new Int32Array(symbols.length + 1), count: 0 };
  for (let start = 0; start < symbols.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, symbols.length);
    const seam = tokens.count;
    tokens.count += write(symbols, start, end, merger, tokens, seam);
    if (seam > 0 && !close(symbols, merger, tokens, seam)) return undefined;
  }
  return tokens;
}

type Tokens = { ids: Int32Array; firsts: Int32Array; count: number };

/** Merges some of the symbols and writes their tokens; returns how many they are. */
function write(
  symbols: Int32Array,
  start: number,
  end: number,
  merger: SymbolMerger,
  tokens: Tokens,
  at: number,
): number {
  const count = mergePart(symbols, start, end, merger);
  for (let i = 0; i < count; i++) {
    tokens.ids[at + i] = merger.id(i);
    tokens.firsts[at + i] = start + merger.first(i);
  }
  tokens.firsts[at + count] = end;
  return count;
}

function mergePart(symbols: Int32Array, start: number, end: number, merger: SymbolMerger): number {
  merger.clear();
  for (let i = start; i < end; i++) merger.add(symbols[i]);
  return merger.merge();
}

/** Makes the tokens around a seam those of the whole; tells whether that was possible. */
function close(symbols: Int32Array, merger: SymbolMerger, tokens: Tokens, seam: number): boolean {
  const { ids, firsts } = tokens;
  for (let width = NARROWEST_SEAM;; width *= 2) {
    const from = Math.max(0, seam - width);
    const to = Math.min(tokens.count, seam + width);
    const [start, end] = [firsts[from], firsts[to]];
    if (end - start > WIDEST_SEAM) return false;
    const count = mergePart(symbols, start, end, merger);
    const isLeftClosed = from === 0 || (merger.id(0) === ids[from] && start + merger.first(1) === firsts[from + 1]);
    const isRightClosed = to === tokens.count ||
      (merger.id(count - 1) === ids[to - 1] && start + merger.first(count - 1) === firsts[to - 1]);
    if (!(isLeftClosed && isRightClosed)) continue;
    // The last entry, the end of all, moves with them.
    ids.copyWithin(from + count, to, tokens.count);
    firsts.copyWithin(from + count, to, tokens.count + 1);
    for (let i = 0; i < count; i++) {
      ids[from + i] = merger.id(i);
      firsts[from + i] = start + merger.first(i);
    }
    tokens.count += count - (to - from);
    return true;
  }
}
