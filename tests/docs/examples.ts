// Finds and runs the examples of the documentation.

import { assertEquals } from "@std/assert";
import { Host } from "../support/host.ts";
import type { ExampleRequest } from "./example_host.ts";

/** An example: a block of TypeScript and the block of text below it, if there is one. */
export interface Example {
  /** The page, from the repository's root. */
  readonly page: string;
  /** Line of the page on which the code begins. */
  readonly line: number;
  readonly code: string;
  /** The output that the page shows. */
  readonly shown: string | undefined;
}

export const ROOT: URL = new URL("../../", import.meta.url);

/**
 * Lists the examples of a page apart from those marked `ignore`. At most one line of prose may stand between code and
 * output.
 */
export function examplesOf(page: string, text: string): Example[] {
  const pattern = /^```ts\n((?:(?!```).*\n)*)```$(?:\n\n(?:(?!```)[^\n]+\n\n)?```text\n((?:(?!```).*\n)*)```$)?/gm;
  return Array.from(text.matchAll(pattern), (match) => ({
    page,
    line: text.slice(0, match.index).split("\n").length + 1,
    code: match[1],
    shown: match[2]?.trimEnd(),
  }));
}

/** The docstrings of a module as a page with the same lines. */
export function docstringsOf(code: string): string {
  return code.replaceAll(
    /(\/\*\*[^]*?\*\/)|[^\n]/g,
    (_, docstring) => docstring?.replaceAll(/^ *(?:\/\*\*|\*\/|\* ?)/gm, "") ?? "",
  );
}

/** The code with the addresses of its page and of the modules in place of names, so that it runs from any folder. */
function withAddresses({ page, code }: Example, exports: Readonly<Record<string, string>>): string {
  const located = code.replaceAll("import.meta.url", JSON.stringify(new URL(page, ROOT).href));
  return located.replace(/(from ")([^"]+)(")/g, (whole, before, name, after) => {
    const entry = /^@elman\/elman(?:\/(.+))?$/.exec(name);
    if (entry) return before + new URL(exports[entry[1] ? `./${entry[1]}` : "."], ROOT).href + after;
    return name.startsWith(".") ? before + new URL(name, new URL(page, ROOT)).href + after : whole;
  });
}

/**
 * Tests that the examples of pages, and of the docstrings of modules, run and print what is shown. They run in one
 * process, one after the other.
 */
export async function testExamples(pages: readonly string[]): Promise<void> {
  const parent = await Deno.makeTempDir();
  const program = new URL("example_host.ts", import.meta.url);
  const host = new Host<ExampleRequest>(program, ["--quiet", "--allow-read", "--allow-write"]);
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  for (const page of pages) {
    const text = await Deno.readTextFile(new URL(page, ROOT));
    for (const example of examplesOf(page, page.endsWith(".ts") ? docstringsOf(text) : text)) {
      const ends = example.shown === undefined ? "runs" : "prints what the page shows";
      Deno.test(`${page}:${example.line} ${ends}`, async () => {
        const directory = await Deno.makeTempDir({ dir: parent });
        await Deno.writeTextFile(`${directory}/example.ts`, withAddresses(example, exports));
        const { code, stdout, stderr } = await host.run({ directory, file: "example.ts" });
        assertEquals([code, stderr], [0, ""]);
        const printed = stdout.split("\n").map((line) => line.trimEnd()).join("\n").trim();
        if (example.shown !== undefined) assertEquals(printed, example.shown);
      });
    }
  }
  Deno.test.afterAll(() => Deno.remove(parent, { recursive: true }));
}
