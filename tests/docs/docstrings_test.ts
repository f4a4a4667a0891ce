import { assertEquals } from "@std/assert";
import { docstringsOf, examplesOf, ROOT, testExamples } from "./examples.ts";

/** Lists the modules in a folder and its subfolders, from the repository's root, apart from sources of the kernels. */
function modulesBelow(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return name === "assembly" ? [] : modulesBelow(`${folder}${name}/`);
    return name.endsWith(".ts") ? [folder + name] : [];
  }).sort();
}

const FOLDERS = ["src/", "tokenizers/", "tasks/", "cli/"];

Deno.test("docstringsOf keeps the lines of docstrings", () => {
  const code = "const a = 1;\n/**\n * Adds.\n * ```ts\n * add(/x/);\n * ```\n */\nexport {};\n";
  assertEquals(docstringsOf(code), "\n\nAdds.\n```ts\nadd(/x/);\n```\n\n\n");
  assertEquals(examplesOf("a.ts", docstringsOf(code)).map(({ line, code }) => [line, code]), [[5, "add(/x/);\n"]]);
});

await testExamples(["mod.ts", "errors.ts", ...FOLDERS.flatMap(modulesBelow)]);
