import { assert, assertEquals } from "@std/assert";
import { examplesOf, ROOT, testExamples } from "./examples.ts";
import { anchorsOf, relativeLinks } from "./links.ts";

const read = (page: string): Promise<string> => Deno.readTextFile(new URL(page, ROOT));

/** Lists the Markdown pages of a folder and its subfolders, relative to the repository's root. */
async function pagesBelow(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(new URL(folder, ROOT)));
  const pages = await Promise.all(entries.map(({ name, isDirectory }) => {
    if (isDirectory) return pagesBelow(`${folder}${name}/`);
    return name.endsWith(".md") ? [`${folder}${name}`] : [];
  }));
  return pages.flat().sort();
}

const AT_ROOT = await Array.fromAsync(Deno.readDir(ROOT));
const PAGES = [
  ...AT_ROOT.map(({ name }) => name).filter((name) => name.endsWith(".md")),
  ...await pagesBelow("docs/"),
  ...await pagesBelow("examples/"),
];

/** Returns the fault of a link, or nothing if it is valid. */
async function faultOf(page: string, link: string): Promise<string[]> {
  const { pathname, hash } = new URL(link, new URL(page, ROOT));
  const path = decodeURIComponent(pathname).slice(decodeURIComponent(ROOT.pathname).length);
  const found = await Deno.stat(new URL(path || page, ROOT)).catch(() => null);
  if (!found) return [`${page}: ${link} leads to no file`];
  if (!hash) return [];
  return anchorsOf(await read(path)).includes(hash.slice(1)) ? [] : [`${page}: ${link} leads to no heading`];
}

Deno.test("relativeLinks finds links and pictures outside code and omits web addresses", () => {
  const text = '[a](b.md) ![c](d.svg "e") [f](https://g.org) `[h](i.md)` [j](#k)\n\n```ts\n[l](m.md)\n```\n';
  assertEquals(relativeLinks(text), ["b.md", "d.svg", "#k"]);
});

Deno.test("anchorsOf names headings as GitHub does", () => {
  const text = "# A `b`: c, d\n\n## Why?\n\n```sh\n# not this\n```\n\n## Why?\n";
  assertEquals(anchorsOf(text), ["a-b-c-d", "why", "why-1"]);
});

Deno.test("every relative link and anchor of the pages leads somewhere", async () => {
  const faults = await Promise.all(PAGES.map(async (page) => {
    const links = relativeLinks(await read(page));
    return (await Promise.all(links.map((link) => faultOf(page, link)))).flat();
  }));
  assertEquals(faults.flat(), []);
});

Deno.test("README.md has at most 150 lines", async () => {
  const lines = (await read("README.md")).trimEnd().split("\n").length;
  assert(lines <= 150, `expected at most 150 lines, found ${lines}`);
});

Deno.test("README.md shows the output of an example for each task", async () => {
  const examples = examplesOf("README.md", await read("README.md"));
  assert(examples.length >= 4 && examples.every(({ shown = "" }) => shown.length > 10));
});

Deno.test("every chapter of the guide shows what its examples print", async () => {
  for (const page of PAGES.filter((page) => /^docs\/guide\/\d/.test(page))) {
    const examples = examplesOf(page, await read(page));
    assert(examples.length > 0, `${page} has no example`);
    for (const { line, shown } of examples) assert(shown !== undefined, `${page}:${line} shows no output`);
  }
});

await testExamples(PAGES.filter((page) => page !== "README.md"));
