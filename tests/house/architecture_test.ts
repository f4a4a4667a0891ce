import { assert, assertEquals } from "@std/assert";
import {
  bareErrors,
  importsOf,
  longFiles,
  reachable,
  type SourceFile,
  undescribedFolders,
  unportable,
  wrongImports,
} from "./architecture.ts";

const ROOT = new URL("../../", import.meta.url);
const SKIPPED = ["src/kernels/artefacts", "src/kernels/assembly", "src/kernels/build.ts"];

function read(folder: string): SourceFile[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}${name}`;
    if (SKIPPED.includes(path)) return [];
    if (isDirectory) return read(`${path}/`);
    return path.endsWith(".ts") ? [{ path, text: Deno.readTextFileSync(new URL(path, ROOT)) }] : [];
  });
}

const files = [
  ...["src/", "tokenizers/", "tasks/"].flatMap(read),
  { path: "mod.ts", text: Deno.readTextFileSync(new URL("mod.ts", ROOT)) },
];

Deno.test("imports point one way", () => {
  assert(files.length > 50);
  assertEquals(wrongImports(files), []);
});

Deno.test("what mod.ts reaches runs outside Deno", () => {
  const library = reachable(files, "mod.ts");
  assert(library.some(({ path }) => path === "src/nn/recurrent.ts"));
  assertEquals(unportable(library), []);
});

Deno.test("errors have a kind, files are short, folders say what they are for", () => {
  assertEquals(bareErrors(files), []);
  assertEquals(longFiles(files), []);
  assertEquals(undescribedFolders(files), []);
});

Deno.test("deno.json names modules that exist, and the @std packages by their JSR names", () => {
  const { exports, imports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  for (const path of Object.values<string>(exports)) assert(Deno.statSync(new URL(path, ROOT)).isFile, path);
  assertEquals(Object.values<string>(imports).filter((name) => !name.startsWith("jsr:@std/")), []);
});

Deno.test("the rules refuse what they are there to refuse", () => {
  const bad: SourceFile[] = [
    { path: "src/tensor/a.ts", text: 'import { b } from "../nn/b.ts"; // import "../engine/c.ts"' },
    { path: "src/nn/b.ts", text: 'export * from "../../tokenizers/t.ts";\nthrow new Error("x");' },
    { path: "tokenizers/mod.ts", text: 'import x from "npm:x"; Deno.cwd();\n' + "\n".repeat(400) },
    { path: "mod.ts", text: 'export * from "./tokenizers/mod.ts";\nconst f = () => import("./src/nn/b.ts");' },
  ];
  assertEquals(importsOf(bad[0].text), ["../nn/b.ts"]);
  assertEquals(wrongImports(bad).length, 2);
  assertEquals(reachable(bad, "mod.ts").map(({ path }) => path), ["mod.ts", "tokenizers/mod.ts", "src/nn/b.ts"]);
  assertEquals(unportable(bad), ["tokenizers/mod.ts imports npm:x", "tokenizers/mod.ts uses Deno"]);
  assertEquals(bareErrors(bad), ["src/nn/b.ts"]);
  assertEquals(longFiles(bad), ["tokenizers/mod.ts"]);
  assertEquals(undescribedFolders(bad), ["tokenizers/mod.ts"]);
});
