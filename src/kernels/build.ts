/**
 * Makes the committed artifacts from the AssemblyScript sources of the kernels: `deno task kernels`.
 *
 * Two builds are embedded in modules as base64 text, so that importing the library needs no fetch and no permission; a
 * third module tells the kernels' signatures to TypeScript.
 * @module
 */
// Inline, so that the compiler is fetched only where the kernels are built.
// deno-lint-ignore no-import-prefix
import asc from "npm:assemblyscript@0.28.20/asc";
import { encodeBase64 } from "./base64.ts";
import { signaturesModule } from "./read_signatures.ts";

const FEATURES = { plain: [], relaxed: ["--enable", "relaxed-simd"] } as const;

const OPTIONS = [
  ..."-O3 --noAssert --runtime stub --use abort= --importMemory --sharedMemory".split(" "),
  ..."--initialMemory 1 --maximumMemory 65536 --enable simd --enable threads --enable bulk-memory".split(" "),
  // The kernels are for 32-bit memories, so mixing addresses and counts is safe.
  ..."--disableWarning 201".split(" "),
];

const SOURCES = new URL("./assembly/", import.meta.url);

/** Compiles one build of the kernels: `relaxed` uses fused multiply-add, `plain` does not. */
export async function compileKernels(build: keyof typeof FEATURES): Promise<Uint8Array<ArrayBuffer>> {
  let binary: Uint8Array | undefined;
  const messages: string[] = [];
  const { error } = await asc.main(["index.ts", "--outFile", "kernels.wasm", ...OPTIONS, ...FEATURES[build]], {
    stderr: { write: (text: string | Uint8Array): void => void messages.push(String(text)) },
    readFile: (name: string): string | null => {
      try {
        return Deno.readTextFileSync(new URL(name, SOURCES));
      } catch {
        return null;
      }
    },
    writeFile: (name: string, contents: Uint8Array | string): void => {
      if (name.endsWith(".wasm")) binary = contents as Uint8Array;
    },
    listFiles: (): string[] => [],
  });
  if (error || !binary) throw new SyntaxError(`compile kernels: ${messages.join("") || error?.message}`);
  return new Uint8Array(binary);
}

/** Returns the source of the module that embeds a compiled build. */
export function artefactModule(build: string, binary: Uint8Array): string {
  return `/** The ${build} build of the kernels, made by \`deno task kernels\`. */\n` +
    `export const ${build.toUpperCase()} = "${encodeBase64(binary)}";\n`;
}

/** Returns the source of the module with the kernels' signatures. */
export function signaturesArtefact(): string {
  return signaturesModule((file) => Deno.readTextFileSync(new URL(file, SOURCES)));
}

if (import.meta.main) {
  await Deno.writeTextFile(new URL("./artefacts/signatures.ts", import.meta.url), signaturesArtefact());
  for (const build of ["plain", "relaxed"] as const) {
    const binary = await compileKernels(build);
    await Deno.writeTextFile(new URL(`./artefacts/${build}.ts`, import.meta.url), artefactModule(build, binary));
    console.log(`${build}: ${binary.length} bytes`);
  }
}
