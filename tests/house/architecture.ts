// The rules of the house as functions of its files, so that they can be tried on made-up ones.

/** A source file: its path from the repository's root, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** For each part of the tree, the other parts that it may import. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "src/kernels": [],
  "src/engine": ["src/kernels"],
  "src/tensor": ["src/engine"],
  "src/nn": ["src/tensor", "src/engine"],
  "src/optim": ["src/tensor", "src/engine"],
  "src/formats": [],
  "src/train": ["src/nn", "src/optim", "src/formats", "src/tensor", "src/engine"],
  "tokenizers": [],
  "tasks": ["src/train", "src/nn", "src/optim", "src/formats", "src/tensor", "src/engine", "tokenizers"],
};

const MOST_LINES = 400;

/** The text without comments; strings stay. */
export function stripComments(text: string): string {
  return text.replace(/("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "$1");
}

/** The specifiers that a module imports or re-exports, statically or not. */
export function importsOf(text: string): string[] {
  const code = stripComments(text);
  const found = code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)"([^"]+)"/g);
  return [...found].map(([, specifier]) => specifier);
}

/** The part of the tree to which a path belongs, or nothing. */
export function partOf(path: string): string | undefined {
  return Object.keys(MAY_IMPORT).find((part) => path.startsWith(`${part}/`));
}

function resolve(from: string, specifier: string): string {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

/** Imports that go the wrong way. */
export function wrongImports(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const part = partOf(path);
    if (part === undefined) return [];
    return importsOf(text).filter((specifier) => specifier.startsWith(".")).flatMap((specifier) => {
      const target = partOf(resolve(path, specifier));
      const isGood = target === part || (target !== undefined && MAY_IMPORT[part].includes(target));
      return isGood ? [] : [`${path} imports ${specifier}`];
    });
  });
}

/** Files that `entry` reaches through relative imports. */
export function reachable(files: readonly SourceFile[], entry: string): SourceFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const met = new Set<string>();
  const visit = (path: string): void => {
    const file = byPath.get(path);
    if (!file || met.has(path)) return;
    met.add(path);
    for (const specifier of importsOf(file.text)) if (specifier.startsWith(".")) visit(resolve(path, specifier));
  };
  visit(entry);
  return [...met].map((path) => byPath.get(path)!);
}

/** What the library must not use: Deno's own functions, and modules other than its own and `node:fs/promises`. */
export function unportable(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const foreign = importsOf(text).filter((specifier) =>
      !specifier.startsWith(".") && specifier !== "node:fs/promises"
    )
      .filter((specifier) => !new RegExp(`import type [^;]*from "${specifier}"`).test(text));
    const usesDeno = /\bDeno\./.test(stripComments(text));
    return [...foreign.map((specifier) => `${path} imports ${specifier}`), ...(usesDeno ? [`${path} uses Deno`] : [])];
  });
}

/** Errors of no kind. */
export function bareErrors(files: readonly SourceFile[]): string[] {
  return files.filter(({ text }) => /\bnew Error\(/.test(stripComments(text))).map(({ path }) => path);
}

/** Files that should be split. */
export function longFiles(files: readonly SourceFile[]): string[] {
  return files.filter(({ text }) => text.split("\n").length - 1 > MOST_LINES).map(({ path }) => path);
}

/** Folders whose `mod.ts` does not begin by saying what belongs there. */
export function undescribedFolders(files: readonly SourceFile[]): string[] {
  return files.filter(({ path, text }) => path.endsWith("/mod.ts") && !text.startsWith("/**")).map(({ path }) => path);
}
