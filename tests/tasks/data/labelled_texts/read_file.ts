import { assertEquals, assertRejects } from "@std/assert";
import { type LabelledTexts, readLabelledTexts, type ReadOptions } from "../../../../tasks/data/mod.ts";
import { inTempDir } from "../../../support/command.ts";

/** Reads a temporary file with a name and content. */
export async function read(name: string, content: string | Uint8Array, options?: ReadOptions): Promise<LabelledTexts> {
  let found: LabelledTexts | undefined;
  await inTempDir(async (directory) => {
    const path = `${directory}/${name}`;
    await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    found = await readLabelledTexts(path, options).catch((error) => {
      error.message = error.message.replace(path, name);
      throw error;
    });
  });
  return found!;
}

/** The rows as pairs. */
export function pairs({ texts }: LabelledTexts): string[][] {
  return texts.map(({ text, label }) => [text, label]);
}

/** Asserts that reading a file fails with one message that names the file. */
export async function refuse(
  name: string,
  content: string | Uint8Array,
  message: string,
  options?: ReadOptions,
): Promise<void> {
  const error = await assertRejects(() => read(name, content, options), Error, message) as Error;
  assertEquals(error instanceof RangeError || error instanceof SyntaxError, true);
  assertEquals(error.message.startsWith(`read ${name}: expected `), true, error.message);
}
