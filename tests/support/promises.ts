import { assertStringIncludes } from "@std/assert";

const PAGE = new URL("../../docs/guarantees.md", import.meta.url);

/** Asserts that docs/guarantees.md says something about the tests, wherever its lines break. */
export async function assertPromised(words: string): Promise<void> {
  assertStringIncludes((await Deno.readTextFile(PAGE)).replaceAll(/\s+/g, " "), words);
}
