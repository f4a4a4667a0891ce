// Compares exported models with PyTorch, and reads and writes the state dicts of random modules in both directions:
// `pytorch.ts [--python PYTHON] [--modules N]`. Prints a line for each fault, and the largest difference; exits with 1 if
// there is a fault, and with 0 and a message if PyTorch is absent.

import { decodePyTorch, encodePyTorch } from "../../src/formats/mod.ts";
import { pytorchFiles } from "../../tasks/mod.ts";
import { pytorchCases } from "./pytorch_cases.ts";

const SCRIPT = decodeURIComponent(new URL("pytorch.py", import.meta.url).pathname);

/** Returns the value of an option. */
function option(name: string, otherwise: string): string {
  const at = Deno.args.indexOf(name);
  return at < 0 ? otherwise : Deno.args[at + 1];
}

const python = option("--python", "python3");

/** Runs the script and returns whether it succeeded; it writes its own findings. */
async function runScript(...args: readonly string[]): Promise<boolean> {
  const { success } = await new Deno.Command(python, { args: [SCRIPT, ...args], stdout: "inherit", stderr: "inherit" })
    .output();
  return success;
}

/** Whether Python and PyTorch are there. */
async function hasPyTorch(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(python, { args: ["-c", "import torch"], stderr: "null" }).output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Exports every case and has PyTorch compute the same. */
async function compareModels(folder: string): Promise<boolean> {
  let count = 0;
  for (const { name, model, run } of pytorchCases()) {
    const directory = `${folder}/${count++}`;
    await Deno.mkdir(directory);
    const files = pytorchFiles(model);
    await Deno.writeFile(`${directory}/model.pt`, await new Blob([...files["model.pt"]] as BlobPart[]).bytes());
    await Deno.writeTextFile(`${directory}/model.py`, files["model.py"]);
    await Deno.writeTextFile(`${directory}/pass.json`, JSON.stringify({ name, ...run() }));
  }
  return await runScript("models", folder);
}

/** Reads what PyTorch wrote and writes it again for PyTorch to compare. */
async function compareStateDicts(folder: string, modules: string): Promise<boolean> {
  if (!await runScript("write", folder, modules)) return false;
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".pt")) continue;
    const { tensors } = await decodePyTorch(await Deno.readFile(`${folder}/${name}`), { source: name });
    await Deno.writeFile(`${folder}/${name.replace(".pt", ".back")}`, encodePyTorch(tensors.values()));
  }
  return await runScript("compare", folder);
}

if (!await hasPyTorch()) {
  console.log(`${python} has no PyTorch: nothing was compared`);
  Deno.exit(0);
}
const [models, states] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
let isEqual = false;
try {
  const results = [await compareModels(models), await compareStateDicts(states, option("--modules", "200"))];
  isEqual = results.every(Boolean);
} finally {
  for (const folder of [models, states]) await Deno.remove(folder, { recursive: true });
}
Deno.exit(isEqual ? 0 : 1);
