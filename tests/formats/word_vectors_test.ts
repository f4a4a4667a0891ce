import { gzipSync, zstdCompressSync } from "node:zlib";
import { assertEquals, assertRejects } from "@std/assert";
import { decodeWordVectors, readWordVectors, type ReadWordVectorsOptions } from "../../src/formats/mod.ts";
import { inTempDir } from "../support/command.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Splits bytes into chunks of `size`, so that chunks end within lines and characters. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.slice(start, start + size);
}

/** Encodes words in word2vec's binary format. */
function binary(words: readonly (readonly [string, readonly number[]])[], end = "", count = words.length): Uint8Array {
  const parts = words.flatMap(([word, values]) => [
    ...utf8(`${word} `),
    ...new Uint8Array(Float32Array.from(values).buffer),
    ...utf8(end),
  ]);
  return Uint8Array.from([...utf8(`${count} ${words[0][1].length}\n`), ...parts]);
}

const WORDS = [["cat", [0.5, -1]], ["süß", [1e-3, 2]], ["日", [3, 4.25]]] as const;
const EXPECTED = Float32Array.of(0.5, -1, 1e-3, 2, 3, 4.25);
const LINES = WORDS.map(([word, values]) => `${word} ${values.join(" ")}`);

const FILES = {
  "GloVe text": utf8(LINES.join("\n") + "\n"),
  "GloVe text, CRLF, no end": utf8(LINES.join("\r\n")),
  "GloVe text, byte-order mark": utf8("\ufeff" + LINES.join("\n")),
  "word2vec text, byte-order mark": utf8(`\ufeff3 2\n${LINES.join("\n")}\n`),
  "word2vec text": utf8(`3 2\n${LINES.join("\n")}\n`),
  "word2vec text, fastText's spaces": utf8(`3 2 \n${LINES.map((line) => line + " ").join("\n")}\n\n`),
  "word2vec text, tabs": utf8(`3\t2\n${LINES.map((line) => line.replaceAll(" ", "\t")).join("\n")}\n`),
  "word2vec binary": binary(WORDS),
  "word2vec binary, newlines": binary(WORDS, "\n"),
};

for (const [name, bytes] of Object.entries(FILES)) {
  Deno.test(`word vectors are read from ${name}, whole and in chunks of 1 to 7 bytes`, async () => {
    const sources = [bytes, ...[1, 2, 3, 4, 5, 6, 7].map((size) => pieces(bytes, size))];
    for (const source of sources) {
      const vectors = await decodeWordVectors(source);
      assertEquals(vectors, {
        width: 2,
        words: ["cat", "süß", "日"],
        values: EXPECTED,
        count: 3,
        duplicates: 0,
        format: name.split(",")[0] as typeof vectors.format,
      });
    }
  });
}

Deno.test("a word in a GloVe file may contain spaces or be a number", async () => {
  const { words, values } = await decodeWordVectors(utf8("cat 1 2\n. . . 3 4\n0.5 5 6\nat a@b.c 7 8\n"));
  assertEquals(words, ["cat", ". . .", "0.5", "at a@b.c"]);
  assertEquals([...values], [1, 2, 3, 4, 5, 6, 7, 8]);
});

Deno.test("only wanted words are kept, and only the first vector of a repeated word", async () => {
  const wanted = (word: string): boolean => word !== "b";
  for (const bytes of [utf8("a 1\nb 2\na 3\nc 4\n"), binary([["a", [1]], ["b", [2]], ["a", [3]], ["c", [4]]])]) {
    const { words, values, count, duplicates } = await decodeWordVectors(bytes, { wanted });
    assertEquals([words, [...values], count, duplicates], [["a", "c"], [1, 4], 4, 1]);
  }
});

Deno.test("decimals are rounded to the nearest float", async () => {
  const texts = ["0.1", "-1e-40", "3.4028235e38", ".5", "5.", "+7", "1E2"];
  const { values } = await decodeWordVectors(utf8(`w ${texts.join(" ")}\n`));
  assertEquals([...values], texts.map((text) => Math.fround(Number(text))));
});

