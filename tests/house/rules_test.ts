// Tests of the architecture rules on made-up files: each rule must report its violations and nothing else.

import { assertEquals } from "@std/assert";
import {
  bareErrors,
  exportedNames,
  importCircles,
  importsOf,
  longFiles,
  machineBound,
  reachable,
  type SourceFile,
  stripComments,
  undescribedFolders,
  unportable,
  wrongConfiguration,
  wrongImports,
} from "./architecture.ts";

const file = (path: string, text = ""): SourceFile => ({ path, text });

Deno.test("stripComments removes comments and keeps strings", () => {
  assertEquals(
    stripComments("a; // b\n/* c\n * d */ e(\"http://f\", '/* g */', `// h`);"),
    "a; \n e(\"http://f\", '/* g */', `// h`);",
  );
});

Deno.test("importsOf finds every form of import and re-export", () => {
  const text = `
    import a from "./a.ts";
    import {
      b, // "./not_b.ts"
      type B,
    } from "./b.ts";
    import * as c from './c.ts';
    import "./d.ts";
    import e, { f } from "./e.ts";
    import type { G } from "./g.ts";
    export * from "./h.ts";
    export { i } from "./i.ts";
    export type { J } from "./j.ts";
    export function k(): number { return Array.from("k.ts").length; }
    const l = await import("./l.ts");
    const m = import(
      \`./m.ts\`
    );
    type N = typeof import("./n.ts");
    /* import "./o.ts"; */ // import "./p.ts";
  `;
  const found = importsOf(text);
  const names = ["a", "b", "c", "d", "e", "g", "h", "i", "j", "l", "m", "n"].map((name) => `./${name}.ts`);
  assertEquals(found.map(({ specifier }) => specifier).sort(), names);
  assertEquals(found.filter(({ isType }) => isType).map(({ specifier }) => specifier), ["./g.ts", "./j.ts"]);
});

Deno.test("wrongImports permits only imports of lower layers", () => {
  const good: [string, string][] = [
    ["src/engine/a.ts", "../kernels/mod.ts"],
    ["src/tensor/a.ts", "./b.ts"],
    ["src/tensor/a.ts", "../engine/mod.ts"],
    ["src/nn/a.ts", "../engine/mod.ts"],
    ["src/optim/a.ts", "../tensor/mod.ts"],
    ["src/train/a.ts", "../formats/mod.ts"],
    ["src/formats/a.ts", "node:fs/promises"],
    ["cli/main.ts", "../tasks/one/mod.ts"],
    ["cli/commands/a.ts", "../../src/nn/mod.ts"],
    ["tasks/one/a.ts", "../../tokenizers/mod.ts"],
    ["tokenizers/a.ts", "./models/b.ts"],
    ["tokenizers/models/a.ts", "../b.ts"],
    ["tokenizers/decoders/a.ts", "../regex/mod.ts"],
    ["tokenizers/trainers/a.ts", "../pre_tokenizers/b.ts"],
    ["tasks/one/a.ts", "../two/mod.ts"],
    ["tokenizers/models/a.ts", "../../errors.ts"],
  ];
  const bad: [string, string][] = [
    ["src/kernels/a.ts", "../engine/mod.ts"],
    ["src/engine/a.ts", "../tensor/mod.ts"],
    ["src/tensor/a.ts", "../nn/mod.ts"],
    ["src/tensor/a.ts", "../kernels/mod.ts"],
    ["src/nn/a.ts", "../train/mod.ts"],
    ["src/nn/a.ts", "../optim/mod.ts"],
    ["src/nn/a.ts", "../../tokenizers/mod.ts"],
    ["src/nn/a.ts", "@elman/elman/tokenizers"],
    ["src/optim/a.ts", "../nn/mod.ts"],
    ["src/formats/a.ts", "../tensor/mod.ts"],
    ["src/train/a.ts", "../../tasks/one/mod.ts"],
    ["src/train/a.ts", "../../mod.ts"],
    ["tokenizers/a.ts", "../src/formats/mod.ts"],
    ["tokenizers/a.ts", "npm:other"],
    ["tokenizers/models/a.ts", "../pre_tokenizers/b.ts"],
    ["tokenizers/decoders/a.ts", "../models/b.ts"],
    ["tokenizers/regex/a.ts", "../normalizers/b.ts"],
    ["tokenizers/files/a.ts", "../trainers/b.ts"],
    ["tasks/one/a.ts", "../../src/kernels/mod.ts"],
    ["tasks/one/a.ts", "../../tests/support/close.ts"],
    ["tasks/one/a.ts", "../../cli/main.ts"],
    ["tasks/one/a.ts", "https://example.com/mod.ts"],
  ];
  const forms = [
    (to: string): string => `import { a } from "${to}";`,
    (to: string): string => `export * from "${to}";`,
    (to: string): string => `const a = () => import("${to}");`,
    (to: string): string => `import type { A } from "${to}";`,
  ];
  for (const form of forms) {
    assertEquals(wrongImports(good.map(([path, to]) => file(path, form(to)))), []);
    const found = wrongImports(bad.map(([path, to]) => file(path, form(to))));
    assertEquals(found, bad.map(([path, to]) => `${path} imports ${to}`));
  }
  for (const path of ["src/other/a.ts", "tokenizers/other/a.ts"]) {
    assertEquals(wrongImports([file(path)]), [`${path} is in no part of the tree`]);
  }
  assertEquals(wrongImports([file("mod.ts", 'export * from "npm:x";'), file("tests/a.ts", 'import "../mod.ts";')]), []);
});

