import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Tokenizer, tokenizerFromJSON } from "@elman/elman/tokenizers";

/** Texts that are easy to get wrong, all well-formed Unicode; see {@linkcode BROKEN_TEXTS} for others. */
export const HARD_TEXTS: readonly string[] = [
  "",
  " ",
  "\n",
  "a",
  "to be or not to be",
  "two lines\nand the end of the second\n",
  "\n\nempty lines\n\n\nin between\n\n",
  "\r\nDOS\r\nlines\r\n",
  "  white \t space\u00a0of\u2003all\u3000kinds\u0085and\ufeffmore  ",
  "e\u0301 is not é, and a\u0308\u0323\u0302 has three marks",
  "family 👨‍👩‍👧‍👦, flag 🇩🇪, skin 👋🏽, variation ❤️",
  "漢字かな交じり文。한국어 中文",
  "שלום עולם مرحبا بالعالم",
  "\u0000\u0001\u001b[31m\u007f\u009f control",
  "\ufeffa byte order mark, \ufffd a replacement and \u{10ffff} the last code point",
  '<unk> <eos> </s> [UNK] __proto__ constructor "quoted\\" toString',
  "x".repeat(3000) + " ".repeat(10_000) + "𝒳".repeat(3000),
];

/** Texts with unpaired surrogates. */
export const BROKEN_TEXTS: readonly string[] = [
  "\ud83d",
  "a\udc00b",
  "\ude00\ud83d",
  "high \ud83d\ud83d\ude00 and low \ude00",
];

const ALL_TEXTS = [...HARD_TEXTS, ...BROKEN_TEXTS];

/** The settings that differ between tokenizers. */
export interface ContractOptions {
  /** The expected result of encoding and decoding a text. Default: the text itself. */
  canonical?: (text: string) => string;
  /** A text with symbols that the corpus lacks, and those symbols; omit it if no symbol is unknown. */
  unknown?: { text: string; symbols: string[] };
}

