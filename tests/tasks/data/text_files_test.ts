import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openText } from "../../../tasks/data/mod.ts";
import { inTempDir } from "../../support/command.ts";

/** The whole text of a file, in chunks of the usual size or another. */
async function readText(path: string, chunk?: number): Promise<string> {
  const text = await openText(path, { chunk });
  return text.slice(0, text.length);
}

/** Asserts that a file of these bytes is refused with this message, after `read FILE: `. */
async function assertRefused(bytes: readonly number[], message: string): Promise<void> {
  await inTempDir(async (directory) => {
    const path = `${directory}/text.txt`;
    await Deno.writeFile(path, Uint8Array.from(bytes));
    for (const chunk of [4, 5, undefined]) {
      const error = await assertRejects(() => readText(path, chunk), RangeError);
      assertEquals(error.message.replace(/; .*$/, ""), `read ${path}: ${message}`);
    }
  });
}

/** "ab", then these bytes. */
function afterText(...bytes: number[]): number[] {
  return [0x61, 0x62, ...bytes];
}

Deno.test("a text is read without its byte-order mark, and its lines end with a line feed", async () => {
  await inTempDir(async (directory) => {
    const path = `${directory}/text.txt`;
    for (const text of ["a", "line\r\nline\n", "line\rline\r\r\n\n", "é€😀\u0000\ufffd", "x\ufeffy"]) {
      const expected = text.replaceAll(/\r\n?/g, "\n");
      for (const mark of ["", "\ufeff"]) {
        await Deno.writeTextFile(path, mark + text);
        assertEquals(await readText(path), expected);
      }
    }
  });
});

Deno.test("missing and empty files and directories are refused by name", async () => {
  await assertRefused([], "expected some text, found an empty file");
  await assertRefused([0xef, 0xbb, 0xbf], "expected some text, found only a byte-order mark");
  await inTempDir(async (directory) => {
    const refused = async (path: string, message: string): Promise<void> => {
      const error = await assertRejects(() => readText(path), RangeError);
      assertEquals(error.message, `read ${path}: ${message}`);
    };
    await refused(`${directory}/none`, "expected a file, found none");
    await refused(directory, "expected a file, found a directory");
  });
});

Deno.test("invalid UTF-8 is refused with its first invalid byte and the offset", async () => {
  const invalid = [
    [0x80], // no first byte
    [0xe9, 0x63], // Latin 1
    [0xc1, 0xbf], // overlong
    [0xe0, 0x9f, 0x80],
    [0xf0, 0x8f, 0x80, 0x80],
    [0xed, 0xa0, 0x80], // a surrogate
    [0xf4, 0x90, 0x80, 0x80], // above U+10FFFF
    [0xff],
    [0xe2, 0x82], // truncated
    [0xf0, 0x9f, 0x98],
    [0xe2, 0x82, 0x41],
  ];
  for (const bytes of invalid) {
    const found = `0x${bytes[0].toString(16)}`;
    await assertRefused(afterText(...bytes), `expected UTF-8 text, found ${found} at byte 2 on line 1`);
    await assertRefused(
      afterText(0xf0, 0x9f, 0x98, 0x80, 0x0d, 0x0a, ...bytes),
      `expected UTF-8 text, found ${found} at byte 8 on line 2`,
    );
  }
});

Deno.test("every character is valid, and every changed byte is as valid as TextDecoder considers it", async () => {
  const text = "\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}";
  const bytes = new TextEncoder().encode(text);
  let refused = 0;
  await inTempDir(async (directory) => {
    const path = `${directory}/text.txt`;
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.slice();
      changed[i] ^= 0xc0;
      await Deno.writeFile(path, changed);
      const expected = new TextDecoder().decode(changed);
      // The decoder replaces the first invalid byte with U+FFFD.
      const mark = expected.indexOf("\ufffd");
      if (mark < 0) {
        for (const chunk of [4, 7, undefined]) assertEquals(await readText(path, chunk), expected);
        continue;
      }
      refused++;
      const place = new TextEncoder().encode(expected.slice(0, mark)).length;
      const error = await assertRejects(() => readText(path, 4 + i % 7), RangeError);
      assert(error.message.includes(`at byte ${place} on line 1`), `${error.message}; expected ${place}`);
    }
  });
  assert(refused >= bytes.length / 2);
});

Deno.test("any slice of a file equals that of the string, whatever the chunk size", async () => {
  await inTempDir(async (directory) => {
    const path = `${directory}/text.txt`;
    const text = "aé€😀\ufeff\n\u0000".repeat(5) + "😀".repeat(9) + "end";
    for (const mark of ["", "\ufeff"]) {
      await Deno.writeTextFile(path, mark + text);
      for (const chunk of [4, 5, 6, 7, 16, 64, 1000]) {
        const file = await openText(path, { chunk });
        assertEquals(file.length, text.length);
        for (let start = 0; start <= text.length; start++) {
          for (let end = start; end <= text.length; end += 5) {
            assertEquals(file.slice(start, end), text.slice(start, end), `${start} to ${end} in chunks of ${chunk}`);
          }
        }
      }
    }
  });
});

Deno.test("a file that changes while it is read is refused", async () => {
  await inTempDir(async (directory) => {
    const path = `${directory}/text.txt`;
    for (const change of [() => Deno.truncate(path, 30), () => Deno.utime(path, 1e9, 1e9)]) {
      await Deno.writeTextFile(path, "0123456789".repeat(5));
      const file = await openText(path, { chunk: 10 });
      assertEquals(file.slice(8, 12), "8901");
      await change();
      assertThrows(() => file.slice(20, 30), RangeError, `read ${path}: expected the file to stay the same`);
    }
  });
});

Deno.test("a pipe is read like a file", { ignore: Deno.build.os === "windows" }, async () => {
  await inTempDir(async (directory) => {
    const path = `${directory}/pipe`;
    assert((await new Deno.Command("mkfifo", { args: [path] }).output()).success);
    const script = 'printf "\\357\\273\\277one two" > "$0"';
    const writer = new Deno.Command("sh", { args: ["-c", script, path] }).spawn();
    assertEquals(await readText(path, 4), "one two");
    assert((await writer.status).success);
  });
});