Deno.test("reachable follows imports across folders and terminates on cycles", () => {
  const files = [
    file("mod.ts", 'export * from "./a/mod.ts"; // import "./far.ts";'),
    file("a/mod.ts", 'import "./b.ts";\nimport "npm:c";'),
    file("a/b.ts", 'const again = () => import("../mod.ts"), d = () => import("../d.ts");'),
    file("d.ts"),
    file("far.ts"),
  ];
  assertEquals(reachable(files, "mod.ts").map(({ path }) => path), ["mod.ts", "a/mod.ts", "a/b.ts", "d.ts"]);
});

Deno.test("importCircles finds cycles of any length, including type imports and self-imports, but no diamonds", () => {
  const good = [
    file("a.ts", 'import "./b.ts"; import "./c.ts"; import "npm:a";'),
    file("b.ts", 'import "./d.ts";'),
    file("c.ts", 'import "./d.ts"; // import "./a.ts";'),
    file("d.ts", 'import "./missing.ts";'),
  ];
  assertEquals(importCircles(good), []);
  const bad = [
    file("mod.ts", 'export * from "./a/x.ts"; export * from "./b/y.ts"; export * from "./c.ts";'),
    file("a/x.ts", 'import type { Y } from "../b/y.ts";'),
    file("b/y.ts", 'import "./z.ts"; import "../c.ts";'),
    file("b/z.ts", 'const a = () => import("../a/x.ts");'),
    file("c.ts", 'import "./c.ts";'),
    file("d.ts", 'import "./e.ts"; import "./mod.ts";'),
    file("e.ts", 'import "./d.ts";'),
  ];
  assertEquals(importCircles(bad), ["a/x.ts, b/y.ts, b/z.ts", "c.ts", "d.ts, e.ts"]);
});

Deno.test("unportable finds Deno APIs, packages and the command line", () => {
  const good = [
    file(
      "a.ts",
      '// Deno.cwd()\n/** await Deno.remove(x) */\nimport type fs from "node:fs/promises";\nimport "./b.ts";',
    ),
    file(
      "b.ts",
      'import type { Stats } from "node:fs";\nconst myDeno = { a: 1 };\nmyDeno.a; // using it\ntoBase64(a); // a.toBase64()',
    ),
    file("src/engine/native/find_library.ts", "globalThis.Deno.dlopen;"),
  ];
  assertEquals(unportable(good), []);
  const bad = [
    file("a.ts", "Deno.cwd();"),
    file("b.ts", "globalThis.Deno?.cwd();"),
    file("c.ts", 'Deno["cwd"]();'),
    file("d.ts", 'import { join } from "@std/path";'),
    file("e.ts", 'import { Stats } from "node:fs";'),
    file("f.ts", 'import("node:fs/promises"); import type { A } from "npm:a";'),
    file("cli/commands/g.ts"),
    file("src/h.ts", "{\n  using a = b;\n}"),
    file("src/i.ts", "bytes.toBase64();"),
    file("src/j.ts", "Promise.try(a);"),
  ];
  assertEquals(unportable(bad), [
    "a.ts uses Deno",
    "b.ts uses Deno",
    "c.ts uses Deno",
    "d.ts imports @std/path",
    "e.ts imports node:fs",
    "f.ts imports npm:a",
    "f.ts imports node:fs/promises",
    "cli/commands/g.ts is the command line's",
    "src/h.ts has a using declaration",
    "src/i.ts uses what Node.js 22 lacks",
    "src/j.ts uses what Node.js 22 lacks",
  ]);
});

