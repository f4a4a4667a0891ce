import { assertEquals } from "@std/assert";
import { documentsOf, isDocuments } from "../../../tasks/language_modeling/document_ids.ts";
import { readPart, withoutEscapes } from "../../../tasks/language_modeling/text_parts.ts";
import { inTempDir } from "../../support/command.ts";

Deno.test("escapes stand for a line feed, a tab and a backslash, and all else for itself", () => {
  assertEquals(withoutEscapes(String.raw`a\nb\tc\\n\q\right\ `), "a\nb\tc\\n\\q\\right\\ ");
});

Deno.test("a separator of documents may be of either line end", async () => {
  await inTempDir(async (directory) => {
    const path = `${directory}/text.txt`;
    await Deno.writeTextFile(path, "one\r\n\r\ntwo\r\n");
    for (const documentSeparator of [String.raw`\n\n`, String.raw`\r\n\r\n`]) {
      const plan = { encoding: "utf-8", textColumn: null, documentSeparator, isDocuments: true };
      const { part } = await readPart({ files: [path], leftOut: [] }, plan);
      assertEquals(isDocuments(part) && Array.from(documentsOf(part).lengths), [3, 3], documentSeparator);
    }
  });
});
