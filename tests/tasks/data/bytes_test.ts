import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import process from "node:process";
import zlib from "node:zlib";
import { exists, readBytes } from "../../../tasks/data/mod.ts";
import { readTokenizer } from "../../../tasks/processors/tokenizer_file.ts";
import { decompress } from "../../../src/formats/compression.ts";
import { inTempDir } from "../../support/command.ts";

const compressed = {
  gzip: new Uint8Array(zlib.gzipSync(new Uint8Array(2 ** 20))),
  zstd: new Uint8Array(zlib.zstdCompressSync(new Uint8Array(2 ** 20))),
};

for (const [format, bytes] of Object.entries(compressed)) {
  Deno.test(`${format} data that becomes larger than allowed is refused`, () => {
    assertEquals(decompress(bytes, "read a", 2 ** 20).length, 2 ** 20);
    const { message } = assertThrows(() => decompress(bytes, "read a", 2 ** 20 - 1), RangeError);
    assertEquals(message, "read a: expected at most 1048575 decompressed bytes, found more");
  });

  Deno.test(`${format} data may be 1 GiB by default, and larger data is to be decompressed first`, () => {
    const limits: unknown[] = [];
    const decode = (_: Uint8Array, options: { maxOutputLength: number }): never => {
      limits.push(options.maxOutputLength);
      throw Object.assign(new RangeError("too large"), { code: "ERR_BUFFER_TOO_LARGE" });
    };
    const { getBuiltinModule } = process;
    process.getBuiltinModule = () => ({ gunzipSync: decode, zstdDecompressSync: decode });
    try {
      const { message } = assertThrows(() => decompress(bytes, "read a"), RangeError);
      assertEquals(limits, [2 ** 30]);
      assert(message.endsWith("; decompress the file first, since plain files are read in parts"), message);
    } finally {
      process.getBuiltinModule = getBuiltinModule;
    }
  });
}

Deno.test("a maximum holds for plain and for compressed bytes", async () => {
  await inTempDir(async (directory) => {
    const [plain, small] = [`${directory}/plain`, `${directory}/small.gz`];
    await Deno.writeFile(plain, new Uint8Array(10));
    await Deno.writeFile(small, compressed.gzip);
    assertEquals((await readBytes(plain, { maxBytes: 10 })).length, 10);
    const message = `read ${plain}: expected at most 9 bytes, found 10`;
    assertEquals((await assertRejects(() => readBytes(plain, { maxBytes: 9 }), RangeError)).message, message);
    assertEquals((await readBytes(small, { maxBytes: 2 ** 20 })).length, 2 ** 20);
    const words = `read ${small}: expected at most 10000 decompressed bytes`;
    await assertRejects(() => readBytes(small, { maxBytes: 10_000 }), RangeError, words);
  });
});

Deno.test("a tokenizer file of gigabytes, a pipe and a device are refused unread", async () => {
  await inTempDir(async (directory) => {
    for (const name of ["tokenizer.json", "a.model", "cl100k_base.tiktoken", "vocab.txt", "vocab.json"]) {
      const path = `${directory}/${name}`;
      await Deno.writeTextFile(path, "");
      await Deno.truncate(path, 20 * 2 ** 30);
      const words = `read ${path}: expected at most 268435456 bytes, found 21474836480`;
      assertEquals((await assertRejects(() => readTokenizer(path), RangeError)).message, words);
    }
    const pipe = `${directory}/pipe`;
    assert((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success);
    const cases = [[pipe, "a pipe"], ["/dev/zero", "a device"]];
    for (const [path, found] of cases) {
      const { message } = await assertRejects(() => readTokenizer(path), RangeError);
      assertEquals(message, `read ${path}: expected a file, found ${found}`);
    }
  });
});

Deno.test("the merges beside a vocabulary have the same maximum", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/vocab.json`, "{}");
    await Deno.writeTextFile(`${directory}/merges.txt`, "");
    await Deno.truncate(`${directory}/merges.txt`, 20 * 2 ** 30);
    const words = "merges.txt: expected at most 268435456 bytes";
    await assertRejects(() => readTokenizer(`${directory}/vocab.json`), RangeError, words);
  });
});

Deno.test("a path does not exist if nothing is there, and not if the system refuses to tell", async () => {
  await inTempDir(async (directory) => {
    const file = `${directory}/file`;
    await Deno.writeTextFile(file, "");
    assertEquals([await exists(file), await exists(`${directory}/none`), await exists(`${file}/none`)], [
      true,
      false,
      false,
    ]);
    const long = "x".repeat(300);
    const { message } = await assertRejects(() => exists(long), RangeError);
    assertEquals(message, `read ${long}: ENAMETOOLONG: name too long; choose a shorter name`);
    const unread = await assertRejects(() => readBytes(long), RangeError);
    assertEquals(
      unread.message,
      `read ${long}: expected a readable file, found ENAMETOOLONG: name too long; choose a shorter name`,
    );
  });
});

Deno.test({
  name: "a path without permission is one line that names it once",
  permissions: { read: false },
  fn: async () => {
    const { message } = await assertRejects(() => exists("a.txt"), RangeError);
    assertEquals(message, "read a.txt: Requires read access, run again with the --allow-read flag");
  },
});