Deno.test("bareErrors finds Error and the built-in classes, but no others, no comments and no faults of the engine", () => {
  const good = file(
    "a.ts",
    "// new Error(1)\nthrow new InputRangeError(`a`); class MyError {}; new MyError(2); x instanceof Error;",
  );
  const fault = file("src/engine/memory.ts", "throw new RangeError(`a`);");
  const bad = [
    file("b.ts", "throw new Error(`b`);"),
    file("c.ts", "throw Error(`c`);"),
    file("d.ts", "throw new SyntaxError(`d`);"),
  ];
  assertEquals(bareErrors([good, fault, ...bad]), ["b.ts", "c.ts", "d.ts"]);
});

Deno.test("longFiles permits 400 lines and reports 401", () => {
  assertEquals(longFiles([file("a.ts", "a\n".repeat(400)), file("b.ts", "b\n".repeat(401))]), ["b.ts"]);
});

Deno.test("undescribedFolders reports folders whose main file does not begin with a comment", () => {
  const good = [
    file("src/a/mod.ts", "/** A. */"),
    file("src/a/other.ts"),
    file("src/a/inner/x.ts"),
    file("tokenizers/mod.ts", "/**\n * T. */"),
    file("tokenizers/a/mod.ts", "/** A. */"),
    file("cli/main.ts"),
    file("tasks/single/b.ts", "// B.\n"),
  ];
  assertEquals(undescribedFolders(good), []);
  const bad = [
    file("src/a/mod.ts", "export {};\n/** A. */"),
    file("src/b/x.ts", "/** X. */"),
    file("src/b/y.ts", "/** Y. */"),
    file("tokenizers/mod.ts"),
    file("tokenizers/a/mod.ts"),
    file("tasks/single/b.ts", "export {};"),
  ];
  assertEquals(undescribedFolders(bad), ["src/a", "src/b", "tokenizers", "tokenizers/a", "tasks/single"]);
});

Deno.test("machineBound finds registry hosts and absolute local paths", () => {
  const good = [
    file(
      "a.md",
      "[x](https://www.npmjs.com/package/x), https://jsr.io/@std, https://example.org/home/x, ./tmp/x, work/x",
    ),
    file("b.ts", "const registry = new FinalizationRegistry(f); registry.register(x); a /tmp; 3 / work / 2"),
  ];
  assertEquals(machineBound(good), []);
  // Assembled at run time, so that this file does not violate the rule.
  const places = ["work", "tmp", "home", "root", "Users"].map((name) => `"${["", name, "x"].join("/")}"`);
  const hosts = [
    ["registry", "npmjs", "org"].join("."),
    ["npm", "jsr", "io"].join("."),
    ["http:", "", "localhost:1"].join("/"),
  ];
  const bad = [...places, ...hosts].map((text, i) => file(`${i}.md`, `see ${text}`));
  assertEquals(machineBound(bad).length, bad.length);
});

Deno.test("wrongConfiguration finds missing or unlinted exports and imports from other registries", () => {
  const files = [file("mod.ts"), file("a.ts")];
  const command = "deno lint && deno doc --lint mod.ts && deno check";
  const tasks = { "ok:static": { description: "Check", command } };
  const good = { exports: { ".": "./mod.ts" }, imports: { "@std/x": "jsr:@std/x@^1" }, tasks };
  assertEquals(wrongConfiguration(good, files), []);
  const bad = {
    exports: { ".": "./mod.ts", "./a": "./a.ts", "./b": "./b.ts" },
    imports: { "@std/x": "npm:x", "@std/y": "jsr:@std/z@^1" },
    tasks: { ...tasks, paint: { command: "deno run paint.ts" } },
  };
  assertEquals(wrongConfiguration(bad, files), [
    "./b.ts does not exist",
    "./a.ts is not linted",
    "./b.ts is not linted",
    "paint is not described",
    "@std/x is not from JSR",
    "@std/y is not from JSR",
  ]);
});

Deno.test("exportedNames lists every exported name, and star exports", () => {
  const text =
    'export { b, type C } from "./b.ts"; // export { x } from "./x.ts"\nexport type {\n  A,\n  d,\n} from "./d.ts";';
  assertEquals(exportedNames(text), ["A", "C", "b", "d"]);
  assertEquals(exportedNames('export * from "./a.ts";'), ["*"]);
});
