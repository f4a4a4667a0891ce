import { assertEquals, assertRejects } from "@std/assert";
import { type ParallelFiles, readParallelTexts } from "../../../tasks/data/mod.ts";
import { inTempDir } from "../../support/command.ts";

/** Reads temporary files with these contents. */
async function read(contents: Record<string, string | Uint8Array<ArrayBuffer>>): Promise<string[][]> {
  let found: string[][] = [];
  await inTempDir(async (directory) => {
    for (const [name, content] of Object.entries(contents)) {
      await Deno.writeFile(
        `${directory}/${name}`,
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
    }
    const at = (name: string): string => `${directory}/${name}`;
    const files: ParallelFiles = "pairs" in contents
      ? { pairs: at("pairs") }
      : { source: at("source"), target: at("target") };
    const { pairs } = await readParallelTexts(files).catch((error) => {
      error.message = error.message.replaceAll(`${directory}/`, "");
      throw error;
    });
    found = pairs.map(({ source, target }) => [source, target]);
  });
  return found;
}

Deno.test("matching lines of two files form pairs, even empty lines", async () => {
  const expected = [["a b", "x"], ["", "y"], ["c", ""], ["d", "z"]];
  assertEquals(await read({ source: "a b\n\nc\nd\n", target: "x\ny\n\nz\n" }), expected);
  assertEquals(await read({ source: "a b\r\n\r\nc\r\nd", target: "x\ny\n\nz" }), expected);
});

Deno.test("a tab separates the sides of a pair", async () => {
  assertEquals(await read({ pairs: "a b\tx y\n\ty\nc\t\n" }), [["a b", "x y"], ["", "y"], ["c", ""]]);
});

Deno.test("lines that are not pairs are refused with file and line number", async () => {
  const refuse = async (contents: Record<string, string | Uint8Array<ArrayBuffer>>, words: string): Promise<void> => {
    await assertRejects(() => read(contents), RangeError, words);
  };
  await refuse(
    { source: "a\nb\n", target: "x\n" },
    "read source and target: expected the same number of lines in both, found 2 and 1",
  );
  await refuse({ pairs: "a\tb\nc d\n" }, "read pairs: expected one tab between two sentences on line 2, found none");
  await refuse({ pairs: "a\tb\tc\n" }, "read pairs: expected one tab between two sentences on line 1, found 2");
  await refuse({ source: "", target: "x\n" }, "read source: expected some text, found an empty file");
  await refuse({ source: Uint8Array.of(0xff, 0x0a), target: "x\n" }, "read source: expected UTF-8 text");
  await refuse({ target: "x\n" }, "source");
});
