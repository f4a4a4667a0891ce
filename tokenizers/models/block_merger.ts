/** Symbols per block, chosen so that a block's arrays fit a core's own cache. */
const BLOCK_SIZE = 4096;

/** Maximum number of symbols merged again around the seam between two blocks. */
const MAX_SEAM_SYMBOLS = 2 * BLOCK_SIZE;

/** Initial number of tokens merged again on each side of a seam. */
const INITIAL_SEAM_WIDTH = 4;

/** Merges the symbols of a piece or of a part of it; see `Merger`. */
interface SymbolMerger {
  clear(): void;
  add(id: number): void;
  merge(): number;
  id(token: number): number;
  first(token: number): number;
}

/** The tokens of a piece: their ids, first symbols and count. `firsts` has one extra entry, the number of symbols. */
export interface MergedTokens {
  readonly ids: Int32Array;
  readonly firsts: Int32Array;
  readonly count: number;
}

/**
 * Merges a long piece block by block, in time linear in its length. The result equals that of merging the whole piece.
 *
 * Merging the whole piece never merges across the end of a final token, and merging inside two adjacent tokens depends
 * on nothing outside them. So a sequence of tokens is the correct result if and only if each adjacent pair is the
 * correct result for its own symbols. At the seam between two blocks, some tokens on both sides are merged again
 * together; once the outermost of them come out unchanged, every adjacent pair has been merged together somewhere.
 *
 * @param merger Merges blocks and seams.
 * @returns `undefined` if a seam is too wide, as in adversarial text.
 */
export function mergeInBlocks(symbols: Int32Array, merger: SymbolMerger): MergedTokens | undefined {
  const tokens = { ids: new Int32Array(symbols.length), firsts: new Int32Array(symbols.length + 1), count: 0 };
  for (let start = 0; start < symbols.length; start += BLOCK_SIZE) {
    const end = Math.min(start + BLOCK_SIZE, symbols.length);
    const seam = tokens.count;
    tokens.count += write(symbols, start, end, merger, tokens, seam);
    if (seam > 0 && !close(symbols, merger, tokens, seam)) return undefined;
  }
  return tokens;
}

type Tokens = { ids: Int32Array; firsts: Int32Array; count: number };

/** Merges a range of symbols, writes the tokens, and returns their number. */
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

/** Corrects the tokens around a seam; returns whether that was possible. */
function close(symbols: Int32Array, merger: SymbolMerger, tokens: Tokens, seam: number): boolean {
  const { ids, firsts } = tokens;
  for (let width = INITIAL_SEAM_WIDTH;; width *= 2) {
    const from = Math.max(0, seam - width);
    const to = Math.min(tokens.count, seam + width);
    const [start, end] = [firsts[from], firsts[to]];
    if (end - start > MAX_SEAM_SYMBOLS) return false;
    const count = mergePart(symbols, start, end, merger);
    const isLeftClosed = from === 0 || (merger.id(0) === ids[from] && start + merger.first(1) === firsts[from + 1]);
    const isRightClosed = to === tokens.count ||
      (merger.id(count - 1) === ids[to - 1] && start + merger.first(count - 1) === firsts[to - 1]);
    if (!(isLeftClosed && isRightClosed)) continue;
    // The extra last entry of `firsts` moves along.
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
