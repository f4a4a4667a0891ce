import { assert, assertEquals } from "@std/assert";
import { guessEncodings } from "../../../tasks/data/guess_encoding.ts";
import { encoderOf } from "../../support/encoder.ts";
import { ENGLISH, SAMPLES, WORDS } from "./encoding_sentences.ts";

/** Windows-1258 has letters with circumflex, breve and horn, and combining tone marks. */
function vietnamese(line: string): string {
  const parts = line.normalize("NFD").replaceAll(/([a-z])(\u0323?)([\u0302\u0306\u031b])/gi, "$1$3$2");
  return parts.replaceAll(/[a-z][\u0302\u0306\u031b]/gi, (letter) => letter.normalize("NFC"));
}

/** Texts of 1, 5 and 100 lines in all encodings, as bytes. */
function casesOf(lines: 1 | 5 | 100): { name: string; text: string; bytes: Uint8Array }[] {
  return Object.entries(SAMPLES).flatMap(([language, { encodings, lines: all }]) =>
    encodings.flatMap((encoding) => {
      const encode = encoderOf(encoding);
      const own = language === "Vietnamese" ? all.map(vietnamese) : all;
      const texts = lines === 1 ? own.map((line) => line + "\n") : [(own.join("\n") + "\n").repeat(lines / 5)];
      return texts.map((text) => ({ name: `${language} in ${encoding}`, text, bytes: encode(text) }));
    })
  ).filter(({ bytes }) => bytes.some((byte) => byte >= 0x80));
}

const reads = (name: string, bytes: Uint8Array, text: string): boolean => new TextDecoder(name).decode(bytes) === text;

for (const lines of [5, 100] as const) {
  Deno.test(`the likely encoding of ${lines} lines reads them as they were written`, () => {
    for (const { name, text, bytes } of casesOf(lines)) {
      const guesses = guessEncodings(bytes);
      assert(guesses.length > 0 && reads(guesses[0], bytes, text), `${name}: ${guesses}`);
    }
  });
}

Deno.test("the likely encodings of a single line nearly always read it as it was written", () => {
  const cases = casesOf(1);
  const found = cases.map(({ text, bytes }) => guessEncodings(bytes).map((name) => reads(name, bytes, text)));
  const wrong = cases.filter((_, i) => !found[i].includes(true)).map(({ name }) => name);
  assertEquals(wrong, ["Lithuanian in windows-1257", "Lithuanian in windows-1257"]);
  const [first, both] = [found.filter(([first]) => first), found.filter(({ length }) => length === 2)];
  assert(first.length >= 0.98 * cases.length, `${first.length} of ${cases.length}`);
  assert(both.length <= 0.1 * cases.length, `${both.length} of ${cases.length} have two names`);
});

Deno.test("English texts with typographic signs are windows-1252, in a line and in a long text", () => {
  const encode = encoderOf("windows-1252");
  for (const text of [...ENGLISH, ENGLISH.join("\n")]) {
    for (const bytes of [encode(text), encode(`${text}\n`.repeat(100))]) {
      assertEquals(guessEncodings(bytes)[0], "windows-1252", text);
    }
  }
});

Deno.test("a strange word in a long English text does not make it another encoding", () => {
  const lines = "How many films did the man in the old house see ?\n".repeat(200);
  for (const word of ["sisterðcity", "Þór", "Ångström"]) {
    assertEquals(guessEncodings(encoderOf("windows-1252")(lines + word + "\n" + lines)), ["windows-1252"], word);
  }
});

Deno.test("a single word or sign of a Western language is windows-1252", () => {
  const encode = encoderOf("windows-1252");
  for (const word of WORDS) assertEquals(guessEncodings(encode(word)), ["windows-1252"], word);
});

Deno.test("a word of letters of another script is enough for its encoding", () => {
  assertEquals(guessEncodings(encoderOf("windows-1251")("Привет"))[0], "windows-1251");
  assertEquals(guessEncodings(encoderOf("koi8-r")("привет"))[0], "koi8-r");
  assertEquals(guessEncodings(encoderOf("windows-1253")("και"))[0], "windows-1253");
  assertEquals(guessEncodings(encoderOf("gb18030")("你好"))[0], "gb18030");
});

Deno.test("no encoding is named for German and French in the code pages of DOS, which TextDecoder lacks", () => {
  const codes: Record<string, number> = { ü: 0x81, ä: 0x84, ö: 0x94, ß: 0xe1, Ü: 0x9a, Ä: 0x8e, Ö: 0x99 };
  Object.assign(codes, { é: 0x82, à: 0x85, è: 0x8a, ç: 0x87, ê: 0x88, ô: 0x93, ù: 0x97, â: 0x83 });
  Object.assign(codes, { ë: 0x89, û: 0x96, î: 0x8c, œ: 0x6f });
  const lines = [...SAMPLES.German.lines, ...SAMPLES.French.lines];
  for (const line of [...lines, SAMPLES.German.lines.join("\n")]) {
    const bytes = Uint8Array.from([...line], (letter) => codes[letter] ?? letter.charCodeAt(0));
    assertEquals(guessEncodings(bytes), [], line);
  }
});

Deno.test("two encodings are named if both are about as likely, and none for bytes that are no text", () => {
  const line = "Efter middagen gick vi över gatan för att köpa bröd.\n";
  assertEquals(guessEncodings(encoderOf("macintosh")(line)), ["windows-1250", "macintosh"]);
  const noise = Uint8Array.from({ length: 4000 }, (_, i) => (i * i * 31 + (i >> 3) * 17) & 0xff);
  assertEquals(guessEncodings(noise), []);
});
