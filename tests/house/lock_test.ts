import { assert, assertEquals } from "@std/assert";
import { BROWN_PACKAGE } from "../../tasks/default_data/brown.ts";

const ROOT = new URL("../../", import.meta.url);

/** A lock file. */
interface Lock {
  readonly specifiers: Readonly<Record<string, string>>;
  readonly npm: Readonly<Record<string, { readonly integrity: string }>>;
}

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(path, ROOT));
}

/** The names of the packages that a module imports from npm, directly or not. */
async function importsOfModule(path: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-lock", path],
    cwd: ROOT,
  }).output();
  const { npmPackages } = JSON.parse(new TextDecoder().decode(stdout));
  return Object.values<{ name: string }>(npmPackages).map(({ name }) => name);
}

Deno.test("the lock file has a hash for every package and names no host", async () => {
  const text = await read("tools/deno.lock");
  assertEquals(text.match(/https?:|:\/\/|tarball/g), null);
  const { npm, specifiers }: Lock = JSON.parse(text);
  for (const [name, { integrity }] of Object.entries(npm)) assert(integrity?.startsWith("sha512-"), name);
  for (const name of ["assemblyscript", "deno-std", "tokenizers"]) {
    assert(Object.keys(specifiers).some((specifier) => specifier.startsWith(`npm:${name}@`)), name);
  }
  assertEquals(specifiers[`npm:${BROWN_PACKAGE.name}@${BROWN_PACKAGE.version}`], BROWN_PACKAGE.version);
});

Deno.test("the task that records the packages reads a module that imports each of them, or names the package", async () => {
  const { specifiers }: Lock = JSON.parse(await read("tools/deno.lock"));
  const { tasks } = JSON.parse(await read("deno.json"));
  const sources: string[] = tasks.lock.command.split(" ").filter((word: string) => /\.ts$|^npm:/.test(word));
  const modules = sources.filter((source) => source.endsWith(".ts"));
  const imported = new Set((await Promise.all(modules.map(importsOfModule))).flat());
  for (const specifier of Object.keys(specifiers)) {
    const [, name] = /^\w+:(@?[^@]+)@/.exec(specifier)!;
    assert(imported.has(name) || sources.some((source) => source.startsWith(specifier)), name);
  }
});

Deno.test("the page of dependencies names every package of the lock file that is imported", async () => {
  const { specifiers }: Lock = JSON.parse(await read("tools/deno.lock"));
  const page = await read("docs/dependencies.md");
  for (const specifier of Object.keys(specifiers)) {
    const [, name] = /^\w+:(@?[^@]+)@/.exec(specifier)!;
    assert(page.includes(`\`${name}\``), name);
  }
});

Deno.test("the command line imports nothing from npm", async () => {
  assertEquals(await importsOfModule("cli/main.ts"), []);
});

Deno.test("every other task that runs packages compares them with the lock file", async () => {
  const { tasks } = JSON.parse(await read("deno.json"));
  const frozen = "--lock=tools/deno.lock --frozen ";
  for (const [name, { command }] of Object.entries<{ command: string }>(tasks)) {
    const module = /^deno run .*?([\w/]+\.ts)(?: |$)/.exec(command)?.[1];
    if (module === undefined || module === "cli/main.ts" || command.includes(frozen)) continue;
    assertEquals(await importsOfModule(module), [], name);
  }
  for (const name of ["test", "bench"]) assert(tasks[name].command.includes(frozen), name);
});
