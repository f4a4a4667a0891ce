import { assert, assertEquals } from "@std/assert";
import { guessEncodings } from "../../../tasks/data/guess_encoding.ts";
import { encoderOf } from "../../support/encoder.ts";
import { SAMPLES } from "./encoding_sentences.ts";

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
  assertEquals(wrong, ["Lithuanian in windows-1257"]);
  const [first, both] = [found.filter(([first]) => first), found.filter(({ length }) => length === 2)];
  assert(first.length >= 0.98 * cases.length, `${first.length} of ${cases.length}`);
  assert(both.length <= 0.12 * cases.length, `${both.length} of ${cases.length} have two names`);
});

Deno.test("two encodings are named if both are about as likely, and none for bytes that are no text", () => {
  const line = "Vaikas miega, todėl kalbėkite tyliau.\n";
  assertEquals(guessEncodings(encoderOf("windows-1257")(line)), ["windows-1252", "windows-1257"]);
  const noise = Uint8Array.from({ length: 4000 }, (_, i) => (i * i * 31 + (i >> 3) * 17) & 0xff);
  assertEquals(guessEncodings(noise), []);
});
