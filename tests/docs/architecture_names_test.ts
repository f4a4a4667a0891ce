import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

/** Returns the text of a file or the joined texts of a folder's files; nothing if the path does not exist. */
type Read = (path: string) => string | undefined;

/** Lists the paragraphs, list items and table rows of a page, each on one line, without code blocks. */
function blocksOf(page: string): string[] {
  return page.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "").split(/\n\s*\n|\n(?=\s*(?:[-|]|\d+\.) ?)/)
    .map((block) => block.replaceAll(/\s+/g, " ").trim());
}

const isPath = (code: string): boolean => /^[\w.-]+(?:\/[\w.-]+)*(?:\/|\.(?:ts|md|json|py))$/.test(code);
/** A symbol, or a member of one: `Engine.run`. */
const isName = (code: string): boolean => /^[A-Za-z_]\w*(?:\.\w+)*$/.test(code);

/**
 * Lists paths that do not exist, and names that do not occur in any file of their block. A block without a path has no
 * names to check.
 */
function wrongNames(page: string, read: Read): { wrong: string[]; paths: number; names: number } {
  const wrong: string[] = [];
  let [paths, names] = [0, 0];
  for (const block of blocksOf(page)) {
    const codes = [...block.matchAll(/`([^`]+)`/g)].map(([, code]) => code);
    const texts: string[] = [];
    for (const path of codes.filter(isPath)) {
      paths++;
      const text = read(path);
      if (text === undefined) wrong.push(`${path} does not exist`);
      else texts.push(text);
    }
    if (texts.length === 0) continue;
    for (const name of codes.filter((code) => isName(code) && !isPath(code))) {
      names++;
      const parts = name.split(".").map((part) => new RegExp(`\\b${part}\\b`));
      if (!texts.some((text) => parts.every((part) => part.test(text)))) wrong.push(`${name} is in no file beside it`);
    }
  }
  return { wrong, paths, names };
}

/** Reads a file of the repository. */
function read(path: string): string | undefined {
  const url = new URL(path, ROOT);
  try {
    if (!path.endsWith("/")) return Deno.readTextFileSync(url);
    return [...Deno.readDirSync(url)].map(({ name, isDirectory }) => read(`${path}${name}${isDirectory ? "/" : ""}`))
      .join("\n");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const PAGES = { "ARCHITECTURE.md": { paths: 60, names: 40 }, "CONTRIBUTING.md": { paths: 40, names: 15 } };

for (const [page, atLeast] of Object.entries(PAGES)) {
  Deno.test(`${page}: every path exists and every name occurs in a file named beside it`, () => {
    const { wrong, paths, names } = wrongNames(Deno.readTextFileSync(new URL(page, ROOT)), read);
    assertEquals(wrong, []);
    assert(paths >= atLeast.paths && names >= atLeast.names, `only ${paths} paths and ${names} names were checked`);
  });
}

Deno.test("wrong paths and wrong names on a page are reported", () => {
  const files: Record<string, string> = { "src/a.ts": "export class Tape { run() {} }", "src/b.ts": "const x = 1;" };
  const page = [
    "`Tape.run` in `src/a.ts` is right, `Tap` is not.",
    "- `Tape` is not in `src/b.ts`",
    "- `src/c.ts` does not exist",
    "| `src/a.ts` | `Tape` |",
    "",
    "No path, so no check of `anything`.",
  ].join("\n");
  assertEquals(wrongNames(page, (path) => files[path]), {
    wrong: ["Tap is in no file beside it", "Tape is in no file beside it", "src/c.ts does not exist"],
    paths: 4,
    names: 4,
  });
});

Deno.test("CONTRIBUTING.md describes every task of deno.json, and no page names a task that does not exist", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const described = Deno.readTextFileSync(new URL("CONTRIBUTING.md", ROOT));
  const rows = new Set(
    [...described.matchAll(/^\| ([^|]+)\|/gm)].flatMap(([, cell]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name)
    ),
  );
  assertEquals(Object.keys(tasks).filter((name) => !rows.has(name)), []);
  for (const page of Object.keys(PAGES)) {
    const text = Deno.readTextFileSync(new URL(page, ROOT));
    const named = [...text.matchAll(/\bdeno task ([\w:-]+)/g)].map(([, name]) => name);
    assertEquals(named.filter((name) => !(name in tasks)), [], page);
  }
});
