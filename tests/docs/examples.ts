// Finds and runs the examples of the documentation that show their output.

/** An example: a block of TypeScript and the block of text below it. */
export interface Example {
  /** The page, from the repository's root. */
  readonly page: string;
  /** Line of the page on which the code begins. */
  readonly line: number;
  /** Whether `deno test --doc` skips it: its types are then checked here. */
  readonly isSkipped: boolean;
  readonly code: string;
  readonly shown: string;
}

export const ROOT: URL = new URL("../../", import.meta.url);

/** Lists the examples of a page: at most one line of prose may stand between code and output. */
export function examplesOf(page: string, text: string): Example[] {
  const pattern = /^```ts([^\n]*)\n((?:(?!```).*\n)*)```\n\n(?:(?!```)[^\n]+\n\n)?```text\n((?:(?!```).*\n)*)```$/gm;
  return Array.from(text.matchAll(pattern), (match) => ({
    page,
    line: text.slice(0, match.index).split("\n").length + 1,
    isSkipped: match[1].trim() === "ignore",
    code: match[2],
    shown: match[3].trimEnd(),
  }));
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

/** Runs an example in its own process and returns its output. */
export async function runExample(example: Example): Promise<string> {
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/example.ts`;
    await Deno.writeTextFile(path, withAddresses(example, exports));
    const args = [
      "run",
      "--quiet",
      example.isSkipped ? "--check" : "--no-check",
      "--no-lock",
      "--allow-read",
      `--allow-write=${directory}`,
      path,
    ];
    const command = new Deno.Command(Deno.execPath(), { args, cwd: directory, env: { NO_COLOR: "1" } });
    const { code, stdout, stderr } = await command.output();
    const [printed, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    if (code !== 0) {
      throw new Error(`run ${example.page}:${example.line}: expected exit code 0, found ${code} ${errors}`);
    }
    return printed.split("\n").map((line) => line.trimEnd()).join("\n").trim();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
