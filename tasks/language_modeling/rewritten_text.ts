import { lastAtMost } from "../data/places.ts";
import type { TextSource } from "./token_ids.ts";

/** A part of a rewritten text. */
interface Piece {
  /** Index in the rewritten text. */
  readonly start: number;
  /** Index in the other text. */
  readonly from: number;
  /** The replacement of the other text there; undefined if it is kept. */
  text: string | undefined;
}

/** Approximate length of a replaced part in code units. */
const BLOCK_LENGTH = 2 ** 16;

/** A text of which parts are replaced. Only the blocks in which something changes are held in memory. */
export class RewrittenText implements TextSource {
  #text: TextSource;
  #pieces: Piece[] = [];
  #read = 0;
  #length = 0;

  /** Begins without any part. `text` is the other text. */
  constructor(text: TextSource) {
    this.#text = text;
  }

  /** Number of code units of the parts so far. */
  get length(): number {
    return this.#length;
  }

  /** Whether a part differs from that of the other text. */
  get isChanged(): boolean {
    return this.#pieces.some(({ text }) => text !== undefined);
  }

  /** Adds the next part of the other text as it is rewritten. */
  add(part: string, rewritten: string): void {
    const last = this.#pieces.at(-1);
    const isSame = part === rewritten;
    if (last?.text !== undefined && last.text.length < BLOCK_LENGTH) last.text += rewritten;
    else if (!(isSame && last && last.text === undefined)) {
      this.#pieces.push({ start: this.#length, from: this.#read, text: isSame ? undefined : rewritten });
    }
    this.#read += part.length;
    this.#length += rewritten.length;
  }

  async slice(start: number, end: number): Promise<string> {
    const pieces = this.#pieces;
    let text = "";
    for (let i = lastAtMost(pieces.length, (i) => pieces[i].start, start); start + text.length < end; i++) {
      const piece = pieces[i];
      const to = Math.min(end, pieces[i + 1]?.start ?? this.#length) - piece.start;
      const from = start + text.length - piece.start;
      text += piece.text?.slice(from, to) ?? await this.#text.slice(piece.from + from, piece.from + to);
    }
    return text;
  }
}