Deno.test("errors in word vectors name the file and the line or word", async () => {
  const cases: [string | Uint8Array, string, ReadWordVectorsOptions?][] = [
    ["", "read word vectors: expected word vectors, found an empty file"],
    ["hello world\n", 'expected a word and its numbers on line 1, found "hello world"'],
    ["cat 1 2\ndog 1\n", "read f: expected 2 numbers on line 2, found 1", { source: "f" }],
    ["cat 1 2\ndog 1 2 3\n", "expected 2 numbers on line 2, found 3"],
    ["cat 1 2\ndog 1 2 3\n", "expected 2 numbers on line 2, found 3", { wanted: () => false }],
    ["cat 1 2\n\ndog 1 nan\n", 'expected finite numbers on line 3, found "nan"'],
    ["cat 1 NaN\n", 'expected finite numbers on line 1, found "NaN"'],
    ["cat 1 2\ndog 1e99 2\n", 'expected finite numbers on line 2, found "1e99"'],
    ["cat 1 2\ndog 1 x\n", 'expected finite numbers on line 2, found "x"'],
    ["2 2\ncat 1 2\n", "expected 2 vectors, as declared on line 1, found 1"],
    ["1 2\ncat 1 2\ndog 1 2\n", "expected 1 vectors, as declared on line 1, found 2"],
    ["1 0\ncat\n", "expected a width from 1 to 65536, found 0"],
    ["1 99999999\ncat 1\n", "expected a width from 1 to 65536, found 99999999"],
    [binary(WORDS).slice(0, -1), "expected 3 vectors, as declared on line 1, found 2"],
    [binary(WORDS, "\n", 2), "expected 2 vectors, as declared on line 1, found more"],
    [binary([["a", [1]], ["b", [NaN]]]), 'expected finite numbers for word 2, "b", found NaN'],
    [binary([["a", [Infinity]]]), 'expected finite numbers for word 1, "a", found Infinity'],
  ];
  for (const [content, message, options] of cases) {
    const bytes = typeof content === "string" ? utf8(content) : content;
    await assertRejects(() => decodeWordVectors(bytes, options), RangeError, message);
    await assertRejects(() => decodeWordVectors(pieces(bytes, 3), options), RangeError, message);
  }
});

Deno.test("readWordVectors reads a file by its path, and refuses a missing file and a directory", async () => {
  await inTempDir(async (directory) => {
    const path = `${directory}/vectors.txt`;
    await Deno.writeFile(path, FILES["GloVe text"]);
    assertEquals((await readWordVectors(path)).values, EXPECTED);
    await Deno.writeTextFile(path, "a 1\nb x\n");
    await assertRejects(() => readWordVectors(path), RangeError, `read ${path}: expected finite numbers on line 2`);
    await assertRejects(() => readWordVectors(path + "x"), RangeError, `read ${path}x: expected a file, found none`);
    await assertRejects(() => readWordVectors(directory), RangeError, "expected a file, found a directory");
  });
});

Deno.test("readWordVectors reads compressed files, and names damaged ones and UTF-16", async () => {
  await inTempDir(async (directory) => {
    const path = `${directory}/vectors.txt.gz`;
    const compressed = gzipSync(FILES["GloVe text"]);
    await Deno.writeFile(path, compressed);
    assertEquals((await readWordVectors(path)).values, EXPECTED);
    await Deno.writeFile(path, zstdCompressSync(FILES["word2vec binary"]));
    assertEquals((await readWordVectors(path)).values, EXPECTED);
    await Deno.writeFile(path, compressed.subarray(0, -9));
    await assertRejects(() => readWordVectors(path), RangeError, `read ${path}: expected whole gzip data, found `);
    await Deno.writeFile(path, Uint8Array.of(0xff, 0xfe, 0x61, 0));
    await assertRejects(() => readWordVectors(path), RangeError, "expected UTF-8 text, found a mark of UTF-16");
  });
});

Deno.test("a file without line ends is refused early, with the line, however it is chunked", async () => {
  let chunks = 0;
  /** A gigabyte without a line end. */
  async function* endless(size: number, start: string): AsyncGenerator<Uint8Array> {
    yield utf8(start);
    for (let sent = 0; sent < 2 ** 30; sent += size, chunks++) yield new Uint8Array(size).fill(0x61);
  }
  for (const size of [2 ** 8, 2 ** 16, 2 ** 20]) {
    for (const [start, place] of [["", "line 1"], ["cat 1 2\n", "line 2"], ["3 2\n\x01", "word 1"]]) {
      chunks = 0;
      const reading = () => decodeWordVectors(endless(size, start), { source: "f" });
      await assertRejects(reading, RangeError, `read f: expected at most 2,097,216 bytes in ${place}, found more`);
      assertEquals(chunks * size <= 2 ** 22, true, `${chunks} chunks of ${size} bytes`);
    }
  }
});
