/**
 * Builds the npm package: `deno task pack [FILE.tgz]`. `deno pack` transpiles the modules and writes their types, but
 * has no options for a program, dependencies or the required runtime, so this script adds them to its package.json.
 * @module
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { BROWN_PACKAGE } from "../tasks/default_data/brown.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Starts the command line. Node.js 22 does not support `import.meta.main`. */
const PROGRAM = `#!/usr/bin/env node
import process from "node:process";
import { main } from "../cli/main.js";

process.exit(await main(process.argv.slice(2)));
`;

/** Fields of package.json that `deno pack` does not derive from deno.json. */
const FIELDS = {
  description:
    "Recurrent neural networks in TypeScript: language models, classifiers and translators that train anywhere",
  keywords: ["rnn", "lstm", "gru", "language-model", "tokenizer", "translation", "webassembly"],
  bin: { elman: "./bin/elman.js" },
  engines: { node: ">=22" },
  dependencies: { [BROWN_PACKAGE.name]: BROWN_PACKAGE.version },
  sideEffects: false,
};

/**
 * Writes the package to a file. Without source maps it takes a tenth of the time. Throws `RangeError` if `deno pack` or
 * `tar` fails.
 */
export async function pack(file: string, { sourceMaps = true } = {}): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    // To tar, the colon of a path such as C:\elman.tgz ends the name of another computer.
    const [packed, completed] = ["packed.tgz", "completed.tgz"];
    await run(
      Deno.execPath(),
      ["pack", "--allow-dirty", ...sourceMaps ? [] : ["--no-source-maps"], "--output", `${directory}/${packed}`],
      ROOT,
    );
    await run("tar", ["-xzf", packed], directory);
    await complete(`${directory}/package`);
    await run("tar", ["-czf", completed, "package"], directory);
    await Deno.copyFile(`${directory}/${completed}`, file);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Adds the program and the package.json fields to an unpacked package. */
async function complete(directory: string): Promise<void> {
  const path = `${directory}/package.json`;
  const fields = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, JSON.stringify({ ...fields, ...FIELDS }, null, 2) + "\n");
  await Deno.mkdir(`${directory}/bin`);
  await Deno.writeTextFile(`${directory}/bin/elman.js`, PROGRAM, { mode: 0o755 });
}

async function run(program: string, args: string[], cwd: string): Promise<void> {
  const { code, stderr } = await new Deno.Command(program, { args, cwd, env: { NO_COLOR: "1" } }).output();
  if (code === 0) return;
  throw new RangeError(`pack with ${program}: expected exit code 0, found ${code} ${new TextDecoder().decode(stderr)}`);
}

if (import.meta.main) {
  const file = resolve(Deno.env.get("INIT_CWD") ?? ".", Deno.args[0] ?? "elman.tgz");
  await pack(file);
  console.log(`Packed ${file}, ${(await Deno.stat(file)).size.toLocaleString("en")} bytes.`);
}
