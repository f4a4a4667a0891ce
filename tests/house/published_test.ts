import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

/** Finds the files of a published version. */
async function findFiles(): Promise<string[]> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty", "--no-check"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assertEquals(code, 0, said);
  return [...said.matchAll(/^ *(file:\S+) \([\d.]+\w+\)$/gm)].map(([, url]) => url.slice(ROOT.href.length));
}

let found: Promise<readonly string[]> | undefined;

/** Lists the files of a published version, by paths from the repository's root. */
async function publishedFiles(): Promise<readonly string[]> {
  return await (found ??= findFiles());
}

Deno.test("the published files are the library, the command line and their metadata", async () => {
  const files = await publishedFiles();
  const texts = files.filter((path) => !path.endsWith(".ts"));
  assertEquals(texts.sort(), ["LICENSE", "README.md", "deno.json"]);
  const modules = files.filter((path) => path.endsWith(".ts"));
  assertEquals(modules.filter((path) => !/^(?:src|tokenizers|tasks|cli)\/|^(?:mod|errors)\.ts$/.test(path)), []);
  assertEquals(modules.filter((path) => /^src\/kernels\/(?:assembly|build)/.test(path)), []);
  for (const path of ["mod.ts", "cli/main.ts", "src/kernels/artefacts/plain.ts", "tokenizers/mod.ts"]) {
    assert(modules.includes(path), path);
  }
  for (const path of modules) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    assertEquals(/\bfrom "@std\/|deno-std/.test(text.replaceAll(/^ *\*.*$/gm, "")), false, path);
  }
});

Deno.test("every export in deno.json is published", async () => {
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const files = await publishedFiles();
  for (const path of Object.values<string>(exports)) assert(files.includes(path.slice(2)), path);
});
