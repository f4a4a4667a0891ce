// Suites run the tests of many files in one isolate, whose modules, code and command processes they share: loading the
// library anew takes longer than the tests of most files do.

const ROOT = new URL("../../", import.meta.url).href;

/** The entries of `deno test`: the suites, and the files that need an isolate of their own. */
export const ENTRIES: readonly string[] = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT))).test.include;

/** Options of a suite. */
export interface SuiteOptions {
  /** Names of folders in the folder that other suites run. Default: none. */
  readonly except?: readonly string[];
}

/** Lists the test files in a folder of the repository and in the folders inside, apart from those that run alone. */
export function testFiles(folder: string, { except = [] }: SuiteOptions = {}): string[] {
  const entries = [...Deno.readDirSync(new URL(folder, ROOT))].sort((a, b) => a.name < b.name ? -1 : 1);
  return entries.filter(({ name }) => !except.includes(name)).flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return testFiles(path);
    return name.endsWith("_test.ts") && !ENTRIES.includes(path) ? [path] : [];
  });
}

/** Imports the test files of a folder, which registers their tests. */
export async function importTests(folder: string, options?: SuiteOptions): Promise<void> {
  for (const path of testFiles(folder, options)) await import(new URL(path, ROOT).href);
}
