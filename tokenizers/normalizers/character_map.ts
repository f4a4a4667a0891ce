import { InputRangeError } from "../../errors.ts";
import { MAX_LOOKUP_LENGTH } from "../limits.ts";

/** Bytes per unit. */
const UNIT_BYTES = 4;

/** The bit that marks a unit as an offset into the texts. */
const LEAF = 1 << 31;

/** Maximum number of cached lookups; a full cache is cleared. */
const MAX_CACHED_LOOKUPS = 2 ** 14;

/**
 * A table that maps character sequences to replacements: a double-array trie over UTF-8 (Aoe 1989) in the layout of the
 * darts-clone library, followed by the NUL-terminated texts that its leaves point to. The file starts with the trie's
 * size in bytes.
 */
export class CharacterMap {
  readonly #units: Uint32Array;
  readonly #texts: Uint8Array;
  readonly #answers = new Map<string, string | undefined>();

  /**
   * Reads a table.
   *
   * @throws {RangeError} If the bytes are truncated, or the trie points outside the texts.
   */
  constructor(bytes: Uint8Array) {
    if (bytes.length < UNIT_BYTES) {
      throw new InputRangeError(`expected at least ${UNIT_BYTES} bytes, found ${bytes.length}`);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = view.getUint32(0, true);
    if (size === 0 || size % UNIT_BYTES !== 0 || UNIT_BYTES + size > bytes.length) {
      throw new InputRangeError(
        `expected a trie of at most ${bytes.length - UNIT_BYTES} bytes, a multiple of ${UNIT_BYTES}, found ${size}`,
      );
    }
    this.#units = Uint32Array.from(
      { length: size / UNIT_BYTES },
      (_, i) => view.getUint32(UNIT_BYTES + UNIT_BYTES * i, true),
    );
    this.#texts = bytes.subarray(UNIT_BYTES + size);
    this.#check();
  }

  /** The replacement for the shortest entry that is a prefix of the text; `undefined` if there is none. */
  get(text: string): string | undefined {
    if (!this.#answers.has(text)) {
      if (this.#answers.size >= MAX_CACHED_LOOKUPS) this.#answers.clear();
      this.#answers.set(text, this.#find(new TextEncoder().encode(text)));
    }
    return this.#answers.get(text);
  }

  /** The end and the replacement of the longest entry that starts at a position; `undefined` if there is none. */
  longest(text: string, at: number): { end: number; replacement: string } | undefined {
    let end = -1;
    let start = -1;
    let node = 0;
    for (let next = at; next < text.length && next - at < MAX_LOOKUP_LENGTH;) {
      const character = text.codePointAt(next)!;
      next += character > 0xffff ? 2 : 1;
      node = this.#characterChild(node, character);
      if (node < 0) break;
      const entry = this.#entry(node);
      if (entry < 0) continue;
      start = entry;
      end = next;
    }
    return end < 0 ? undefined : { end, replacement: this.#text(start) };
  }

  #find(key: Uint8Array): string | undefined {
    let node = 0;
    for (const byte of key) {
      node = this.#child(node, byte);
      if (node < 0) return undefined;
      const entry = this.#entry(node);
      if (entry >= 0) return this.#text(entry);
    }
    return undefined;
  }

  /** The unit of a node's child for a byte; -1 if there is none. */
  #child(node: number, byte: number): number {
    const units = this.#units;
    const child = node ^ offsetOf(units[node]) ^ byte;
    // An inner unit's label is a byte; a leaf's label has the highest bit set.
    return byte !== 0 && child < units.length && (units[child] & (LEAF | 0xff)) === byte ? child : -1;
  }

  /** The unit that a node leads to by the UTF-8 bytes of a code point; -1 if there is none. */
  #characterChild(node: number, code: number): number {
    if (code < 0x80) return this.#child(node, code);
    const length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    let child = this.#child(node, (0xf00 >> length & 0xff) | code >> 6 * (length - 1));
    for (let i = length - 2; i >= 0 && child >= 0; i--) child = this.#child(child, 0x80 | code >> 6 * i & 0x3f);
    return child;
  }

  /** Where the replacement of the entry that ends at a node starts; -1 if none ends there. */
  #entry(node: number): number {
    const unit = this.#units[node];
    if ((unit >>> 8 & 1) === 0) return -1;
    const leaf = node ^ offsetOf(unit);
    return leaf < this.#units.length && (this.#units[leaf] & LEAF) !== 0 ? this.#units[leaf] & ~LEAF : -1;
  }

  #text(start: number): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      this.#texts.subarray(start, this.#texts.indexOf(0, start)),
    );
  }

  #check(): void {
    const { length } = this.#texts;
    if (length > 0 && this.#texts[length - 1] !== 0) {
      throw new InputRangeError(`expected texts that end with a zero, found ${this.#texts[length - 1]} at the end`);
    }
    for (const unit of this.#units) {
      if ((unit & LEAF) !== 0 && (unit & ~LEAF) >= length) {
        throw new InputRangeError(`expected offsets into ${length} bytes of texts, found ${unit & ~LEAF}`);
      }
    }
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(this.#texts);
    } catch {
      throw new InputRangeError("expected texts in UTF-8, found other bytes");
    }
  }
}

/** The offset of a unit's children, to be XORed with their bytes. */
function offsetOf(unit: number): number {
  return unit >>> 10 << ((unit & 0x200) >>> 6);
}
