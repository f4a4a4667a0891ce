import { assert, assertEquals } from "@std/assert";
import { ENTRIES, type SuiteOptions, testFiles } from "../support/suite.ts";

const ROOT = new URL("../../", import.meta.url);

/** Folders of tests that have their own tasks. */
const APART = ["browser", "exchange", "mpi"];

/** Lists the files that a suite runs, as its text says. */
function filesOf(suite: string): string[] {
  const text = Deno.readTextFileSync(new URL(`tests/suites/${suite}`, ROOT));
  const calls = text.matchAll(/^await importTests\("([^"]+)"(?:, \{ except: (\[[^\]]*\]) \})?\);$/gm);
  return Array.from(calls).flatMap(([, folder, except]) => {
    const options: SuiteOptions = except === undefined ? {} : { except: JSON.parse(except) };
    return testFiles(folder, options);
  });
}

Deno.test("every test file is in one suite, runs alone, or has its own task", () => {
  const suites = Array.from(Deno.readDirSync(new URL("tests/suites", ROOT)), ({ name }) => name);
  assert(suites.length > 10);
  assertEquals(suites.flatMap(filesOf).sort(), testFiles("tests", { except: APART }).sort());
});

Deno.test("deno.json names the suites and files that are there", () => {
  assertEquals(ENTRIES[0], "tests/suites/*.ts");
  for (const path of ENTRIES.slice(1)) assert(Deno.statSync(new URL(path, ROOT)).isFile, path);
});
