// Trains in Node.js and in browser pages, with 1, 2 and 3 threads: `deno task test:runtimes`. Programs that are not
// installed are reported and skipped; --node PATH and --chromium PATH name programs that are not on the PATH.

import { assertAlmostEquals, assertEquals, assertLess, assertMatch } from "@std/assert";
import { parseArgs } from "node:util";
import { Engine } from "../../src/nn/mod.ts";
import { browse, failed, find, Missing, output } from "../support/programs.ts";
import type { Report } from "./program.ts";
import { type Outcome, train } from "./training.ts";

const HERE = decodeURIComponent(new URL(".", import.meta.url).pathname);

/** The HTTP headers of each page, the expected number of threads, and the expected warning. */
const PAGES: Record<string, { headers: Record<string, string>; threads: number; warning?: string }> = {
  isolated: {
    headers: { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" },
    threads: 3,
  },
  plain: { headers: {}, threads: 1, warning: "found a page that is not cross-origin isolated" },
  strict: {
    headers: {
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "content-security-policy": "worker-src 'none'",
    },
    threads: 1,
    warning: "found one that did not start",
  },
};

/** Bundles a module and its imports into one file. */
async function bundle(from: string, to: string): Promise<void> {
  await output(Deno.execPath(), ["bundle", "--platform=browser", "-o", to, from]);
}

function check(report: Report & { failure?: string }, expected: Outcome, threads: number, warning?: string): void {
  assertEquals(report.failure, undefined);
  assertEquals(report.outcomes.map((outcome) => outcome.threads), [1, 2, 3].map((count) => Math.min(count, threads)));
  for (const { digest, lastLoss } of report.outcomes) {
    assertEquals(digest, report.outcomes[0].digest);
    assertAlmostEquals(lastLoss, expected.lastLoss, 1e-3);
  }
  assertEquals(report.warnings.length, warning === undefined ? 0 : 1, report.warnings.join("\n"));
  if (warning !== undefined) assertMatch(report.warnings[0], new RegExp(`^start threads: .*${warning}`));
  if (threads === 1) return;
  assertMatch(report.death, /^RangeError: run \w+: expected 2 workers to answer, found /);
  assertLess(report.seconds, 5, "seconds until a worker's end stops the run");
}

/** Loads the whole library and trains in Node.js. Returns a summary. */
async function testNode(directory: string, expected: Outcome, path?: string): Promise<string> {
  const { program, version } = await find(path ? [path] : ["node"], "node");
  if (parseInt(version) < 22) {
    throw new Missing(`Node.js 22 or later is needed, found ${version}; name it with --node PATH`);
  }
  await output(program, [`${directory}/mod.mjs`]);
  const report: Report = JSON.parse(await output(program, [`${directory}/program.mjs`]));
  check(report, expected, 3);
  return `${version}, a dead worker stops the run after ${report.seconds.toFixed(2)} s`;
}

/** Serves the pages. Calls `received` with their reports. */
function serve(file: string, received: (report: string) => void): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const [, page, name] = new URL(request.url).pathname.split("/");
    const { headers } = PAGES[page] ?? { headers: {} };
    if (name === "report") received(await request.text());
    if (name === "program.mjs") {
      return new Response(await Deno.readFile(file), { headers: { ...headers, "content-type": "text/javascript" } });
    }
    if (name !== "") return new Response();
    const body = '<!doctype html><script type="module" src="program.mjs"></script>';
    return new Response(body, { headers: { ...headers, "content-type": "text/html" } });
  });
}

/** Trains in each page. Returns a summary. */
async function testChromium(directory: string, expected: Outcome, path?: string): Promise<string> {
  const names = path ? [path] : ["chromium", "chromium-browser", "google-chrome", "chrome"];
  const { program, version } = await find(names, "chromium");
  let seconds = 0;
  for (const [page, { threads, warning }] of Object.entries(PAGES)) {
    const { promise, resolve } = Promise.withResolvers<string>();
    const server = serve(`${directory}/program.mjs`, resolve);
    const { hostname, port } = server.addr;
    try {
      const report: Report = JSON.parse(
        await browse(program, `${"http"}://${hostname}:${port}/${page}/`, directory, promise),
      );
      check(report, expected, threads, warning);
      seconds = Math.max(seconds, report.seconds);
    } finally {
      await server.shutdown();
    }
  }
  return `${version}, a dead worker stops the run after ${seconds.toFixed(2)} s`;
}

if (import.meta.main) {
  const { values: options } = parseArgs({ options: { node: { type: "string" }, chromium: { type: "string" } } });
  const directory = await Deno.makeTempDir();
  const expected = train(new Engine());
  await bundle(`${HERE}program.ts`, `${directory}/program.mjs`);
  await bundle(`${HERE}../../mod.ts`, `${directory}/mod.mjs`);
  const failures = [
    await failed("Node.js", () => testNode(directory, expected, options.node)),
    await failed("Chromium", () => testChromium(directory, expected, options.chromium)),
  ];
  await Deno.remove(directory, { recursive: true });
  if (failures.includes(true)) Deno.exit(1);
}
