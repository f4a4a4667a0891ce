// The architecture rules as functions of files, so that tests can run them on made-up files. Each returns the
// violations.

/** A file's path from the repository's root, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** An import or a re-export. */
export interface Import {
  readonly specifier: string;
  /** Whether it imports only types, which are erased at run time. */
  readonly isType: boolean;
}

/** The imports permitted in a part of the tree: other parts, and prefixes of package names. */
interface Rule {
  readonly parts?: readonly string[];
  readonly packages?: readonly string[];
}

const TOKENIZER_PARTS = [
  "regex",
  "normalizers",
  "pre_tokenizers",
  "models",
  "post_processors",
  "decoders",
  "trainers",
  "files",
]
  .map((folder) => `tokenizers/${folder}`);

/** The parts of the tree. A file belongs to the first part whose folder contains it. */
const RULES: Readonly<Record<string, Rule>> = {
  "src/schema": {},
  "src/kernels": { packages: ["npm:assemblyscript@"] },
  "src/engine": { parts: ["src/kernels", "src/schema"] },
  "src/distributed": { parts: ["src/engine", "src/schema"] },
  "src/tensor": { parts: ["src/engine", "src/schema"] },
  "src/nn": { parts: ["src/formats", "src/tensor", "src/engine", "src/schema"] },
  "src/optim": { parts: ["src/tensor", "src/engine", "src/schema"] },
  "src/formats": {
    parts: ["src/schema"],
    packages: ["node:crypto", "node:fs", "node:process", "node:stream", "node:zlib"],
  },
  "src/train": {
    parts: ["src/nn", "src/optim", "src/distributed", "src/formats", "src/tensor", "src/engine", "src/schema"],
  },
  "tokenizers/regex": { parts: ["tokenizers"] },
  "tokenizers/normalizers": { parts: ["tokenizers/regex", "tokenizers"] },
  "tokenizers/pre_tokenizers": { parts: ["tokenizers/regex", "tokenizers"] },
  "tokenizers/models": { parts: ["tokenizers"] },
  "tokenizers/post_processors": { parts: ["tokenizers"] },
  "tokenizers/decoders": { parts: ["tokenizers/regex", "tokenizers/normalizers", "tokenizers"] },
  "tokenizers/trainers": {
    parts: ["tokenizers/models", "tokenizers/normalizers", "tokenizers/pre_tokenizers", "tokenizers"],
  },
  "tokenizers/files": {
    parts: ["tokenizers/models", "tokenizers/normalizers", "tokenizers/decoders", "tokenizers/regex", "tokenizers"],
  },
  // Modules that the folders share, and modules that combine them. The rule against cycles keeps the folders from
  // importing the latter.
  "tokenizers": { parts: TOKENIZER_PARTS },
  "tasks": {
    parts: [
      "src/train",
      "src/nn",
      "src/optim",
      "src/distributed",
      "src/formats",
      "src/tensor",
      "src/engine",
      "src/schema",
      "tokenizers",
    ],
    // Types only: at run time the code uses `builtinModule`.
    packages: ["node:"],
  },
  "cli": {
    parts: ["tasks", "src/train", "src/nn", "src/distributed", "src/formats", "src/engine", "src/schema", "tokenizers"],
    packages: ["node:"],
  },
};

/** The module at the root that every part may import. */
const SHARED = "errors.ts";

const MOST_LINES = 400;