/** Tests what must hold for every tokenizer. `make` returns a tokenizer that knows every symbol of the corpus. */
export async function tokenizerContract(
  name: string,
  make: (corpus: string) => Tokenizer | Promise<Tokenizer>,
  { canonical = (text) => text, unknown }: ContractOptions = {},
): Promise<void> {
  const tokenizer = await make(ALL_TEXTS.join("\n"));
  const sequences = [...ALL_TEXTS.map((text) => [...tokenizer.encode(text)]), ...randomSequences(tokenizer.size)];
  const test = (what: string, run: () => void): void => Deno.test(`${name}: ${what}`, run);

  test("ids are integers below the size", () => {
    for (const text of ALL_TEXTS) {
      const ids = tokenizer.encode(text);
      assert(ids instanceof Int32Array);
      assert(ids.every((id) => id >= 0 && id < tokenizer.size), `an id of ${JSON.stringify(text)} is out of range`);
    }
    assertEquals(tokenizer.encode("").length, 0);
  });

  test("decoding restores the text", () => {
    for (const text of ALL_TEXTS) assertEquals(tokenizer.decode(tokenizer.encode(text)), canonical(text));
  });

  test("a decoded text encodes to the same ids", () => {
    for (const text of ALL_TEXTS) {
      const ids = tokenizer.encode(text);
      assertEquals(tokenizer.encode(tokenizer.decode(ids)), ids);
    }
  });

  test("a prompt's ids are a prefix of the text's ids and can be continued", () => {
    for (const text of ALL_TEXTS) {
      const prompt = tokenizer.encodePrompt(text);
      assertEquals(prompt, tokenizer.encode(text).slice(0, prompt.length));
    }
    const halves = [...tokenizer.encodePrompt("to be or"), ...tokenizer.encodePrompt(" not to be\n")];
    assertEquals(tokenizer.decode(halves), "to be or not to be\n");
  });

  test("a text cut at a boundary has the same ids", () => {
    for (const text of ALL_TEXTS) {
      const whole = tokenizer.encode(text);
      // Every position in the short texts, some in the long one.
      const step = Math.ceil(text.length / 97);
      for (let end = 1; end < text.length; end += step) {
        const cut = tokenizer.boundary(text.slice(0, end));
        assert(cut >= 0 && cut <= end);
        const ids = [...tokenizer.encodePrompt(text.slice(0, cut)), ...tokenizer.encode(text.slice(cut))];
        assertEquals(ids, [...whole], `cut at ${cut} of ${JSON.stringify(text.slice(0, 50))}`);
      }
    }
  });

  test("a text of short words can be cut near its end", () => {
    const text = "to be or not to be, ".repeat(20);
    for (let end = 10; end < text.length; end++) assert(tokenizer.boundary(text.slice(0, end)) > end - 5);
  });

  test("decoding takes any iterable", () => {
    const ids = tokenizer.encode("to be or not to be\n");
    assertEquals(tokenizer.decode([...ids]), tokenizer.decode(ids));
    assertEquals(tokenizer.decode(ids.values()), tokenizer.decode(ids));
    assertEquals(tokenizer.decode([]), "");
  });

  test("streaming gives the decoded text, in whole characters", () => {
    const decoder = tokenizer.decoder();
    for (const ids of sequences) {
      const pieces = Array.from(ids, (id) => decoder.push(id));
      pieces.push(decoder.flush());
      const text = tokenizer.decode(ids);
      assertEquals(pieces.join(""), text);
      if (text.isWellFormed()) {
        assert(pieces.every((piece) => piece.isWellFormed()), `split: ${JSON.stringify(pieces)}`);
      }
    }
  });

  test("decoders do not share state", () => {
    const [first, second] = [tokenizer.decoder(), tokenizer.decoder()];
    const ids = [...tokenizer.encode("漢字かな交じり文。한국어 中文")];
    const pieces = ids.map((id) => [first.push(id), second.push(id)]);
    assertEquals(pieces.map(([piece]) => piece), pieces.map(([, piece]) => piece));
  });

  test("an id out of range throws", () => {
    for (const id of [-1, tokenizer.size, 0.5, NaN, Infinity]) {
      const message = `expected 0 to ${tokenizer.size - 1}, found ${id}`;
      assertThrows(() => tokenizer.decode([0, id]), RangeError, message);
      assertThrows(() => tokenizer.decoder().push(id), RangeError, message);
    }
  });

  test("a JSON round trip gives the same tokenizer", () => {
    const json = JSON.stringify(tokenizer);
    const copy = tokenizerFromJSON(JSON.parse(json));
    assertEquals([copy.kind, copy.size, copy.unknownId], [tokenizer.kind, tokenizer.size, tokenizer.unknownId]);
    assertEquals(JSON.stringify(copy), json);
    for (const text of ALL_TEXTS) assertEquals(copy.encode(text), tokenizer.encode(text));
    for (const ids of sequences) assertEquals(copy.decode(ids), tokenizer.decode(ids));
  });

  test("its JSON has exactly the fields of Hugging Face's tokenizer.json", () => {
    const { version, model, ...rest } = tokenizer.toJSON() as Record<string, Record<string, unknown>>;
    assertEquals(version as unknown, "1.0");
    const tokens = Array.isArray(model.vocab) ? model.vocab.map((_, id) => id) : Object.values(model.vocab as object);
    const added = (rest.added_tokens as unknown as { id: number }[]).map(({ id }) => id);
    const ids = [...new Set([...tokens, ...added])].sort((a, b) => a - b);
    assertEquals(ids, Array.from({ length: tokenizer.size }, (_, i) => i));
    assertEquals(
      Object.keys(rest).sort(),
      ["added_tokens", "decoder", "normalizer", "padding", "post_processor", "pre_tokenizer", "truncation"],
    );
  });

  test("training on the same corpus gives the same tokenizer", async () => {
    assertEquals(JSON.stringify(await make(ALL_TEXTS.join("\n"))), JSON.stringify(tokenizer));
  });

  test("unknown symbols are listed, and encoded or rejected", () => {
    assertEquals(tokenizer.unknownSymbols(ALL_TEXTS.join("\n")), []);
    if (unknown === undefined) {
      assertEquals(tokenizer.unknownSymbols("ŧ ŋ"), []);
      return;
    }
    assertEquals(tokenizer.unknownSymbols(unknown.text), unknown.symbols);
    if (tokenizer.unknownId === undefined) {
      assertThrows(() => tokenizer.encode(unknown.text), RangeError, `among the ${tokenizer.size} known symbols`);
      assertThrows(() => tokenizer.encodePrompt(unknown.text), RangeError, JSON.stringify(unknown.symbols[0]));
    } else {
      assert(tokenizer.encode(unknown.text).includes(tokenizer.unknownId));
      assert(tokenizer.encodePrompt(unknown.text).includes(tokenizer.unknownId));
    }
  });
}

/** Fixed pseudo-random id sequences, such as an untrained model generates. */
function* randomSequences(size: number): Generator<number[]> {
  const random = randomIntegers(1);
  for (let length = 0; length < 200; length++) {
    yield Array.from({ length }, () => random(size));
  }
}

/** A generator of integers from 0 to `bound - 1`: Marsaglia's 32-bit xorshift. */
export function randomIntegers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}
