import { MAX_CLASS_TABLES } from "./limits.ts";

/** The value in {@linkcode CharacterClasses.units} for halves of surrogate pairs. */
export const SURROGATE = 0xff;

const PLANE_SIZE = 0x10000;

/** The classes that have a table, once for each. */
let owners: CharacterClasses[] = [];

/**
 * Assigns characters to classes by Unicode property. Uses one lookup table per plane of 65,536 characters, filled by
 * regular expressions when a character of that plane first occurs.
 *
 * An unpaired surrogate is treated as U+FFFD.
 */
export class CharacterClasses {
  readonly #properties: readonly string[];
  readonly #flags: string;
  #planes: (Uint8Array | undefined)[] = [];

  /**
   * @param properties The definitions of classes 1, 2, ... in the syntax of regular expression brackets: `"\\p{L}"`. A
   * character belongs to the first class that matches, or else to class 0.
   * @param flags Regular expression flags for the definitions: `"u"`, or `"v"` or `"iv"` for nested sets.
   */
  constructor(properties: readonly string[], flags: "u" | "v" | "iv" = "u") {
    this.#properties = properties;
    this.#flags = flags;
  }

  /** The class of each UTF-16 code unit that is a character; {@linkcode SURROGATE} for the others. */
  get units(): Uint8Array {
    return this.#plane(0);
  }

  /** The class of a code point. */
  of(codePoint: number): number {
    const code = codePoint >= 0xd800 && codePoint < 0xe000 ? 0xfffd : codePoint;
    return this.#plane(code >> 16)[code & 0xffff];
  }

  /** The end of the run of characters of a class that starts at `from`. */
  runEnd(text: string, from: number, kind: number): number {
    const units = this.units;
    const length = text.length;
    let at = from;
    while (at < length) {
      const unit = units[text.charCodeAt(at)];
      if (unit === kind) {
        at++;
      } else {
        if (unit !== SURROGATE) break;
        const character = text.codePointAt(at)!;
        if (this.of(character) !== kind) break;
        at += character > 0xffff ? 2 : 1;
      }
    }
    return at;
  }

  #plane(index: number): Uint8Array {
    return this.#planes[index] ??= this.#table(index);
  }

  #table(plane: number): Uint8Array {
    if (owners.length === MAX_CLASS_TABLES) {
      for (const classes of owners) classes.#planes = [];
      owners = [];
    }
    owners.push(this);
    const table = new Uint8Array(PLANE_SIZE);
    const text = planeText(plane);
    const width = text.length / PLANE_SIZE;
    for (const [index, property] of this.#properties.entries()) {
      for (const match of text.matchAll(new RegExp(`[${property}]+`, `g${this.#flags}`))) {
        const end = (match.index + match[0].length) / width;
        for (let i = match.index / width; i < end; i++) table[i] ||= index + 1;
      }
    }
    return plane === 0 ? table.fill(SURROGATE, 0xd800, 0xe000) : table;
  }
}

/** All characters of a plane in order, with U+FFFD in place of surrogates. */
function planeText(plane: number): string {
  const block = new Array<number>(256);
  let text = "";
  for (let from = plane * PLANE_SIZE; from < (plane + 1) * PLANE_SIZE; from += block.length) {
    for (let i = 0; i < block.length; i++) block[i] = from >= 0xd800 && from < 0xe000 ? 0xfffd : from + i;
    text += String.fromCodePoint(...block);
  }
  return text;
}