const COMMENT = /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
const STATIC = /\b(?:import|export)\s+(type\s)?[^;"'()]*?\bfrom\s*["']([^"']+)["']/g;
const BARE_OR_DYNAMIC = /(?<!["'`])\bimport\s*\(?\s*["'`]([^"'`]+)["'`]/g;

/** Removes comments, but not from strings. */
export function stripComments(text: string): string {
  return text.replace(COMMENT, "$1");
}

/** Lists a module's static and dynamic imports and its re-exports. */
export function importsOf(text: string): Import[] {
  const code = stripComments(text);
  return [
    ...[...code.matchAll(STATIC)].map(([, type, specifier]) => ({ specifier, isType: type !== undefined })),
    ...[...code.matchAll(BARE_OR_DYNAMIC)].map(([, specifier]) => ({ specifier, isType: false })),
  ];
}

/** Returns the part of the tree that contains a path, or undefined. */
function partOf(path: string): string | undefined {
  return Object.keys(RULES).find((part) => path.startsWith(`${part}/`));
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith(".");
}

function resolve(from: string, specifier: string): string {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

/** Reports imports that violate the layering, and modules in folders without a rule. */
export function wrongImports(files: readonly SourceFile[]): string[] {
  return files.filter(({ path }) => /^(?:src|tokenizers|tasks|cli)\//.test(path)).flatMap(({ path, text }) => {
    const part = partOf(path);
    const isFolder = /^tokenizers\/[^/]+\//.test(path);
    if (part === undefined || (isFolder && part === "tokenizers")) return [`${path} is in no part of the tree`];
    const { parts = [], packages = [] } = RULES[part];
    const isGood = ({ specifier }: Import): boolean => {
      if (!isRelative(specifier)) return packages.some((name) => specifier.startsWith(name));
      const to = resolve(path, specifier);
      const target = partOf(to);
      return to === SHARED || (target !== undefined && [part, ...parts].includes(target));
    };
    return importsOf(text).filter((found) => !isGood(found)).map(({ specifier }) => `${path} imports ${specifier}`);
  });
}

/** Lists the files that `entry` reaches through relative imports. */
export function reachable(files: readonly SourceFile[], entry: string): SourceFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const met = new Set<SourceFile>();
  const visit = (path: string): void => {
    const file = byPath.get(path);
    if (!file || met.has(file)) return;
    met.add(file);
    for (const { specifier } of importsOf(file.text)) if (isRelative(specifier)) visit(resolve(path, specifier));
  };
  visit(entry);
  return [...met];
}

/** Lists cycles of imports, including type imports. Cycles that share files are merged. */
export function importCircles(files: readonly SourceFile[]): string[] {
  const targets = new Map(files.map(({ path, text }) => [
    path,
    importsOf(text).map(({ specifier }) => specifier).filter(isRelative).map((to) => resolve(path, to)),
  ]));
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  // Tarjan's strongly connected components.
  const visit = (path: string): void => {
    order.set(path, order.size);
    lowest.set(path, order.get(path)!);
    open.push(path);
    for (const target of targets.get(path) ?? []) {
      if (!targets.has(target)) continue;
      if (!order.has(target)) visit(target);
      if (open.includes(target)) lowest.set(path, Math.min(lowest.get(path)!, lowest.get(target)!));
    }
    if (lowest.get(path) === order.get(path)) circles.push(open.splice(open.indexOf(path)));
  };
  for (const path of targets.keys()) if (!order.has(path)) visit(path);
  const isCircle = ([first, ...others]: string[]): boolean => others.length > 0 || targets.get(first)!.includes(first);
  return circles.filter(isCircle).map((circle) => circle.sort().join(", ")).sort();
}

/** The only library files that may use Deno's API: its FFI and its file locks. */
const DENO_FILES = /^src\/(?:(?:engine|distributed)\/native\/\w+|formats\/file_lock)\.ts$/;

/** Methods and classes of JavaScript that Node.js 22 lacks. */
const NEWER = /\.(?:to|from)(?:Base64|Hex)\(|\b(?:Promise\.try|RegExp\.escape|Error\.isError|Float16Array)\b/;

/**
 * Reports what the library must not use: the command line; Deno's API outside those files; modules other than its own,
 * which web bundlers would need configuration for; and what Node.js 22 lacks, `using` among it. Types may come from
 * `node:` modules.
 */
export function unportable(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const foreign = importsOf(text).filter(({ specifier, isType }) =>
      !isRelative(specifier) && !(isType && specifier.startsWith("node:"))
    );
    return [
      ...foreign.map(({ specifier }) => `${path} imports ${specifier}`),
      .../\bDeno\s*[.?[]/.test(stripComments(text)) && !DENO_FILES.test(path) ? [`${path} uses Deno`] : [],
      .../^\s*(?:await )?using /m.test(stripComments(text)) ? [`${path} has a using declaration`] : [],
      ...NEWER.test(stripComments(text)) ? [`${path} uses what Node.js 22 lacks`] : [],
      .../^cli\//.test(path) ? [`${path} is the command line's`] : [],
    ];
  });
}

/** Lists the names that a module re-exports, in order. A star export is listed as `*`. */
export function exportedNames(text: string): string[] {
  const lists = [...stripComments(text).matchAll(/\bexport\s+(?:type\s+)?(\*|\{[^}]*\})/g)].map(([, list]) => list);
  return lists.flatMap((list) =>
    list === "*"
      ? ["*"]
      : list.slice(1, -1).split(",").map((name) => name.replace(/^\s*type\s/, "").trim()).filter((name) => name !== "")
  ).sort((a, b) => a < b ? -1 : 1);
}

