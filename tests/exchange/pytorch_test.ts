// What exported models compute in PyTorch, and state dicts that go to PyTorch and back. Needs a Python with PyTorch,
// 1.13 or later: the one that the environment variable PYTHON names, or python3. Skipped where there is none.

import { assertEquals } from "@std/assert";
import { decodePyTorch, encodePyTorch } from "../../src/formats/mod.ts";
import { pytorchFiles } from "../../tasks/exchange/mod.ts";
import { pytorchCases } from "./pytorch_cases.ts";

const SCRIPT = decodeURIComponent(new URL("pytorch.py", import.meta.url).pathname);
const PYTHON = Deno.env.get("PYTHON") ?? "python3";

/** Number of random modules. */
const MODULES = "200";

/** Runs Python and returns what it printed, whether it succeeded or not; undefined if it is absent. */
function python(...args: readonly string[]): { success: boolean; text: string } | undefined {
  try {
    const { success, stdout, stderr } = new Deno.Command(PYTHON, { args: [...args] }).outputSync();
    return { success, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Runs a part of the script, which must succeed. */
function expectPart(...args: readonly string[]): void {
  const found = python(SCRIPT, ...args);
  console.log(found?.text.trim());
  assertEquals(found?.success, true);
}

const ignore = !python("-c", "import torch")?.success;

Deno.test({ name: "PyTorch computes the outputs of exported models within 1e-5", ignore }, async () => {
  const folder = await Deno.makeTempDir();
  try {
    let count = 0;
    for (const { name, model, run } of pytorchCases()) {
      const directory = `${folder}/${count++}`;
      await Deno.mkdir(directory);
      for (const file of pytorchFiles(model)) await Deno.writeFile(`${directory}/${file.name}`, await file.bytes());
      await Deno.writeTextFile(`${directory}/pass.json`, JSON.stringify({ name, ...run() }));
    }
    expectPart("models", folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({ name: "200 random state dicts go to PyTorch and back bit for bit", ignore }, async () => {
  const folder = await Deno.makeTempDir();
  try {
    expectPart("write", folder, MODULES);
    for await (const { name } of Deno.readDir(folder)) {
      const { tensors } = await decodePyTorch(await Deno.readFile(`${folder}/${name}`), { source: name });
      await Deno.writeFile(`${folder}/${name.replace(".pt", ".back")}`, encodePyTorch(tensors.values()));
    }
    expectPart("compare", folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
