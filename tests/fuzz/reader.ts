// What a reader to fuzz is, and the ways to damage texts and JSON documents.

import { mutateBytes, mutateJSON, mutateText, pick, type Random } from "./mutations.ts";

/** A reader to fuzz. */
export interface Reader {
  /** Name in reports. */
  readonly name: string;
  /** Returns a damaged input. */
  readonly damage: (random: Random) => Uint8Array<ArrayBuffer>;
  /** Reads the input, which is also in a file at `path`, and uses what it has read. */
  readonly read: (bytes: Uint8Array<ArrayBuffer>, path: string) => unknown;
  /** Ending of the file's name. Default: none. */
  readonly ending?: string;
}

/** Returns the text of bytes in UTF-8. */
export function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Returns the bytes of a text in UTF-8. */
export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Damages the text or, now and then, the bytes of one of the inputs. */
export function texts(...inputs: readonly string[]): Reader["damage"] {
  return (random) => {
    const input = pick(inputs, random);
    return random() < 0.25 ? mutateBytes(utf8(input), random) : utf8(mutateText(input, random));
  };
}

/** Damages values in one of the JSON documents or, now and then, its bytes. */
export function documents(...inputs: readonly unknown[]): Reader["damage"] {
  return (random) => {
    const input = pick(inputs, random);
    const isText = random() < 0.1;
    return isText
      ? mutateBytes(utf8(JSON.stringify(input)), random)
      : utf8(JSON.stringify(mutateJSON(input, random)) ?? "");
  };
}
