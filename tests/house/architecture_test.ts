import { assert, assertEquals } from "@std/assert";
import {
  bareErrors,
  importCircles,
  importsOf,
  longFiles,
  machineBound,
  reachable,
  type SourceFile,
  undescribedFolders,
  unportable,
  wrongConfiguration,
  wrongImports,
} from "./architecture.ts";

const ROOT = new URL("../../", import.meta.url);
/** Paths of third-party and generated files. */
const SKIPPED = [".git", "node_modules", "models", "coverage", "src/kernels/artefacts", "tests/goldens"];
const TEXT = /\.(?:ts|mjs|md|py|json)$|^\.ci\/run$/;

function read(folder = ""): SourceFile[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) => {
    const path = folder + name;
    if (SKIPPED.includes(path)) return [];
    if (isDirectory) return read(`${path}/`);
    return TEXT.test(path) ? [{ path, text: Deno.readTextFileSync(new URL(path, ROOT)) }] : [];
  });
}

const everything = read();
const modules = everything.filter(({ path }) => path.endsWith(".ts"));
const product = modules.filter(({ path }) => /^(?:src|tokenizers|tasks|cli)\/|^mod\.ts$/.test(path));

Deno.test("imports follow the layering", () => {
  assert(product.length > 80);
  assert(product.flatMap(({ text }) => importsOf(text)).length > 200);
  assertEquals(wrongImports(product), []);
});

Deno.test("imports have no cycles", () => {
  assertEquals(importCircles(product), []);
});

Deno.test("everything that mod.ts imports runs outside Deno and is independent of the command line", () => {
  const library = reachable(product, "mod.ts");
  const paths = library.map(({ path }) => path);
  for (const path of ["src/kernels/mod.ts", "src/train/best.ts", "tokenizers/char.ts"]) {
    assert(paths.includes(path), path);
  }
  assertEquals(unportable(library), []);
});

Deno.test("tasks/ runs outside Deno and in browsers and is independent of the command line", () => {
  const tasks = product.filter(({ path }) => path.startsWith("tasks/"));
  assert(tasks.length > 50);
  assertEquals(unportable(tasks), []);
});

Deno.test("the command line uses Deno's API in one file only, and nothing that Node.js 22 lacks", () => {
  const files = product.filter(({ path }) => path.startsWith("cli/") && path !== "cli/terminal/platform.ts");
  const wrong = unportable(files).filter((line) => /uses Deno|using declaration|lacks/.test(line));
  assertEquals(wrong, []);
});

Deno.test("every error has a specific class", () => {
  assertEquals(bareErrors(product), []);
});

Deno.test("no file has more than 400 lines", () => {
  assertEquals(longFiles(modules), []);
});

Deno.test("every folder has a description", () => {
  assertEquals(undescribedFolders(product), []);
});

Deno.test("no file contains a registry's host or an absolute local path", () => {
  assert(everything.some(({ path }) => path === ".ci/run") && everything.some(({ path }) => path === "README.md"));
  assertEquals(machineBound(everything), []);
});

Deno.test("what users run takes no path from the pathname of a URL, which begins with /C: on Windows", () => {
  const run = modules.filter(({ path }) => /^(?:cli|examples|tasks|tools)\//.test(path));
  const wrong = run.filter(({ text }) => /import\.meta\.url\)\.pathname|decodeURIComponent\(.*\.pathname\)/.test(text));
  assertEquals(wrong.map(({ path }) => path), []);
});

Deno.test("in deno.json, exports exist and are linted, and imports are JSR packages", () => {
  const text = everything.find(({ path }) => path === "deno.json")!.text;
  assertEquals(wrongConfiguration(JSON.parse(text), everything), []);
});