/** The files that report faults of the program, which are not for people to mend. */
const FAULTS =
  /^(?:src\/engine\/(?:memory|web_assembly|worker_(?:pool|source)|native\/onednn\w*)|src\/kernels\/(?:mod|build|read_signatures))\.ts$/;

/** Lists files that throw a plain `Error`, or one of JavaScript's own classes in place of those in `errors.ts`. */
export function bareErrors(files: readonly SourceFile[]): string[] {
  return files.filter(({ path, text }) => {
    const code = stripComments(text);
    const isBuiltIn = /(?<![\w$.])(?:Range|Type|Syntax)Error\(/.test(code) && !FAULTS.test(path);
    return isBuiltIn || /(?<![\w$.])Error\(/.test(code);
  }).map(({ path }) => path);
}

/** Lists files of more than 400 lines. */
export function longFiles(files: readonly SourceFile[]): string[] {
  return files.filter(({ text }) => text.trimEnd().split("\n").length > MOST_LINES).map(({ path }) => path);
}

/**
 * Lists folders whose main file, `mod.ts` or the only file, is missing or does not begin with a description of the
 * folder.
 */
export function undescribedFolders(files: readonly SourceFile[]): string[] {
  const folders = files.flatMap(({ path }) =>
    path.match(/^(?:src\/[^/]+|tasks\/[^/]+|cli\/[^/]+|tokenizers\/[^/]+|tokenizers)(?=\/)/) ?? []
  );
  return [...new Set(folders)].filter((folder) => {
    const inside = files.filter(({ path }) => path.startsWith(`${folder}/`));
    const main = inside.find(({ path }) => path === `${folder}/mod.ts`) ??
      (inside.length === 1 ? inside[0] : undefined);
    return main === undefined || !/^\/(?:\*\*|\/)/.test(main.text);
  });
}

/** Lists files that contain a package registry's host or an absolute local path. */
export function machineBound(files: readonly SourceFile[]): string[] {
  const registry =
    /\bregistry\.[\w-]+\.\w+|\bnpm\.jsr\.io\b|\bhttps?:\/\/(?!127\.0\.0\.1:800[01]\b)(?:localhost|\d+\.\d+\.)/i;
  const place = /(?<![\w.~-])\/(?:work|tmp|home|root|Users)\//;
  return files.filter(({ text }) => registry.test(text) || place.test(text)).map(({ path }) => path);
}

/** The checked fields of deno.json. */
export interface Configuration {
  readonly exports: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string>>;
  readonly tasks: Readonly<Record<string, { readonly description?: string; readonly command: string }>>;
}

/**
 * Reports missing exports, exports without a documentation check, tasks without a description, and imports that are not
 * JSR packages under their own names.
 */
export function wrongConfiguration({ exports, imports, tasks }: Configuration, files: readonly SourceFile[]): string[] {
  const paths = new Set(files.map(({ path }) => `./${path}`));
  const linted = tasks["ok:static"]?.command.match(/deno doc --lint ([^&]*)/)?.[1].trim().split(" ") ?? [];
  return [
    ...Object.values(exports).filter((path) => !paths.has(path)).map((path) => `${path} does not exist`),
    ...Object.values(exports).filter((path) => !linted.includes(path.slice(2))).map((path) => `${path} is not linted`),
    ...Object.entries(tasks).filter(([, { description }]) => !description).map(([name]) => `${name} is not described`),
    ...Object.entries(imports).filter(([name, target]) => !target.startsWith(`jsr:${name}@`)).map(([name]) =>
      `${name} is not from JSR`
    ),
  ];
}
