import { assert, assertEquals } from "@std/assert";
import {
  type Decoder,
  decoderFromJSON,
  decodeTokens,
  type FragmentSink,
  type TokenStream,
} from "../../../tokenizers/decoders/mod.ts";
import { JSONFields } from "../../../tokenizers/json_fields.ts";
import { randomIntegers } from "../contract.ts";

/** The building blocks of random tokens, chosen where the decoders' rules interact. */
const ATOMS =
  "a|aa|ab|b| |  |▁|▁a|##|##a|</w>|a</w>|<0x41>|<0xF0>|<0x9F>|<0x98>|<0x80>|<pad>|h|.| .|n't|Ġ|Ã|©|ð|Ł|ĺ|Ģ|é|漢|😀|_|\n"
    .split("|");

/** Reads the decoder from a `tokenizer.json`. */
export function read(json: unknown): Decoder {
  return decoderFromJSON(new JSONFields(json, "decoder"));
}

/** Decodes tokens to text. */
export function decode(decoder: Decoder, tokens: readonly string[]): string {
  return decodeTokens(decoder, tokens).join("");
}

/** The output after each token and at the end. */
export function fragments(decoder: Decoder, tokens: readonly string[]): string[] {
  const stream = decoder.stream();
  return [
    ...tokens.map((token) => taken((next) => stream.push(token, true, next))),
    taken((next) => stream.flush(next)),
  ];
}

function taken(feed: (next: FragmentSink) => void): string {
  let text = "";
  feed((fragment) => text += fragment);
  return text;
}

/** Fixed pseudo-random lists of tokens. */
export function* randomTokens(count: number): Generator<string[]> {
  const random = randomIntegers(7);
  const token = (): string => Array.from({ length: 1 + random(3) }, () => ATOMS[random(ATOMS.length)]).join("");
  for (let i = 0; i < count; i++) yield Array.from({ length: random(9) }, () => random(20) === 0 ? "" : token());
}

/** Tests what must hold for every decoder. */
export function decoderContract(name: string, decoder: Decoder): void {
  const test = (what: string, run: () => void): void => Deno.test(`${name}: ${what}`, run);

  test("a stream emits whole characters and resets at its end", () => {
    const stream = decoder.stream();
    for (const tokens of randomTokens(500)) {
      const pieces = [...tokens.map((token) => taken((next) => stream.push(token, true, next)))];
      pieces.push(taken((next) => stream.flush(next)));
      assertEquals(pieces, fragments(decoder, tokens));
      assert(pieces.every((piece) => piece.isWellFormed()), JSON.stringify([tokens, pieces]));
      assertEquals(pieces.join(""), decode(decoder, tokens));
    }
  });

  test("tokens pushed in fragments give the same result", () => {
    const random = randomIntegers(3);
    for (const tokens of randomTokens(500)) {
      assertEquals(decodeInFragments(decoder.stream(), tokens, random), decodeTokens(decoder, tokens));
    }
  });

  test("a JSON round trip gives the same decoder", () => {
    const json = JSON.stringify(decoder);
    const copy = read(JSON.parse(json));
    assertEquals(JSON.stringify(copy), json);
    for (const tokens of randomTokens(200)) assertEquals(decodeTokens(copy, tokens), decodeTokens(decoder, tokens));
  });
}

/** Decodes tokens that are pushed in fragments, split between characters. */
function decodeInFragments(
  stream: TokenStream,
  tokens: readonly string[],
  random: (bound: number) => number,
): string[] {
  const decoded: string[] = [];
  let open = "";
  const take: FragmentSink = (fragment, ends) => {
    open += fragment;
    if (!ends) return;
    decoded.push(open);
    open = "";
  };
  for (const token of tokens) {
    let fragment = "";
    for (const character of token) {
      fragment += character;
      if (random(2) === 0) continue;
      stream.push(fragment, false, take);
      fragment = "";
    }
    stream.push(fragment, true, take);
  }
  stream.flush(take);
  assertEquals(open, "", "a token that came out did not end");
  return decoded;
}
