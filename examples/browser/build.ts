/**
 * Builds the page as one file and opens it: `deno task demo [--no-open]`. A page that is opened as a file can load
 * neither modules nor workers from other files, so all of its code is inside.
 * @module
 */
import { fileURLToPath } from "node:url";

const HERE = new URL("./", import.meta.url);

/** The programs that open a file with the program for its kind, by operating system. */
const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ["open"],
  windows: ["cmd", "/c", "start", ""],
};

/** Builds the page. Returns its path. Throws `RangeError` if a module cannot be bundled. */
export async function build(): Promise<string> {
  const parts = {
    '<link rel="stylesheet" href="style.css">': `<style>\n${await read("style.css")}</style>`,
    'src="worker.ts">': `>${await bundle("worker.ts")}`,
    '<script src="main.ts">': `<script>${await bundle("main.ts")}`,
  };
  let page = await read("index.html");
  for (const [tag, inlined] of Object.entries(parts)) page = page.replace(tag, () => inlined);
  const directory = pathOf("dist");
  await Deno.mkdir(directory, { recursive: true });
  await Deno.writeTextFile(`${directory}/index.html`, page);
  return `${directory}/index.html`;
}

/** Bundles a module with what it imports, as a script that can stand inside a page. */
async function bundle(name: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      `--lock=${pathOf("../../tools/deno.lock")}`,
      "--frozen",
      "--platform=browser",
      "--format=iife",
      "--minify",
      pathOf(name),
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  if (code === 0) return decoder.decode(stdout).replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
  throw new RangeError(`bundle ${name}: expected exit code 0, found ${code}: ${decoder.decode(stderr)}`);
}

async function read(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(name, HERE));
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, HERE));
}

/** Opens a page in the browser; returns whether that worked. */
export async function open(path: string): Promise<boolean> {
  const [program, ...args] = OPENERS[Deno.build.os] ?? ["xdg-open"];
  try {
    const { success } = await new Deno.Command(program, { args: [...args, path], stdout: "null", stderr: "null" })
      .output();
    return success;
  } catch {
    // There may be no such program.
    return false;
  }
}

if (import.meta.main) {
  const [option, ...others] = Deno.args;
  if (others.length > 0 || option !== undefined && option !== "--no-open") {
    console.error("Usage: deno task demo [--no-open]");
    Deno.exit(option === "--help" ? 0 : 2);
  }
  const path = await build();
  console.log(`Built ${path}, ${(await Deno.stat(path)).size.toLocaleString("en")} bytes.`);
  if (option !== "--no-open" && !await open(path)) console.log("No browser could be opened; open the file yourself.");
}
