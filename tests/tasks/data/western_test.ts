import { assertEquals, assertRejects } from "@std/assert";
import { openText, readLabelledTexts, readText } from "../../../tasks/data/mod.ts";
import { inTempDir } from "../../support/command.ts";
import { encoderOf } from "../../support/encoder.ts";

const ENGLISH = "1 the film is good and it’s never dull\n0 a café – in a bad part of town\n".repeat(9) +
  "1 an ordinary line of words\n".repeat(90);

const western = encoderOf("windows-1252");

/** Writes bytes to a file and calls `body` with its path. */
async function withFile<T>(bytes: Uint8Array<ArrayBuffer>, body: (path: string) => Promise<T>): Promise<T> {
  let result: T;
  await inTempDir(async (directory) => {
    await Deno.writeFile(`${directory}/text.txt`, bytes);
    result = await body(`${directory}/text.txt`);
  });
  return result!;
}

/** Asserts that bytes are refused although the encoding is left open. */
async function assertRefused(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  await withFile(bytes, (path) => assertRejects(() => readText(path, { encoding: "auto" }), RangeError, "UTF-8"));
}

Deno.test("an English text that is not UTF-8 is read as windows-1252 if the encoding is left open", async () => {
  const bytes = western(ENGLISH);
  assertEquals(await withFile(bytes, (path) => readText(path, { encoding: "auto" })), ENGLISH);
  for (const chunk of [8, 61]) {
    const text = await withFile(bytes, (path) => openText(path, { encoding: "auto", chunk }));
    assertEquals(text.length, ENGLISH.length);
  }
  await withFile(bytes, (path) => assertRejects(() => readText(path), RangeError, "--encoding windows-1252"));
});

Deno.test("UTF-8 stays UTF-8 if the encoding is left open", async () => {
  assertEquals(
    await withFile(new TextEncoder().encode(ENGLISH), (path) => readText(path, { encoding: "auto" })),
    ENGLISH,
  );
});

Deno.test("a text that may be something else than windows-1252 is refused", async () => {
  const utf8 = new TextEncoder().encode(ENGLISH);
  const damaged = Uint8Array.from([...utf8, 0xe9, 0x20, 0x0a]);
  await assertRefused(damaged);
  const cut = Uint8Array.from([...new TextEncoder().encode("1 an ordinary line of words\n".repeat(90)), 0xe2]);
  await assertRefused(cut);
  await assertRefused(encoderOf("windows-1251")("1 " + "привет, мир ".repeat(3) + "\n"));
  await assertRefused(encoderOf("windows-1251")("1 an ordinary line\n".repeat(99) + "0 привет, мир, как дела\n"));
  await assertRefused(western("1 déjà vu à l’été, naïveté\n".repeat(9)));
});

Deno.test("labeled texts name the encoding that was found, and none for UTF-8 or a given one", async () => {
  const encodingOf = (bytes: Uint8Array<ArrayBuffer>, encoding: string): Promise<string | undefined> =>
    withFile(bytes, async (path) => (await readLabelledTexts(path, { encoding })).encoding);
  assertEquals(await encodingOf(western(ENGLISH), "auto"), "windows-1252");
  assertEquals(await encodingOf(western(ENGLISH), "windows-1252"), undefined);
  assertEquals(await encodingOf(new TextEncoder().encode(ENGLISH), "auto"), undefined);
});
