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
/** What is not ours or is made by programs. */
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

Deno.test("imports point one way", () => {
  assert(product.length > 80);
  assert(product.flatMap(({ text }) => importsOf(text)).length > 200);
  assertEquals(wrongImports(product), []);
});

Deno.test("no imports go round in circles", () => {
  assertEquals(importCircles(product), []);
});

Deno.test("what mod.ts reaches runs outside Deno and knows no command line", () => {
  const library = reachable(product, "mod.ts");
  const paths = library.map(({ path }) => path);
  for (const path of ["src/kernels/mod.ts", "src/train/best.ts", "tokenizers/char.ts"]) {
    assert(paths.includes(path), path);
  }
  assertEquals(unportable(library), []);
});

Deno.test("what is under tasks/ runs outside Deno, in pages too, and knows no command line", () => {
  const tasks = product.filter(({ path }) => path.startsWith("tasks/"));
  assert(tasks.length > 50);
  assertEquals(unportable(tasks), []);
});

Deno.test("the command line uses Deno's own functions in one file, and no using declaration", () => {
  const files = product.filter(({ path }) => path.startsWith("cli/") && path !== "cli/terminal/platform.ts");
  const wrong = unportable(files).filter((line) => /uses Deno|using declaration/.test(line));
  assertEquals(wrong, []);
});

Deno.test("every error has a kind", () => {
  assertEquals(bareErrors(product), []);
});

Deno.test("no file has more than 400 lines", () => {
  assertEquals(longFiles(modules), []);
});

Deno.test("every folder says what belongs in it", () => {
  assertEquals(undescribedFolders(product), []);
});

Deno.test("nothing is bound to a registry's host or to a place on one machine", () => {
  assert(everything.some(({ path }) => path === ".ci/run") && everything.some(({ path }) => path === "README.md"));
  assertEquals(machineBound(everything), []);
});

Deno.test("deno.json: exports exist and are linted, the @std packages have their JSR names", () => {
  const text = everything.find(({ path }) => path === "deno.json")!.text;
  assertEquals(wrongConfiguration(JSON.parse(text), everything), []);
});
